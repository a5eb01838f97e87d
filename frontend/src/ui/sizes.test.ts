import { describe, expect, it } from 'vitest';
import { aboutSeconds, bytesWords, stretchWords } from './sizes';

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [9_960_000, '10 MB'],
    [999_600_000, '1.0 GB'],
    [322_000_000, '322 MB'],
  ])('%d', (n, words) => expect(bytesWords(n)).toBe(words));

  it.each([
    [0.2, 'about 1 s'],
    [99, 'about 99 s'],
    [240, 'about 4 min'],
    [7200, 'about 2 h'],
    [7800, 'about 2 h 10 min'],
  ])('%d seconds', (n, words) => expect(aboutSeconds(n)).toBe(words));

  it.each([
    [55.5 * 3600, '2 d 7 h'],
    [24 * 3600, '1 d'],
    [90 * 60, '1 h 30 min'],
    [24 * 3600 + 5 * 60, '1 d'],
    [10, '0 min'],
  ])('a stretch of %d seconds', (s, words) => expect(stretchWords(0, s * 1000)).toBe(words));
});

import { expect, it } from 'vitest';
import { shapeWords } from './shapeWords';

it.each([
  ['what the backend says', { shape: 'Coder v1 log, JSON lines', records: 3, lines: 4 }, 'Coder v1 log, JSON lines'],
  ['that nothing was found', { shape: '', records: 0, lines: 17 }, 'no audit record found'],
  ['the packing of what holds none', { shape: 'gzip', records: 0, lines: 17 }, 'no audit record found, gzip'],
  ['that there was nothing', { shape: '', records: 0, lines: 0 }, 'an empty file'],
])('the shape of a source is %s', (_, source, words) => {
  expect(shapeWords(source)).toBe(words);
});

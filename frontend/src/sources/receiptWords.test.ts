import { describe, expect, it } from 'vitest';
import { digestWords, isCount, receiptOf, receiptWords } from './receiptWords';

describe('a receipt', () => {
  it('is one line of what it says', () => {
    expect(receiptWords(undefined)).toBe('');
    expect(receiptWords({ sha256: 'ab' })).toBe('');
    expect(receiptWords({ from: 'A. Keller', received: '2026-07-01', request: 'R-0141' })).toBe(
      'A. Keller, 2026-07-01, request R-0141',
    );
  });

  it('never takes a missing digest for one that agrees', () => {
    expect(digestWords(undefined)).toBe('none stated');
    expect(digestWords({ state: 'not given', words: '' })).toBe('none stated');
    expect(digestWords({ state: 'agrees', words: '' })).toBe('matches the stated one');
    expect(digestWords({ state: 'differs', words: '' })).toBe('differs from the stated one');
  });

  it('leaves out what was left empty, and reads grouped counts', () => {
    const empty = { from: '', received: '', request: '', method: '', sha256: '', count: '' };
    expect(receiptOf(empty)).toEqual({});
    expect(receiptOf({ ...empty, from: ' A. Keller ', count: "1'204,121" })).toEqual({
      from: 'A. Keller',
      count: 1204121,
    });
    expect([isCount(''), isCount('12'), isCount('1,200'), isCount('12 records'), isCount('-1')]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

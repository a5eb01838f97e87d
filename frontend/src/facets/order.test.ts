import { describe, expect, it } from 'vitest';
import type { Facet } from '../backend/types';
import { hiddenCount, keepOrder, linesOf, shownWords } from './order';
import { codesWords, valueLabel } from './words';

const facet: Facet = {
  field: 'changed',
  distinct: 23,
  in_case: 30,
  values: [
    { value: 'banner', count: 212, state: '' },
    { value: 'vendor', count: 188, state: 'include' },
    { value: 'gone', count: 0, state: 'exclude' },
  ],
  missing: 201,
  missing_state: '',
};
const values = (lines: readonly { readonly value: string }[]) => lines.map((l) => l.value);

describe('the lines of a facet', () => {
  it('put included values first and "not recorded" where its count belongs', () => {
    expect(values(linesOf(facet, 'count', ''))).toEqual(['vendor', 'banner', '', 'gone']);
    expect(values(linesOf(facet, 'name', ''))).toEqual(['vendor', 'banner', 'gone', '']);
  });

  it('keep an excluded value that has no rows', () => {
    expect(linesOf(facet, 'count', '').find((l) => l.value === 'gone')).toMatchObject({ count: 0, state: 'exclude' });
  });

  it('leave "not recorded" out of a search, unless it is chosen', () => {
    expect(values(linesOf(facet, 'count', 'ban'))).not.toContain('');
    expect(values(linesOf({ ...facet, missing_state: 'exclude' }, 'count', 'ban'))).toContain('');
  });

  it('stay where they are while they are held', () => {
    const lines = linesOf(facet, 'count', '');
    expect(values(keepOrder(lines, ['gone', 'banner']))).toEqual(['gone', 'banner', 'vendor', '']);
    expect(keepOrder(lines, undefined)).toBe(lines);
  });

  it('are counted in words, never per cent', () => {
    expect(shownWords(3, facet, '')).toBe('3 of 23 values');
    expect(shownWords(2, { ...facet, distinct: 12, in_case: 1348 }, 'ok')).toBe('2 of 12, 1,348 in all');
    expect(hiddenCount(facet)).toBe(7);
  });
});

describe('the words of a value', () => {
  it('say what has no text, and that an effect is unknown', () => {
    expect(valueLabel('user', '')).toBe('(not recorded)');
    expect(valueLabel('outcome', 'unknown')).toBe('effect unknown');
    expect(valueLabel('user', 'a@acme.example', 'acme.example')).toBe('a');
  });

  it('shorten many status codes to their class', () => {
    expect(codesWords([200, 201])).toBe('200 201');
    expect(codesWords([500, 502, 503, 504])).toBe('5xx');
    expect(codesWords(undefined)).toBe('');
  });
});

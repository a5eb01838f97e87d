import { describe, expect, it } from 'vitest';
import type { ComparedEvents, SourceComparison } from '../backend/types';
import { limitsOf, partsOf } from './comparison';

const some = (count: number, in_scope = count, listed = count): ComparedEvents => ({ count, in_scope, listed });

function compared(added: ComparedEvents, missing: ComparedEvents, differ: ComparedEvents): SourceComparison {
  return { old: 1, new: 2, words: '', added, missing, differ, alike: 7, notes: [] };
}

describe('a comparison of two sources', () => {
  it('is said in three numbers', () => {
    const words = (c: SourceComparison) => partsOf(c).map((p) => p.words);
    expect(words(compared(some(1200), some(0), some(1)))).toEqual(['1,200 new', '0 missing', '1 differs']);
    expect(words(compared(some(0), some(3), some(2)))).toEqual(['0 new', '3 missing', '2 differ']);
  });

  it.each([
    ['nothing where links open all', compared(some(2), some(0), some(1)), []],
    [
      'what lies out of scope',
      compared(some(5, 2), some(3), some(1, 0)),
      ['A link opens what lies within the scope of the audit: 2 of 5 new, 0 of 1 differs.'],
    ],
    [
      'what a query does not name',
      compared(some(0), some(0), some(1203, 1203, 200)),
      ['Of 1,203 differ the link opens the first 200.'],
    ],
  ])('says of its links %s', (_, comparison, limits) => {
    expect(limitsOf(comparison)).toEqual(limits);
  });
});

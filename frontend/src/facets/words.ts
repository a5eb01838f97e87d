import type { Field } from '../backend/types';
import { withoutDomain } from '../query/chipWords';

export const notRecordedWords = '(not recorded)';
/** Of the continuity of a change: the absence of a verdict. */
export const notTestedWords = '(not tested)';

const outcomes: Readonly<Record<string, string>> = { unknown: 'effect unknown' };

/** A value as its facet shows it. */
export function valueLabel(field: Field, value: string, mailDomain?: string): string {
  if (value === '') return field === 'continuity' ? notTestedWords : notRecordedWords;
  if (field === 'outcome') return outcomes[value] ?? value;
  if (field === 'user') return withoutDomain(value, mailDomain);
  return value;
}

/** The status codes behind an outcome: "200 201", or "5xx" where they are many. */
export function codesWords(codes: readonly number[] | undefined): string {
  if (codes === undefined || codes.length === 0) return '';
  if (codes.length <= 3) return codes.join(' ');
  const classes = [...new Set(codes.map((c) => `${Math.floor(c / 100)}xx`))];
  return classes.join(' ');
}

// What a roll-forward says in words, and how its instants are read. Pure.
import type { CaseInfo, LackingChange, RolledRow, RollForward, RollForwardRequest, Verdict } from '../backend/types';
import { instantText, typedInstant } from '../settings/instants';
import { counted } from '../ui/words';
import type { RollForwardView } from '../view/rollForward';
import { epochMs } from '../view/time';

export type End = 'opening' | 'closing';

/** In the order in which an auditor looks at them. */
export const verdicts: readonly Verdict[] = ['differs', 'cannot be tested', 'agrees'];

export const verdictTitles: Readonly<Record<Verdict, string>> = {
  differs: 'Differs',
  'cannot be tested': 'Cannot be tested',
  agrees: 'Agrees',
};

/** How many settings came to a verdict, listed or not. */
export function countOf(answer: RollForward, verdict: Verdict): number {
  if (verdict === 'differs') return answer.differs;
  return verdict === 'agrees' ? answer.agrees : answer.cannot_be_tested;
}

/** Which instant is meant where none is typed. */
export function whenEmpty(
  end: End,
  { engagement, first, last }: Pick<CaseInfo, 'engagement' | 'first' | 'last'>,
  zone: string,
): string {
  const day = end === 'opening' ? engagement.from : engagement.to;
  if (day !== undefined) return `the ${end === 'opening' ? 'beginning' : 'end'} of the period under audit, ${day}`;
  const record = end === 'opening' ? first : last;
  const which = `the ${end === 'opening' ? 'first' : 'last'} record`;
  return record === undefined ? which : `${which}, ${instantText(record, zone)}`;
}

const onlyDay = /^\d{4}-\d{2}-\d{2}$/;

/** What the program takes: nothing, a day (whose first or last moment it knows itself), or RFC 3339. Undefined for anything else. */
export function rollInstant(text: string, zone: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const instant = typedInstant(trimmed, zone);
  return instant !== undefined && onlyDay.test(trimmed) ? trimmed : instant;
}

export type Problems = Partial<Record<End, string>>;

const how = 'Write a day as 2026-06-30, with a time as 2026-06-30 23:59:59, or nothing.';

/** What to ask, or what stands against it. Undefined for both while a file is missing. */
export function requestOf(
  view: Pick<RollForwardView, 'opening' | 'closing' | 'openingAt' | 'closingAt'>,
  zone: string,
): { readonly request?: RollForwardRequest; readonly problems: Problems } {
  const opening = rollInstant(view.openingAt, zone);
  const closing = rollInstant(view.closingAt, zone);
  const problems = {
    ...(opening === undefined ? { opening: how } : {}),
    ...(closing === undefined ? { closing: how } : {}),
  };
  if (opening === undefined || closing === undefined) return { problems };
  if (view.opening === undefined || view.closing === undefined) return { problems };
  const times = [opening, closing];
  // A day against another, or an instant against another; of a mixture the program knows the order.
  if (times.every((t) => onlyDay.test(t)) && closing < opening)
    return { problems: { closing: 'The closing snapshot can’t be of an earlier day than the opening one.' } };
  if (times.every((t) => t.includes('T')) && epochMs(closing) <= epochMs(opening))
    return { problems: { closing: 'The closing snapshot must be of a later instant than the opening one.' } };
  return {
    problems,
    request: {
      opening: view.opening.id,
      closing: view.closing.id,
      ...(opening === '' ? {} : { opening_at: opening }),
      ...(closing === '' ? {} : { closing_at: closing }),
      zone,
    },
  };
}

/** What a snapshot calls the setting, and what the log adds: label, panel, the thing that it is a field of. */
export function rolledGloss({ field, setting = '', resource_type = '', target = '' }: RolledRow): string {
  const thing = [...new Set([resource_type.replaceAll('_', ' '), target])].filter((w) => w !== '').join(' ');
  return [field === '' ? '' : setting, thing].filter((w) => w !== '').join(', ');
}

export function rolledName({ field, setting = '' }: Pick<RolledRow, 'field' | 'setting'>): string {
  return field || setting;
}

/** "1 applied change", "12 applied changes" */
export function changesWords({ changes }: Pick<RolledRow, 'changes'>): string {
  return changes === 0 ? 'none logged' : counted(changes, 'applied change');
}

/** One side of a lacking change: a snapshot, or an event by its ref. */
export function sideOf(name: LackingChange['after']): { readonly snapshot: End } | { readonly event: string } {
  return name === 'opening' || name === 'closing' ? { snapshot: name } : { event: name };
}

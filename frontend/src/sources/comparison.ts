import type { ComparedEvents, SourceComparison } from '../backend/types';
import { count } from '../ui/words';

export interface ComparedPart {
  /** "12 new" */
  readonly words: string;
  readonly events: ComparedEvents;
}

/** What two sources do not share, in the order in which it is said. */
export function partsOf({ added, missing, differ }: SourceComparison): readonly ComparedPart[] {
  return [
    { words: `${count(added.count)} new`, events: added },
    { words: `${count(missing.count)} missing`, events: missing },
    { words: `${count(differ.count)} ${differ.count === 1 ? 'differs' : 'differ'}`, events: differ },
  ];
}

/** Where a link opens fewer events than its number says, in sentences. */
export function limitsOf(comparison: SourceComparison): readonly string[] {
  const parts = partsOf(comparison);
  const beyond = parts.filter(({ events }) => events.in_scope < events.count);
  return [
    ...(beyond.length === 0
      ? []
      : [
          `A link opens what lies within the scope of the audit: ${beyond.map(({ words, events }) => `${count(events.in_scope)} of ${words}`).join(', ')}.`,
        ]),
    ...parts
      .filter(({ events }) => events.listed < events.count)
      .map(({ words, events }) => `Of ${words} the link opens the first ${count(events.listed)}.`),
  ];
}

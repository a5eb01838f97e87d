import type { Value } from '../backend/types';
import type { FilterTerm } from '../view/terms';
import { minuteStamp, stamp } from '../view/time';

/** A value in words: "write", "svc*", "recorded", "≥ 500". People of the case's one mail domain go without it. */
export function valueWords(value: Value, mailDomain?: string): string {
  switch (value.op) {
    case 'recorded':
      return 'recorded';
    case 'not_recorded':
      return '(not recorded)';
    case 'prefix':
      return `${value.text}*`;
    case 'at_least':
      return `≥ ${value.text}`;
    case 'below':
      return `< ${value.text}`;
    case 'equal':
      return withoutDomain(value.text, mailDomain);
  }
}

/** The part of an address before the domain that all people of the case share. */
export function withoutDomain(text: string, mailDomain: string | undefined): string {
  const tail = `@${mailDomain}`;
  return mailDomain !== undefined && text.endsWith(tail) && text.length > tail.length
    ? text.slice(0, -tail.length)
    : text;
}

/** A term's values in words; times name their zone. */
export function termWords(term: FilterTerm, zone: string, mailDomain?: string): string {
  const text = term.values[0]?.text ?? '';
  switch (term.field) {
    case 'date_from':
      return `${text} 00:00 ${zone}`;
    case 'date_to':
      return `the end of ${text} ${zone}`;
    case 'after':
    case 'before':
      return text.startsWith('-') ? `${text.slice(1)} before now` : `${instantWords(text, zone)} ${zone}`;
    case 'user':
      return term.values.map((v) => valueWords(v, mailDomain)).join(', ');
    default:
      return term.values.map((v) => valueWords(v)).join(', ');
  }
}

/** As short as it stays exact: to the minute where seconds are zero. */
function instantWords(instant: string, zone: string): string {
  const whole = stamp(instant, zone);
  return whole.endsWith(':00.000') ? minuteStamp(instant, zone) : whole;
}

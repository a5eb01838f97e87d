// The query language once more, small, for the fake backend only: the program's own reading of it is Go's audit.ParseQuery.
import type { AppError, Field, ParsedQuery, Term, Value } from '../types';

const fields: readonly Field[] = [
  'resource_type',
  'action',
  'target',
  'user',
  'organization',
  'ip',
  'outcome',
  'status',
  'changed',
  'setting',
  'panel',
  'kind',
  'basis',
  'new',
  'continuity',
  'class',
  'version',
  'log',
  'deployment',
  'source',
  'text',
  'has',
  'id',
  'ref',
  'request_id',
  'resource_id',
  'build_reason',
  'date_from',
  'date_to',
  'after',
  'before',
];
const aliases: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['resource_target', 'target'],
  ['username', 'user'],
  ['email', 'user'],
  ['type', 'resource_type'],
]);
const closedSets: Partial<Record<Field, readonly string[]>> = {
  outcome: ['ok', 'denied', 'failed', 'unknown'],
  version: ['v1', 'v2'],
  log: ['audit', 'connection'],
  class: ['admin'],
  has: ['changes', 'secret', 'unrecorded', 'differs', 'matching', 'synthetic'],
  basis: ['logged', 'derived', 'not recorded'],
};
const times: ReadonlySet<Field> = new Set<Field>(['date_from', 'date_to', 'after', 'before']);

class Unreadable extends Error {
  readonly detail: AppError;
  constructor(position: number, length: number, message: string) {
    super(message);
    this.detail = { message, position, length };
  }
}

function fieldOf(name: string): Field | undefined {
  const folded = name.toLowerCase();
  return aliases.get(folded) ?? fields.find((f) => f === folded);
}

const space = /\s/;

function reader(s: string) {
  let i = 0;
  const fail = (at: number, length: number, message: string): never => {
    throw new Unreadable(at, length, message);
  };
  const spaceHere = () => i < s.length && space.test(s.charAt(i));
  const quoted = (): string => {
    const start = i;
    let out = '';
    for (i++; i < s.length; i++) {
      const c = s.charAt(i);
      if (c === '"') {
        i++;
        return out;
      }
      if (c === '\\' && (s.charAt(i + 1) === '"' || s.charAt(i + 1) === '\\')) i++;
      out += s.charAt(i);
    }
    return fail(start, s.length - start, 'the quote opened here is not closed');
  };
  const value = (): Value => {
    const start = i;
    if (s.charAt(i) === '"') {
      const text = quoted();
      if (s.charAt(i) === '*') {
        i++;
        return { op: 'prefix', text };
      }
      return text === '' ? { op: 'not_recorded', text: '' } : { op: 'equal', text };
    }
    while (i < s.length && !spaceHere() && s.charAt(i) !== ',') {
      if (s.charAt(i) === '"') fail(i, 1, 'a quote stands inside a value; put the whole value in quotes');
      i++;
    }
    const text = s.slice(start, i);
    if (text === '') return fail(start, 0, 'a value is missing; write "" for "not recorded"');
    if (text === '*') return { op: 'recorded', text: '' };
    return text.endsWith('*') ? { op: 'prefix', text: text.slice(0, -1) } : { op: 'equal', text };
  };
  const term = (): Term => {
    const start = i;
    const exclude = s.charAt(i) === '-' && i + 1 < s.length && s.charAt(i + 1) !== ' ';
    if (exclude) i++;
    const made = (field: Field, values: readonly Value[]): Term =>
      exclude ? { field, exclude, values } : { field, values };
    if (s.charAt(i) === '"') {
      const text = quoted();
      if (text === '') fail(start, i - start, 'the search text is empty');
      return made('text', [{ op: 'equal', text }]);
    }
    const nameStart = i;
    while (i < s.length && !spaceHere() && s.charAt(i) !== ':' && s.charAt(i) !== '"') i++;
    const name = s.slice(nameStart, i);
    if (s.charAt(i) === '"') fail(i, 1, 'a quote stands inside a word; put the whole word in quotes');
    if (s.charAt(i) !== ':') return made('text', [{ op: 'equal', text: name }]);
    const field =
      fieldOf(name) ??
      fail(nameStart, name.length, `there is no field "${name}"; to search for text with a colon, put it in quotes`);
    i++;
    if (exclude && times.has(field)) fail(start, i - start, `${field} can't be excluded; use the opposite bound`);
    const values: Value[] = [];
    for (;;) {
      const at = i;
      const v = value();
      values.push(check(field, v, at, i - at));
      if (s.charAt(i) !== ',') break;
      if (times.has(field)) fail(i, 1, `${field} takes one value`);
      i++;
    }
    if (i < s.length && !spaceHere()) fail(i, 1, 'a space or comma must follow a value');
    return made(field, values);
  };
  const check = (field: Field, v: Value, at: number, length: number): Value => {
    const set = closedSets[field];
    if (set !== undefined && (v.op === 'equal' || field === 'has' || field === 'class')) {
      const known = set.find((x) => v.op === 'equal' && x === v.text.toLowerCase());
      if (known === undefined) fail(at, length, `${field} takes one of ${set.join(', ')}, not "${v.text}"`);
      return { op: 'equal', text: known ?? '' };
    }
    if (field === 'text') return v.op === 'prefix' ? { op: 'equal', text: `${v.text}*` } : v;
    if (field === 'status' && v.op === 'equal') return status(v.text, at, length);
    if (field === 'date_from' || field === 'date_to') {
      const month = /^\d{4}-(\d{2})-\d{2}$/.exec(v.text)?.[1];
      if (month === undefined) fail(at, length, `"${v.text}" is no day; write yyyy-mm-dd`);
      if (Number(month) < 1 || Number(month) > 12) fail(at, length, `there is no month ${month}`);
      if (new Date(`${v.text}T00:00:00Z`).toJSON()?.slice(0, 10) !== v.text) {
        fail(at, length, `there is no day ${v.text.slice(8)} in ${v.text.slice(0, 7)}`);
      }
    }
    if ((field === 'after' || field === 'before') && Number.isNaN(instantOf(v.text, 0))) {
      fail(at, length, `"${v.text}" is no instant; write 2026-06-30T12:00:00Z, or -7d, -12h, -30m`);
    }
    return v;
  };
  const status = (text: string, at: number, length: number): Value => {
    if (text.toLowerCase() === 'ok') return { op: 'below', text: '400' };
    if (text.toLowerCase() === 'failed') return { op: 'at_least', text: '400' };
    const [, sign = '', digits = ''] = /^(>=|<=|>|<)?(\d{1,6})$/.exec(text) ?? [];
    if (digits === '') fail(at, length, `"${text}" is no status; write a code, >=500, ok or failed`);
    const n = Number(digits) + (sign === '<=' || sign === '>' ? 1 : 0);
    if (sign === '') return { op: 'equal', text: String(n) };
    return { op: sign.startsWith('>') ? 'at_least' : 'below', text: String(n) };
  };
  return {
    all(): readonly Term[] {
      const terms: Term[] = [];
      for (;;) {
        while (spaceHere()) i++;
        if (i >= s.length) return terms;
        const start = i;
        const t = term();
        if (times.has(t.field) && terms.some((x) => x.field === t.field))
          fail(start, i - start, `${t.field} stands twice`);
        terms.push(t);
      }
    },
  };
}

/** Milliseconds of an instant, or of a span such as -7d before `now`; NaN where it is none. */
export function instantOf(text: string, now: number): number {
  const [, count, unit] = /^-(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) {
    const minutes = { m: 1, h: 60, d: 1440, w: 10080 }[unit ?? 'm'] ?? 1;
    return now - Number(count) * minutes * 60_000;
  }
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
}

export function parse(text: string): ParsedQuery {
  try {
    const terms = reader(text).all();
    return { terms, text: print(terms) };
  } catch (error) {
    if (error instanceof Unreadable) return { terms: [], text, error: error.detail };
    throw error;
  }
}

const quote = (s: string) => `"${s.replace(/[\\"]/g, '\\$&')}"`;

function printValue(v: Value): string {
  switch (v.op) {
    case 'recorded':
      return '*';
    case 'not_recorded':
      return '""';
    case 'at_least':
      return `>=${v.text}`;
    case 'below':
      return `<${v.text}`;
    case 'prefix':
      return `${/[\s",\\]|^[<>]/.test(v.text) ? quote(v.text) : v.text}*`;
    case 'equal':
      return v.text === '' || /[\s",\\]|^[<>]|\*$/.test(v.text) ? quote(v.text) : v.text;
  }
}

/** The canonical text of terms. */
export function print(terms: readonly Term[]): string {
  return terms
    .map((t) => {
      const sign = t.exclude ? '-' : '';
      const [only] = t.values;
      if (t.field === 'text' && t.values.length === 1 && only !== undefined) {
        return sign + (only.text === '' || /[\s",\\:]|^-/.test(only.text) ? quote(only.text) : only.text);
      }
      return `${sign}${t.field}:${t.values.map(printValue).join(',')}`;
    })
    .join(' ');
}

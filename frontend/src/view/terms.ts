import type { Field, Term, Value } from '../backend/types';

/** A term of the query with its chip's switch: a term that is off is kept, but is no part of the query. */
export interface FilterTerm extends Term {
  readonly off?: boolean;
}

export type Terms = readonly FilterTerm[];

/** What the terms say of one value, as a facet shows it. */
export type ValueState = '' | 'include' | 'exclude';

const timeFields: ReadonlySet<Field> = new Set(['date_from', 'date_to', 'after', 'before']);

export function isTimeField(field: Field): boolean {
  return timeFields.has(field);
}

export const notRecorded: Value = { op: 'not_recorded', text: '' };

/** The value that a facet lists as `text`. */
export function facetValue(text: string): Value {
  return text === '' ? notRecorded : { op: 'equal', text };
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

export function sameValue(a: Value, b: Value): boolean {
  return a.op === b.op && foldAscii(a.text) === foldAscii(b.text);
}

function names(term: FilterTerm, field: Field, value: Value): boolean {
  return !term.off && term.field === field && term.values.some((v) => sameValue(v, value));
}

export function stateOf(terms: Terms, field: Field, value: Value): ValueState {
  const naming = terms.filter((t) => names(t, field, value));
  if (naming.some((t) => t.exclude)) return 'exclude';
  return naming.length > 0 ? 'include' : '';
}

/** The terms that are part of the query. */
export function active(terms: Terms): readonly Term[] {
  return terms
    .filter((t) => !t.off)
    .map(({ field, exclude, values }) => (exclude ? { field, exclude, values } : { field, values }));
}

function isOn(term: FilterTerm, field: Field): boolean {
  return !term.off && term.field === field;
}

/** Takes the value out of every term that is on and has the given sign; a term left without values goes. */
function take(terms: Terms, field: Field, value: Value, excluded: boolean): Terms {
  return terms.flatMap((t) => {
    if (!names(t, field, value) || Boolean(t.exclude) !== excluded) return [t];
    const values = t.values.filter((v) => !sameValue(v, value));
    return values.length > 0 ? [{ ...t, values }] : [];
  });
}

function put(terms: Terms, field: Field, value: Value, exclude: boolean): Terms {
  const at = terms.findIndex((t) => isOn(t, field) && Boolean(t.exclude) === exclude);
  const found = terms[at];
  if (found === undefined)
    return [...terms, exclude ? { field, exclude, values: [value] } : { field, values: [value] }];
  return terms.with(at, { ...found, values: [...found.values, value] });
}

/** Only this value of the field; the same again takes the filter away. Terms that are off stay as they are. */
export function only(terms: Terms, field: Field, value: Value): Terms {
  const on = terms.filter((t) => isOn(t, field));
  const [sole] = on;
  const rest = terms.filter((t) => !isOn(t, field));
  if (on.length === 1 && sole && !sole.exclude && sole.values.length === 1 && names(sole, field, value)) return rest;
  const at = terms.findIndex((t) => isOn(t, field));
  const before = at < 0 ? rest.length : at;
  return [...rest.slice(0, before), { field, values: [value] }, ...rest.slice(before)];
}

/** This value too; the same again takes it out. A contrary exclude goes. */
export function add(terms: Terms, field: Field, value: Value): Terms {
  if (stateOf(take(terms, field, value, true), field, value) === 'include') return take(terms, field, value, false);
  return put(take(terms, field, value, true), field, value, false);
}

/** Without this value; the same again takes that back. A contrary include goes. */
export function exclude(terms: Terms, field: Field, value: Value): Terms {
  if (stateOf(terms, field, value) === 'exclude') return take(terms, field, value, true);
  return put(take(terms, field, value, false), field, value, true);
}

/** Every term of the field that is on goes. */
export function clearField(terms: Terms, field: Field): Terms {
  return terms.filter((t) => !isOn(t, field));
}

export function remove(terms: Terms, at: number): Terms {
  return terms.filter((_, i) => i !== at);
}

export function replace(terms: Terms, at: number, by: Terms): Terms {
  return oneBoundEach([...terms.slice(0, at), ...by, ...terms.slice(at + 1)], at);
}

/** The parsed terms of a typed query take the place of all that are on; what is off is kept behind them. */
export function typed(terms: Terms, parsed: readonly Term[]): Terms {
  return [...parsed, ...terms.filter((t) => t.off)];
}

export function switchOff(terms: Terms, at: number): Terms {
  const term = terms[at];
  if (term === undefined || term.off) return terms;
  return terms.with(at, { ...term, off: true });
}

export function switchOn(terms: Terms, at: number): Terms {
  const term = terms[at];
  if (term === undefined || !term.off) return terms;
  const { off: _, ...on } = term;
  return oneBoundEach(terms.with(at, on), at);
}

/** The opposite of a term. Times have no excluded form: "from" becomes "to the day before", "after" becomes "before". */
export function invert(terms: Terms, at: number): Terms {
  const term = terms[at];
  if (term === undefined) return terms;
  if (!isTimeField(term.field)) {
    const { exclude: was, ...rest } = term;
    return terms.with(at, was ? rest : { ...rest, exclude: true });
  }
  const [value] = term.values;
  if (value === undefined) return terms;
  const [field, text] = oppositeTime(term.field, value.text);
  return oneBoundEach(terms.with(at, { ...term, field, values: [{ op: 'equal', text }] }), at);
}

function oppositeTime(field: Field, text: string): readonly [Field, string] {
  switch (field) {
    case 'date_from':
      return ['date_to', shiftDay(text, -1)];
    case 'date_to':
      return ['date_from', shiftDay(text, 1)];
    case 'after':
      return ['before', text];
    case 'before':
      return ['after', text];
    default:
      return [field, text];
  }
}

/** From an instant (inclusive) to another (exclusive), both RFC 3339 in UTC; earlier instants of the query go. */
export function setRange(terms: Terms, after: string, before: string): Terms {
  const rest = terms.filter((t) => !isOn(t, 'after') && !isOn(t, 'before'));
  return [
    ...rest,
    { field: 'after', values: [{ op: 'equal', text: after }] },
    { field: 'before', values: [{ op: 'equal', text: before }] },
  ];
}

/** A query has each time bound at most once: the term at `at` stays on, another one of its field goes off. */
function oneBoundEach(terms: Terms, at: number): Terms {
  const term = terms[at];
  if (term === undefined || term.off || !isTimeField(term.field)) return terms;
  return terms.map((t, i) => (i !== at && isOn(t, term.field) ? { ...t, off: true } : t));
}

function shiftDay(day: string, by: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}

// A changed value as data: what kinds have in common and how they differ, without a word about how it is drawn.
import type { Change, Json } from '../backend/types';
import { count } from '../ui/words';
import { stamp } from '../view/time';

/** A value as text: strings as they are, anything else as JSON. */
export function plainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands where there is a value that draws nothing, and where there is none. */
export function emptyWord(value: Json): '(empty)' | '(none)' | undefined {
  if (value === null) return '(none)';
  if (value === '') return '(empty)';
  if (Array.isArray(value) && value.length === 0) return '(none)';
  return undefined;
}

const zeros = /^0{8,}$|^0{4,}(\.\.\.|…)0{4,}$/;

/** A digest as the vendor prints it, first 4…last 4; all zeros says that there was none yet. */
export function shortHash(text: string): { readonly short: string; readonly noneYet: boolean } {
  const printed = text.replace('...', '…');
  const long = /^[\w+/=-]{12,}$/.test(printed);
  return { short: long ? `${printed.slice(0, 4)}…${printed.slice(-4)}` : printed, noneYet: zeros.test(text) };
}

/** Red, green and blue from 0 to 255; undefined for what is no hex colour. */
export function rgbOf(text: string): readonly [number, number, number] | undefined {
  const [, short, long] = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(text) ?? [];
  const hex = long ?? short?.replace(/./g, '$&$&');
  if (hex === undefined) return undefined;
  const n = Number.parseInt(hex, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

function luminance([r, g, b]: readonly [number, number, number]): number {
  const linear = (c: number) => (c <= 10.31475 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast of white or black text on a colour, whichever reads better: WCAG's ratio with one digit, "12.8:1". */
export function contrastOn(colour: readonly [number, number, number]): {
  readonly ratio: string;
  readonly text: 'white' | 'black';
} {
  const l = luminance(colour);
  const white = 1.05 / (l + 0.05);
  const black = (l + 0.05) / 0.05;
  const best = Math.max(white, black);
  return { ratio: `${best.toFixed(1)}:1`, text: white >= black ? 'white' : 'black' };
}

/** Nanoseconds in words: "8 h", "1 h 30 min", "250 ms". */
export function durationWords(nanoseconds: number): string {
  if (nanoseconds === 0) return '0 s';
  const sign = nanoseconds < 0 ? '−' : '';
  let left = Math.abs(nanoseconds);
  const words: string[] = [];
  for (const [unit, size] of [
    ['h', 3.6e12],
    ['min', 6e10],
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
    ['ns', 1],
  ] as const) {
    const n = Math.floor(left / size);
    left -= n * size;
    if (n > 0) words.push(`${count(n)} ${unit}`);
  }
  return sign + words.join(' ');
}

/** Elements of two lists: what came, what went, how many stayed. Each element counts as often as it occurs. */
export function listChange(
  old: readonly Json[],
  now: readonly Json[],
): { readonly added: readonly string[]; readonly removed: readonly string[]; readonly kept: number } {
  // Compared whole, told by name: a member whose role changed has gone and come.
  const left = new Map<string, { readonly item: Json; n: number }>();
  for (const item of old) {
    const key = JSON.stringify(item);
    const known = left.get(key);
    if (known === undefined) left.set(key, { item, n: 1 });
    else known.n++;
  }
  const added: string[] = [];
  let kept = 0;
  for (const item of now) {
    const known = left.get(JSON.stringify(item));
    if (known !== undefined && known.n > 0) {
      kept++;
      known.n--;
    } else added.push(nameOf(item));
  }
  return {
    added,
    removed: [...left.values()].flatMap(({ item, n }) => new Array<string>(n).fill(nameOf(item))),
    kept,
  };
}

/** An item of a list by what people know it by: a role by its name, a permission as "audit_log:read", else key by key. */
export function nameOf(value: Json): string {
  if (!isObject(value)) return plainText(value);
  const { resource_type: type, action, negate } = value;
  if (typeof type === 'string' && typeof action === 'string') {
    return `${negate === true ? 'not ' : ''}${type}:${action}`;
  }
  const names = ['name', 'username', 'email', 'display_name', 'user_id', 'id'].map((key) => value[key]);
  const name = names.find((n): n is string => typeof n === 'string' && n !== '');
  if (name !== undefined) return name;
  return Object.entries(value)
    .map(([key, v]) => `${key}: ${emptyWord(v) ?? plainText(v)}`)
    .join(', ');
}

export interface KeyChange {
  /** Keys from the outside in, joined with a point. */
  readonly path: string;
  readonly old?: Json;
  readonly now?: Json;
}

/** Keys looked at; an object out of a log can be of any size. */
const maxKeys = 2000;

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What differs between two objects, key by key and nested, in the order of the old one's keys. */
export function objectChange(
  old: Json | undefined,
  now: Json | undefined,
): { readonly changes: readonly KeyChange[]; readonly kept: number } {
  const changes: KeyChange[] = [];
  let kept = 0;
  let seen = 0;
  const walk = (path: string, a: Json | undefined, b: Json | undefined) => {
    if (isObject(a) && isObject(b) && seen < maxKeys) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        seen++;
        walk(
          path === '' ? key : `${path}.${key}`,
          Object.hasOwn(a, key) ? a[key] : undefined,
          Object.hasOwn(b, key) ? b[key] : undefined,
        );
      }
    } else if (JSON.stringify(a) === JSON.stringify(b)) kept++;
    else changes.push({ path, ...(a === undefined ? {} : { old: a }), ...(b === undefined ? {} : { now: b }) });
  };
  if (isObject(old) && isObject(now)) walk('', old, now);
  else
    for (const [side, value] of [['old', old] as const, ['now', now] as const]) {
      if (isObject(value))
        for (const [path, v] of Object.entries(value).slice(0, maxKeys)) changes.push({ path, [side]: v });
    }
  return { changes, kept };
}

/** What is told of a secret: "set", "replaced", "replaced, value never logged", "removed". */
export function secretWord({ words }: Pick<Change, 'words'>): string {
  return words.replace(/^.*?\bsecret\b:?\s*/, '').trim() || 'changed, value never logged';
}

export interface Marks {
  /** The vendor's label and the logged field look exchanged. */
  readonly crossed: boolean;
  /** The new value is none of the documented ones. */
  readonly undocumented: boolean;
  /** A role or permission came that was not there. */
  readonly privilege: boolean;
  /** The field is in no catalogue: there is no label to gloss it with. */
  readonly uncatalogued: boolean;
}

/** What the backend noted of a change; its notes stand one after another, parted by semicolons. */
export function marksOf({ note = '', kind }: Change): Marks {
  return {
    crossed: note.includes('look crossed'),
    undocumented: kind !== 'unrecorded' && note.includes('not a documented value'),
    privilege: note.includes('new privilege'),
    uncatalogued: note.includes('not in the catalogue'),
  };
}

export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Whether the write took effect: a refused one moved no value. */
export function isApplied(change: Pick<Change, 'outcome'>): boolean {
  return change.outcome !== 'denied' && change.outcome !== 'failed';
}

/** Whether a text is told line by line: it has several lines on either side, or may have where a row leaves it out. */
export function hasLines(change: Change): boolean {
  const several = (v: Json | undefined) => typeof v === 'string' && v.includes('\n');
  return (
    (change.kind === 'text' || change.kind === 'unknown') &&
    !change.secret &&
    (several(change.old) || several(change.new) || change.value_bytes !== undefined)
  );
}

/** A logged instant in the shown zone; what is no instant stays as it is. */
export function timeWords(value: Json, zone: string): string {
  if (isObject(value) && 'Valid' in value)
    return value.Valid === false ? '(none)' : timeWords(value.Time ?? null, zone);
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return plainText(value);
  return value.startsWith('0001-01-01') ? '(none)' : `${stamp(value, zone)} ${zone}`;
}

export function outcomeWords(outcome: Change['outcome'], status: number | undefined): string {
  const code = status === undefined ? '' : ` ${status}`;
  switch (outcome) {
    case undefined:
      return 'not recorded';
    case 'ok':
      return 'applied';
    case 'denied':
      return `denied${code}`;
    case 'failed':
      return `failed${code}`;
    case 'unknown':
      return `failed${code}, effect unknown`;
  }
}

/** The place of a row's change among those of its event, from 0; -1 where the event has no change of that field. */
export function ordinalOf(changes: readonly Change[], { field, words }: Pick<Change, 'field' | 'words'>): number {
  const same = changes.findIndex((c) => c.field === field && c.words === words);
  return same < 0 ? changes.findIndex((c) => c.field === field) : same;
}

// Filtering and counting over events in memory: what the backend does with columns and bitsets, here with loops.
import type {
  AuditEvent,
  Change,
  ChangeRow,
  Facet,
  Bucket as FacetBucket,
  FacetRequest,
  Field,
  Group,
  GroupCount,
  Of,
  Order,
  SearchRequest,
  Term,
  Timeline,
  Value,
} from '../types';
import type { MadeEvent } from './made';
import { instantOf } from './query';
import { type Bucket, type Zone, zoneOf } from './zone';

/** One row of a result: an event, or one of its changes. */
export interface Row {
  readonly made: MadeEvent;
  readonly change?: Change;
}

export const personLabel = (e: AuditEvent): string | undefined => e.user?.email ?? e.user?.username ?? e.user?.id;
const fold = (s: string) => s.toLowerCase();
const spelling = (s: string) => fold(s).replaceAll('_', ' ');
const flat = (v: unknown): string => (typeof v === 'string' ? v : (JSON.stringify(v) ?? ''));

function changesOf(row: Row): readonly Change[] {
  return row.change === undefined ? row.made.event.changes : [row.change];
}

/** The recorded values of a field; none is "not recorded". Of a change row only that change counts. */
export function valuesOf(row: Row, field: Field): readonly string[] {
  const e = row.made.event;
  const one = (v: string | number | undefined): readonly string[] => (v === undefined || v === '' ? [] : [String(v)]);
  const many = (of: (c: Change) => string | undefined): readonly string[] => [
    ...new Set(changesOf(row).flatMap((c) => one(of(c)))),
  ];
  switch (field) {
    case 'resource_type':
      return one(e.resource_type);
    case 'target':
      return one(e.resource_target);
    case 'user':
      return one(personLabel(e));
    case 'status':
      return one(e.status_code);
    case 'changed':
      return many((c) => c.field);
    case 'setting':
      return many((c) => c.setting);
    case 'panel':
      return many((c) => c.panel);
    case 'kind':
      return many((c) => c.kind);
    case 'basis':
      return many((c) => c.basis);
    case 'new':
      return many((c) => (c.secret ? '(secret)' : c.new === undefined ? undefined : flat(c.new)));
    case 'continuity':
      return [
        ...many((c) => c.continuity),
        ...(changesOf(row).some((c) => c.break_after !== undefined) ? ['break after'] : []),
      ];
    case 'class':
      return row.made.admin ? ['admin'] : [];
    case 'source':
      return e.sources.map((s) => s.path);
    case 'has': {
      const has: string[] = [];
      if (e.changes.length > 0) has.push('changes');
      if (changesOf(row).some((c) => c.secret)) has.push('secret');
      if (changesOf(row).some((c) => c.kind === 'unrecorded')) has.push('unrecorded');
      if (e.differs) has.push('differs');
      if (e.sources.length > 1) has.push('matching');
      if (e.looks_synthetic) has.push('synthetic');
      return has;
    }
    case 'action':
    case 'organization':
    case 'ip':
    case 'outcome':
    case 'version':
    case 'log':
    case 'deployment':
    case 'id':
    case 'ref':
    case 'request_id':
    case 'resource_id':
    case 'build_reason':
      return one(e[field]);
    default:
      return [];
  }
}

function holds(v: Value, values: readonly string[], same: (s: string) => string): boolean {
  switch (v.op) {
    case 'recorded':
      return values.length > 0;
    case 'not_recorded':
      return values.length === 0;
    case 'prefix':
      return values.some((x) => same(x).startsWith(same(v.text)));
    case 'at_least':
      return values.some((x) => Number(x) >= Number(v.text));
    case 'below':
      return values.some((x) => Number(x) < Number(v.text));
    case 'equal':
      return values.some((x) => same(x) === same(v.text));
  }
}

function textOf(row: Row): string {
  const e = row.made.event;
  const words = [e.resource_target, e.user?.username, e.user?.name, e.user?.email];
  for (const c of changesOf(row))
    words.push(c.field, c.old === undefined ? '' : flat(c.old), c.new === undefined ? '' : flat(c.new));
  return fold(words.filter((w) => w !== undefined).join('\n'));
}

function holdsAny(row: Row, field: Field, values: readonly Value[]): boolean {
  if (field === 'text') {
    const text = textOf(row);
    return values.some((v) => text.includes(fold(v.text)));
  }
  if (field === 'user') {
    const u = row.made.event.user;
    const names = [u?.email, u?.username, u?.id].filter((n) => n !== undefined);
    return values.some((v) => holds(v, names, fold));
  }
  const recorded = valuesOf(row, field);
  return values.some((v) => holds(v, recorded, field === 'changed' ? spelling : fold));
}

/** Whether a row is in the result, leaving out the terms of one field (for that field's own facet). */
export function matcher(terms: readonly Term[], zone: Zone, now: number): (row: Row, without?: Field) => boolean {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const t of terms) {
    const text = t.values[0]?.text ?? '';
    if (t.field === 'date_from') from = Math.max(from, zone.startOf(text));
    if (t.field === 'date_to') to = Math.min(to, zone.next(zone.startOf(text), 'day'));
    if (t.field === 'after') from = Math.max(from, instantOf(text, now));
    if (t.field === 'before') to = Math.min(to, instantOf(text, now));
  }
  const included = new Map<Field, Value[]>();
  const words: Term[] = [];
  const excluded: Term[] = [];
  for (const t of terms) {
    if (t.field === 'date_from' || t.field === 'date_to' || t.field === 'after' || t.field === 'before') continue;
    if (t.exclude) excluded.push(t);
    else if (t.field === 'text') words.push(t);
    else included.set(t.field, [...(included.get(t.field) ?? []), ...t.values]);
  }
  return (row, without) => {
    if (row.made.at < from || row.made.at >= to) return false;
    for (const [field, values] of included) {
      if (field !== without && !holdsAny(row, field, values)) return false;
    }
    if (!words.every((t) => holdsAny(row, 'text', t.values))) return false;
    return !excluded.some((t) => t.field !== without && holdsAny(row, t.field, t.values));
  };
}

function stateOf(terms: readonly Term[], field: Field, value: string): FacetBucket['state'] {
  let state: FacetBucket['state'] = '';
  for (const t of terms) {
    if (t.field !== field) continue;
    for (const v of t.values) {
      const named = value === '' ? v.op === 'not_recorded' : v.op === 'equal' && fold(v.text) === fold(value);
      if (named && t.exclude) return 'exclude';
      if (named) state = 'include';
    }
  }
  return state;
}

const documentedActions = [
  'auto_off',
  'auto_start',
  'close',
  'connect',
  'cordon',
  'create',
  'delete',
  'disconnect',
  'enqueue',
  'login',
  'logout',
  'open',
  'read',
  'register',
  'request_password_reset',
  'ssh',
  'start',
  'stop',
  'uncordon',
  'view',
  'write',
];

export function facetOf(
  request: FacetRequest,
  rows: readonly Row[],
  matches: (row: Row, without?: Field) => boolean,
  terms: readonly Term[],
): Facet {
  const { field } = request;
  const counts = new Map<string, number>();
  const codes = new Map<string, Set<number>>();
  let missing = 0;
  for (const row of rows) {
    const values = valuesOf(row, field);
    for (const v of values) if (!counts.has(v)) counts.set(v, 0);
    if (!matches(row, field)) continue;
    if (values.length === 0) missing++;
    for (const v of values) {
      counts.set(v, (counts.get(v) ?? 0) + 1);
      const code = row.made.event.status_code;
      if (field === 'outcome' && code !== undefined) codes.set(v, (codes.get(v) ?? new Set()).add(code));
    }
  }
  const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const search = fold(request.search ?? '');
  const seen = [...counts].filter(([v, n]) => n > 0 && fold(v).includes(search));
  const order = request.order ?? 'count';
  seen.sort(([a, n], [b, m]) => (order === 'name' ? 0 : order === 'count' ? m - n : n - m) || byName(a, b));
  const bucket = (value: string, count: number): FacetBucket => {
    const behind = codes.get(value);
    const state = stateOf(terms, field, value);
    return behind === undefined
      ? { value, count, state }
      : { value, count, state, codes: [...behind].sort((a, b) => a - b) };
  };
  const values = seen.slice(0, request.top).map(([v, n]) => bucket(v, n));
  for (const t of terms) {
    if (t.field !== field) continue;
    for (const v of t.values) {
      if (v.op !== 'equal' || values.some((b) => fold(b.value) === fold(v.text))) continue;
      const known = [...counts].find(([x]) => fold(x) === fold(v.text));
      values.push(bucket(known?.[0] ?? v.text, known?.[1] ?? 0));
    }
  }
  const facet: Facet = {
    field,
    distinct: seen.length,
    in_case: counts.size,
    values,
    missing,
    missing_state: stateOf(terms, field, ''),
  };
  return field === 'action' ? { ...facet, never: documentedActions.filter((a) => !counts.has(a)) } : facet;
}

const buckets: readonly Bucket[] = ['minute', 'hour', 'day', 'week', 'month'];
const widths: Readonly<Record<Bucket, number>> = { minute: 6e4, hour: 36e5, day: 864e5, week: 6048e5, month: 26298e5 };

export function timelineOf(rows: readonly Row[], wanted: SearchRequest['timeline'], zone: string): Timeline {
  const clock = zoneOf(zone);
  const first = rows.reduce((t, r) => Math.min(t, r.made.at), Number.POSITIVE_INFINITY);
  const last = rows.reduce((t, r) => Math.max(t, r.made.at), Number.NEGATIVE_INFINITY);
  const auto = buckets.find((b) => (last - first) / widths[b] <= 400) ?? 'month';
  const bucket = wanted === undefined || wanted === 'auto' ? auto : wanted;
  if (rows.length === 0) return { bucket, zone, buckets: [] };
  const bars = new Map<number, { count: number; failed: number }>();
  for (let at = clock.floor(first, bucket); at <= last; at = clock.next(at, bucket))
    bars.set(at, { count: 0, failed: 0 });
  for (const r of rows) {
    const bar = bars.get(clock.floor(r.made.at, bucket));
    if (bar === undefined) continue;
    bar.count++;
    if ((r.made.event.status_code ?? 0) >= 400) bar.failed++;
  }
  return { bucket, zone, buckets: [...bars].map(([at, n]) => ({ start: new Date(at).toISOString(), ...n })) };
}

/** Panels by risk; a field that no catalogue knows stands before Appearance. */
const panels = [
  'Users and roles',
  'Infrastructure',
  'Git OAuth',
  'OAuth2 apps',
  'Licenses',
  'Telemetry',
  'Templates',
  '',
  'Appearance',
];
const rank = (row: Row) => panels.indexOf(row.change?.panel ?? '');

export function rowsOf(all: readonly MadeEvent[], of: Of): readonly Row[] {
  return of === 'events'
    ? all.map((made) => ({ made }))
    : all.flatMap((made) => made.event.changes.map((change) => ({ made, change })));
}

const keyOf = (row: Row, group: Group | undefined): string => {
  if (group === 'panel') return row.change?.panel ?? '';
  return group === 'target' || group === 'user' ? (valuesOf(row, group)[0] ?? '') : '';
};

export function sorted(rows: readonly Row[], order: Order, group: Group | undefined): readonly Row[] {
  const sign = order === 'newest' ? -1 : 1;
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row, group), (counts.get(keyOf(row, group)) ?? 0) + 1);
  const last = (key: string) => (key === '' ? 1 : 0);
  return [...rows].sort((a, b) => {
    if (group === 'panel' && rank(a) !== rank(b)) return rank(a) - rank(b);
    const [x, y] = [keyOf(a, group), keyOf(b, group)];
    if (group !== 'panel' && x !== y)
      return last(x) - last(y) || (counts.get(y) ?? 0) - (counts.get(x) ?? 0) || (x < y ? -1 : 1);
    if (a.made.at !== b.made.at) return (a.made.at - b.made.at) * sign;
    return a.made.event.ref < b.made.event.ref ? -1 : a.made.event.ref > b.made.event.ref ? 1 : 0;
  });
}

export function groupsOf(rows: readonly Row[], by: Group): readonly GroupCount[] {
  const groups = new Map<string, { count: number; fields: Set<string> }>();
  for (const row of rows) {
    const key = keyOf(row, by);
    const group = groups.get(key) ?? { count: 0, fields: new Set() };
    group.count++;
    if (row.change?.field) group.fields.add(spelling(row.change.field));
    groups.set(key, group);
  }
  return [...groups].map(([key, g]) => ({ key, count: g.count, fields: g.fields.size }));
}

export function daysOf(rows: readonly Row[], zone: Zone): readonly { readonly day: string; readonly count: number }[] {
  const days = new Map<string, number>();
  for (const row of rows) {
    const day = zone.dayOf(row.made.at);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return [...days].map(([day, count]) => ({ day, count }));
}

export function changeRow({ made, change }: Row): ChangeRow {
  if (change === undefined) throw new Error('changeRow: the row is an event');
  const e = made.event;
  const user = personLabel(e);
  return {
    ...change,
    event: e.ref,
    time: e.time,
    action: e.action,
    version: e.version,
    ...(user === undefined ? {} : { user }),
    ...(e.resource_target === undefined ? {} : { target: e.resource_target }),
    ...(e.resource_type === undefined ? {} : { resource_type: e.resource_type }),
    ...(e.status_code === undefined ? {} : { status_code: e.status_code }),
    ...(e.deployment === undefined ? {} : { deployment: e.deployment }),
  };
}

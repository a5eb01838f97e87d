// Settings of the made-up case as of any instant, counted from its events by the rules of the program.
import { minuteStamp, stamp } from '../../view/time';
import type {
  Attempt,
  Break,
  Change,
  HistoryRow,
  Json,
  Kind,
  PaperLineRequest,
  SettingHistory,
  SettingRow,
  SettingState,
  SettingsPanel,
  SettingsRequest,
  SettingsResult,
  SettingsSpan,
  Statement,
  StatementRequest,
  WrittenSetting,
} from '../types';
import { personLabel } from './counts';
import { files, gaps, type MadeEvent, v1Deployment } from './made';

interface Write {
  readonly made: MadeEvent;
  readonly change: Change;
}

type Base = Pick<
  SettingRow,
  | 'key'
  | 'deployment'
  | 'version'
  | 'panel'
  | 'setting'
  | 'field'
  | 'resource_type'
  | 'target'
  | 'kind'
  | 'documented'
  | 'unseen'
  | 'note'
>;

interface Setting {
  readonly base: Base;
  /** In the order of time. */
  readonly writes: readonly Write[];
}

const neverSeen: readonly (readonly [panel: string, label: string, target: string, field: string, kind: Kind])[] = [
  ['Infrastructure', 'Enable self-contained workspace builds', 'features', 'coder agent pull assets', 'boolean'],
  ['Infrastructure', 'Enable default registry', 'infrastructure', 'default registry enabled', 'boolean'],
  ['Git OAuth', 'Name', 'oauth configs', 'name', 'text'],
];

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

/** Fields whose values before do not follow from each other in the made-up log. */
const torn = new Set(['default_ttl']);

const at = (w: Write) => w.made.at;
const applied = (w: Write) => w.change.outcome === 'ok';

export function settingsOf(made: readonly MadeEvent[]): readonly Setting[] {
  const found = new Map<string, { base: Base; writes: Write[] }>();
  for (const m of made) {
    if (!m.admin) continue;
    const e = m.event;
    for (const change of e.changes) {
      const key = [e.deployment, e.resource_type, e.resource_target, change.field].join('|');
      const known = found.get(key);
      if (known !== undefined) {
        known.writes.push({ made: m, change });
        continue;
      }
      const label = change.field === '' ? 'Enable fallback shell support for K8s' : (change.setting ?? '');
      const note = change.note?.split('; ').find((n) => /crossed|not in the catalogue/.test(n));
      found.set(key, {
        base: {
          key,
          deployment: e.deployment ?? '',
          version: e.version,
          panel: change.panel ?? '',
          setting: label,
          field: change.field,
          resource_type: e.resource_type ?? '',
          target: e.resource_target ?? '',
          kind: change.kind,
          documented: label !== '',
          ...(note === undefined ? {} : { note }),
        },
        writes: [{ made: m, change }],
      });
    }
  }
  if (made.length > 0) {
    for (const [panel, setting, target, field, kind] of neverSeen) {
      const key = `catalogue:${panel}/${setting}`;
      found.set(key, {
        base: {
          key,
          deployment: v1Deployment,
          version: 'v1',
          panel,
          setting,
          field,
          resource_type: '',
          target,
          kind,
          documented: true,
          unseen: true,
        },
        writes: [],
      });
    }
  }
  const rank = (s: Setting) => panels.indexOf(s.base.panel);
  return [...found.values()].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.base.deployment < b.base.deployment ? -1 : a.base.deployment > b.base.deployment ? 1 : 0) ||
      (a.base.field < b.base.field ? -1 : a.base.field > b.base.field ? 1 : a.base.target < b.base.target ? -1 : 1),
  );
}

const gapsBetween = (deployment: string, from: number, to: number) =>
  gaps.filter((g) => g.deployment === deployment && Date.parse(g.from) >= from && Date.parse(g.to) <= to);

const plain = (v: Json | undefined): string =>
  v === undefined ? 'not recorded' : typeof v === 'string' ? v : JSON.stringify(v);

function place(w: Write) {
  const user = personLabel(w.made.event);
  const [source] = w.made.event.sources;
  return {
    event: w.made.event.ref,
    time: w.made.event.time,
    ...(user === undefined ? {} : { user }),
    ...(source === undefined ? {} : { source: source.path, line: source.line }),
  };
}

function stateAt({ base, writes }: Setting, instant: number): SettingState {
  const last = writes.findLast((w) => applied(w) && at(w) <= instant);
  if (last === undefined) {
    const later = writes.find((w) => applied(w));
    if (later?.change.basis === 'logged' && later.change.old !== undefined) {
      const missing = gapsBetween(base.deployment, instant, at(later)).length;
      return {
        known: 'earlier',
        value: later.change.old,
        words: plain(later.change.old),
        basis: 'derived',
        ...place(later),
        gaps: missing,
        ...(missing === 0
          ? {}
          : {
              weakened: `known from the record of ${later.made.event.time.slice(0, 10)} that logs the value before it; ${missing} ${missing === 1 ? 'gap' : 'gaps'} in between`,
            }),
      };
    }
    const words = base.unseen ? 'unknown: no record of it' : 'unknown before the first event';
    return { known: 'unknown', words, gaps: 0 };
  }
  const since = gapsBetween(base.deployment, at(last), instant).length;
  const unclear = writes.some((w) => w.change.outcome === 'unknown' && at(w) > at(last) && at(w) <= instant);
  const weakened = [
    ...(since > 0
      ? [`last logged ${last.made.event.time.slice(0, 10)}`, `${since} ${since === 1 ? 'gap' : 'gaps'} since`]
      : []),
    ...(unclear ? ['a failed write after it, effect unknown'] : []),
  ].join('; ');
  const common = { ...place(last), gaps: since, ...(weakened === '' ? {} : { weakened }) };
  if (last.change.basis === 'not recorded') {
    return { known: 'not recorded', words: 'changed, content not recorded by Coder', basis: 'not recorded', ...common };
  }
  if (last.change.secret) {
    const words = writes.indexOf(last) > 0 ? 'replaced, value never logged' : 'set, value never logged';
    return { known: 'secret', secret_state: 'set', words, basis: 'logged', ...common };
  }
  const value = last.change.new ?? null;
  return { known: 'logged', value, words: plain(value), basis: 'logged', ...common };
}

function rowOf(s: Setting, to: number, from: number | undefined): SettingRow {
  const now = stateAt(s, to);
  if (from === undefined) return { ...s.base, now };
  const then = stateAt(s, from);
  const known = (x: SettingState) => x.known === 'logged' || x.known === 'earlier';
  const differs =
    known(then) && known(now)
      ? JSON.stringify(then.value) === JSON.stringify(now.value)
        ? 'no'
        : 'yes'
      : then.known === 'secret' && now.known === 'secret' && then.event === now.event
        ? 'no'
        : then.known === 'secret' && now.known === 'secret'
          ? 'yes'
          : 'unknown';
  return { ...s.base, then, now, differs };
}

export interface SettingsModel {
  readonly settings: readonly Setting[];
  /** End of the period under audit, else the last record. */
  readonly end: string;
}

const fold = (text: string) => text.toLowerCase();

export function rowsAt(model: SettingsModel, r: SettingsRequest): readonly SettingRow[] {
  const to = Date.parse(r.at === '' ? model.end : r.at);
  const from = r.from === undefined ? undefined : Date.parse(r.from);
  const search = fold(r.search ?? '');
  return model.settings
    .filter((s) =>
      [s.base.field, s.base.setting, s.base.panel, s.base.target, s.base.deployment].some((t) =>
        fold(t).includes(search),
      ),
    )
    .filter((s) => r.unseen || !s.base.unseen)
    .map((s) => rowOf(s, to, from))
    .filter((row) => !r.only_differ || row.differs !== 'no');
}

const attemptsOf = (model: SettingsModel, from: number, to: number): readonly Attempt[] =>
  model.settings
    .flatMap((s) =>
      s.writes
        .filter((w) => !applied(w) && at(w) > from && at(w) <= to)
        .map((w) => ({
          order: at(w),
          key: s.base.key,
          deployment: s.base.deployment,
          event: w.made.event.ref,
          time: w.made.event.time,
          user: personLabel(w.made.event) ?? '',
          field: s.base.field,
          setting: s.base.setting,
          target: s.base.target,
          status: w.made.event.status_code ?? 0,
          outcome:
            w.change.outcome === 'denied' || w.change.outcome === 'failed' ? w.change.outcome : ('unknown' as const),
          words: w.change.words,
        })),
    )
    .sort((a, b) => b.order - a.order)
    .map(({ order: _, ...attempt }) => attempt);

export function settingsAt(model: SettingsModel, r: SettingsRequest, generation: number): SettingsResult {
  const rows = rowsAt(model, r);
  const end = r.at === '' ? model.end : r.at;
  const to = Date.parse(end);
  const from = r.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(r.from);
  const groups: { -readonly [K in keyof SettingsPanel]: SettingsPanel[K] }[] = [];
  for (const [i, row] of rows.entries()) {
    let group = groups.at(-1);
    if (group === undefined || group.panel !== row.panel || group.deployment !== row.deployment) {
      group = {
        panel: row.panel,
        deployment: row.deployment,
        version: row.version,
        settings: 0,
        fields: 0,
        differ: 0,
        unknown: 0,
        first: i,
      };
      groups.push(group);
    }
    group.settings++;
    group.fields = new Set(rows.slice(group.first, i + 1).map((x) => x.field)).size;
    if (row.differs === 'yes') group.differ++;
    if (row.differs === 'unknown') group.unknown++;
  }
  const attempts = attemptsOf(model, from, to);
  const documented = model.settings.filter((s) => s.base.documented);
  return {
    at: end,
    ...(r.from === undefined ? {} : { from: r.from }),
    generation,
    total: rows.length,
    documented: documented.length,
    documented_seen: documented.filter((s) => s.writes.length > 0).length,
    more_seen: model.settings.length - documented.length,
    differ: rows.filter((x) => x.differs === 'yes').length,
    unknown: rows.filter((x) => x.differs === 'unknown').length,
    writes: model.settings.reduce(
      (n, s) => n + s.writes.filter((w) => applied(w) && at(w) > from && at(w) <= to).length,
      0,
    ),
    panels: groups,
    attempts: { total: attempts.length, rows: attempts.slice(0, 100) },
  };
}

export function spanOf(model: SettingsModel, made: readonly MadeEvent[]): SettingsSpan {
  const begin = made[0]?.event.time;
  const end = made.at(-1)?.event.time;
  const days = new Map<string, number>();
  for (const s of model.settings) {
    for (const w of s.writes) {
      const day = `${w.made.event.time.slice(0, 10)}T00:00:00Z`;
      if (applied(w)) days.set(day, (days.get(day) ?? 0) + 1);
    }
  }
  return {
    ...(begin === undefined ? {} : { begin }),
    ...(end === undefined ? {} : { end }),
    days: [...days]
      .map(([start, writes]) => ({ start, writes }))
      .sort((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    gaps: [...gaps],
  };
}

export function historyOf(model: SettingsModel, key: string): Omit<SettingHistory, 'generation'> | undefined {
  const s = model.settings.find((x) => x.base.key === key);
  if (s === undefined) return undefined;
  let last: Write | undefined;
  const rows = s.writes.map((w): HistoryRow => {
    const before = last;
    if (applied(w)) last = w;
    const between = before === undefined ? 0 : gapsBetween(s.base.deployment, at(before), at(w)).length;
    const old = w.change.old;
    const gone =
      applied(w) &&
      before !== undefined &&
      torn.has(s.base.field) &&
      old !== undefined &&
      JSON.stringify(before.change.new) !== JSON.stringify(old);
    const broken: Break | undefined =
      gone && before !== undefined
        ? {
            after_event: before.made.event.ref,
            after_time: before.made.event.time,
            ...(before.change.new === undefined ? {} : { value_then: before.change.new }),
            before_event: w.made.event.ref,
            before_time: w.made.event.time,
            ...(old === undefined ? {} : { old_logged: old }),
            words: `A change that the log lacks: logged as ${plain(before.change.new)}, then recorded as having been ${plain(old)}`,
            gaps: between,
          }
        : undefined;
    const [source] = w.made.event.sources;
    return {
      event: w.made.event.ref,
      ordinal: w.made.event.changes.indexOf(w.change),
      time: w.made.event.time,
      user: personLabel(w.made.event) ?? '',
      kind: w.change.kind,
      outcome: w.change.outcome ?? 'ok',
      status: w.made.event.status_code ?? 0,
      ...(w.change.old === undefined ? {} : { old: w.change.old }),
      ...(w.change.new === undefined ? {} : { new: w.change.new }),
      words: w.change.words,
      basis: w.change.basis,
      applied: applied(w),
      ...(broken === undefined ? {} : { break: broken }),
      gaps_before: between,
      source: source?.path ?? '',
      line: source?.line ?? 0,
    };
  });
  const setting = rowOf(s, Date.parse(model.end), undefined);
  const own = files.filter((f) => f.deployment === s.base.deployment);
  const begin = own.map((f) => f.from).sort()[0];
  return {
    setting,
    ...(begin === undefined ? {} : { begin, end: model.end }),
    rows: rows.reverse(),
    total: rows.length,
  };
}

export function writtenBy({ settings }: SettingsModel, made: MadeEvent, ordinal: number): WrittenSetting | undefined {
  const change = made.event.changes[ordinal];
  for (const { base, writes } of settings) {
    const at = writes.findIndex((w) => w.made === made && w.change === change);
    if (at >= 0) return { key: base.key, offset: writes.length - 1 - at };
  }
  return undefined;
}

const limits = [
  'v2 server options set by flags, environment or files are not in any audit record.',
  'A write that the deployment did not log, or a record that was not received, leaves no trace here.',
];

export function statementOf(model: SettingsModel, r: StatementRequest): Statement | undefined {
  const s = model.settings.find((x) => x.base.key === r.key);
  if (s === undefined) return undefined;
  const zone = r.zone ?? 'UTC';
  const from = Date.parse(r.from);
  const to = Date.parse(r.to);
  const name = `\`${s.base.field || s.base.setting}\``;
  const own = files.filter(
    (f) => f.deployment === s.base.deployment && Date.parse(f.from) < to && Date.parse(f.to) > from,
  );
  const missing: { deployment: string; from: string; to: string }[] = gaps
    .filter((g) => g.deployment === s.base.deployment && Date.parse(g.from) < to && Date.parse(g.to) > from)
    .map((g) => ({ ...g }));
  const begin = Date.parse(own[0]?.from ?? r.to);
  if (begin > from)
    missing.unshift({ deployment: s.base.deployment, from: r.from, to: new Date(Math.min(begin, to)).toISOString() });
  const writes = s.writes.filter((w) => applied(w) && at(w) > from && at(w) <= to);
  const span = `from ${minuteStamp(r.from, zone)} to ${minuteStamp(r.to, zone)} ${zone}`;
  const last = stateAt(s, from);
  const possible = writes.length === 0 && missing.length === 0;
  const title = possible
    ? `No logged change of ${name}`
    : writes.length > 0
      ? `${writes.length} logged ${writes.length === 1 ? 'change' : 'changes'} of ${name}`
      : `Can't be stated ${span}: ${name}`;
  const text = possible
    ? `No successful write to ${name} is logged in the records received ${span}. Records of ${own.length} ${own.length === 1 ? 'source' : 'sources'} lie in that time: ${own.map((f) => f.path).join(', ')}. Last logged value ${last.words}${last.time === undefined ? '' : `, ${last.time.slice(0, 19).replace('T', ' ')}`}.`
    : writes.length > 0
      ? `${writes.length} successful ${writes.length === 1 ? 'write' : 'writes'} to ${name} ${writes.length === 1 ? 'is' : 'are'} logged in the records received ${span}.`
      : `No successful write is logged, but ${missing.length} ${missing.length === 1 ? 'stretch has' : 'stretches have'} no records.`;
  const stretches = missing.map((g) => `${minuteStamp(g.from, zone)} to ${minuteStamp(g.to, zone)} ${zone}`).join('; ');
  return {
    possible,
    title,
    text,
    ...(stretches === '' ? {} : { stretches: `Without records: ${stretches}.` }),
    sources: own.map((f) => ({ number: files.indexOf(f) + 1, path: f.path, from: f.from, to: f.to })),
    gaps: missing,
    writes: writes
      .toReversed()
      .slice(0, 20)
      .map((w) => ({
        event: w.made.event.ref,
        time: w.made.event.time,
        user: personLabel(w.made.event) ?? '',
        words: w.change.words,
      })),
    writes_total: writes.length,
    limits,
    query: `target:"${s.base.target}" after:${r.from} before:${r.to}`,
    ...(possible ? { covered: { from: r.from, to: r.to } } : {}),
    from: r.from,
    to: r.to,
  };
}

export function paperLineOf(model: SettingsModel, r: PaperLineRequest): string {
  const zone = r.zone ?? 'UTC';
  const code = (text: string) => (r.format === 'markdown' ? `\`${text}\`` : text);
  if (r.of === 'statement') {
    const s = statementOf(model, { key: r.key ?? '', from: r.from ?? '', to: r.to ?? '', zone });
    if (s === undefined) return '';
    const cells = [s.title, s.text, ...s.gaps.map((g) => `no records ${g.from} to ${g.to}`), ...s.limits];
    return r.format === 'row' ? cells.join('\t') : cells.join(' ');
  }
  const row = rowsAt(model, { at: r.at ?? '', unseen: true, ...(r.from === undefined ? {} : { from: r.from }) }).find(
    (x) => x.key === r.key,
  );
  if (row === undefined) return '';
  const { now } = row;
  const cells = [
    `${code(row.field || row.setting)} of ${row.deployment} at ${stamp(r.at || model.end, zone)} ${zone}: ${code(now.words)}`,
    now.user === undefined ? 'nobody on record' : `recorded as set by ${now.user} at ${now.time}`,
    now.event === undefined ? '' : `ref ${code(now.event)}`,
    now.source === undefined ? '' : `${now.source} line ${now.line}`,
    `${now.gaps} stretches without records since`,
  ].filter((c) => c !== '');
  return r.format === 'row' ? cells.join('\t') : `${cells.join(', ')}.`;
}

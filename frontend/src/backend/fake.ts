// A Backend that holds a made-up case in memory, for tests and for work on the design. It filters, counts and pages for real,
// only slowly; what it imports and exports is theatre with true numbers.
import { type Backend, BackendError, type BackendEvents } from './backend';
import { importedSource, reasonClass, sourcesOf, unreadable } from './fake/accounting';
import { completenessOf } from './fake/completeness';
import {
  changeRow,
  daysOf,
  facetOf,
  groupsOf,
  matcher,
  personLabel,
  type Row,
  rowsOf,
  sorted,
  timelineOf,
} from './fake/counts';
import { gaps, type MadeEvent, madeEvents, mailDomain, v1Deployment, v2Deployment } from './fake/made';
import { planFilesOf, previewOf } from './fake/preview';
import { parse } from './fake/query';
import { receiptAnswer } from './fake/receipts';
import { rollForwardOf, snapshotOf } from './fake/rollforward';
import {
  historyOf,
  paperLineOf,
  rowsAt,
  type SettingsModel,
  settingsAt,
  settingsOf,
  spanOf,
  statementOf,
  writtenBy,
} from './fake/settings';
import { detailOf, rawOf, sentenceOf } from './fake/stories';
import { redaction, verifiedOf } from './fake/verified';
import { zoneOf } from './fake/zone';
import type {
  AppState,
  CaseInfo,
  Engagement,
  ExportRequest,
  Group,
  ImportPlan,
  ImportProgress,
  Of,
  Order,
  Receipt,
  RecentCase,
  SearchRequest,
  Source,
  Sources,
  Theme,
} from './types';

export interface FakeOptions {
  /** What is open at the start: the made-up case, a case without events, or nothing. */
  readonly open?: 'case' | 'empty' | 'none';
  readonly events?: number;
  readonly seed?: number;
  /** Milliseconds between two steps of an import or export; 0 still lets the page breathe between them. */
  readonly step?: number;
  /** Milliseconds that every answer takes. */
  readonly latency?: number;
  /** What the clock shows. */
  readonly now?: () => Date;
  readonly platform?: string;
  /** The case is a hand-over copy. */
  readonly redacted?: boolean;
  /** A check of the case finds damage. */
  readonly damaged?: boolean;
  readonly recent?: readonly RecentCase[];
}

const engagement: Engagement = {
  title: 'Northwind Bank: Coder access review FY26 H1',
  reference: 'NWB-2026-H1-ITGC-017',
  prepared_by: 'Þóra Guðmundsdóttir',
  from: '2026-01-01',
  to: '2026-06-30',
  zone: 'Europe/Zurich',
};

const casePath = '~/Audits/Northwind/2026-H1/coder.auditcase';
const demoPath = '~/.local/share/auditdesk/demo.auditcase';

const recentCases: readonly RecentCase[] = [
  {
    id: 'r1',
    title: engagement.title,
    path: casePath,
    events: 5000,
    opened: '2026-07-03T09:12:00Z',
    missing: false,
  },
  {
    id: 'r2',
    title: 'Contoso Versicherung AG: Änderungen der Administratoren Q3',
    path: '/Volumes/Prüfung/Contoso/2026/Q3/administratoren-änderungen.auditcase',
    events: 884_017,
    opened: '2025-11-18T10:00:00Z',
    missing: false,
  },
  {
    id: 'r3',
    title: '東日本データ: 特権操作の確認',
    path: '~/Audits/東日本データ/2026-10.auditcase',
    events: 62_350,
    opened: '2025-10-30T08:30:00Z',
    missing: false,
  },
  {
    id: 'r4',
    title: 'Fabrikam: leaver accounts',
    path: 'D:\\cases\\fabrikam\\leavers.auditcase',
    opened: '2025-09-02T12:00:00Z',
    missing: true,
  },
];

type Listeners = { [K in keyof BackendEvents]: Set<(payload: BackendEvents[K]) => void> };

/** The fake, with handles that a test pulls: `emit` sends what Go would send by itself. */
export interface FakeBackend extends Backend {
  emit<K extends keyof BackendEvents>(name: K, payload: BackendEvents[K]): void;
  /** What copyText was given last. */
  copied(): string | undefined;
  /** Exports that were asked for. */
  exports(): readonly ExportRequest[];
}

export function createFakeBackend(options: FakeOptions = {}): FakeBackend {
  const { events = 5000, seed = 1, step = 120, latency = 0, platform = 'linux' } = options;
  const now = options.now ?? (() => new Date('2026-07-03T09:12:44Z'));
  const listeners: Listeners = {
    case: new Set(),
    plan: new Set(),
    importProgress: new Set(),
    importDone: new Set(),
    exportProgress: new Set(),
    exportDone: new Set(),
    verifyProgress: new Set(),
    verifyDone: new Set(),
    action: new Set(),
    error: new Set(),
  };
  const emit = <K extends keyof BackendEvents>(name: K, payload: BackendEvents[K]) => {
    for (const listener of listeners[name]) listener(payload);
  };
  const answer = async <T>(value: T): Promise<T> => {
    if (latency > 0) await new Promise((done) => setTimeout(done, latency));
    return value;
  };
  const pause = () => new Promise((done) => setTimeout(done, step));

  let made: readonly MadeEvent[] = [];
  let added: readonly Source[] = [];
  let open: Engagement | undefined;
  const copy = options.redacted ? redaction : undefined;
  let generation = 1;
  let lastImport: string | undefined;
  let theme: Theme = 'system';
  let recent = options.recent ?? recentCases;
  let openID = '';
  const views = new Map<string, string>();
  let plan: (ImportPlan & { readonly repeat: boolean }) | undefined;
  let importing = false;
  let exporting = false;
  let verifying = false;
  let plans = 0;
  let copied: string | undefined;
  const asked: ExportRequest[] = [];

  const need = (): Engagement => {
    if (open === undefined)
      throw new BackendError({ message: 'no case is open', hint: 'Open a case, or import log files into a new one.' });
    return open;
  };
  const openCase = (e: Engagement, list: readonly MadeEvent[], id = 'r1'): CaseInfo => {
    open = e;
    openID = id;
    made = list;
    added = [];
    generation = 1;
    lastImport = list.length > 0 ? '2026-07-03T09:12:44Z' : undefined;
    const info = infoOf(e);
    emit('case', info);
    return info;
  };

  const infoOf = (e: Engagement): CaseInfo => {
    const s = made.length > 0 ? sourcesOf(made, added, generation) : undefined;
    const of = (name: string) => made.filter((m) => m.event.deployment === name).length;
    const first = made[0]?.event.time;
    const last = made.at(-1)?.event.time;
    return {
      path: openID === 'demo' ? demoPath : (recent.find((r) => r.id === openID)?.path ?? casePath),
      engagement: e,
      deployments:
        made.length === 0
          ? []
          : [
              { name: v1Deployment, versions: ['v1'], events: of(v1Deployment) },
              { name: v2Deployment, versions: ['v2'], events: of(v2Deployment) },
            ],
      events: made.length,
      changes: made.reduce((n, m) => n + m.event.changes.length, 0),
      admin_changes: made.reduce((n, m) => n + (m.admin ? m.event.changes.length : 0), 0),
      sources: s?.sources.length ?? 0,
      unreadable: s?.sources.reduce((n, x) => n + x.unreadable, 0) ?? 0,
      lines: s?.sources.reduce((n, x) => n + x.lines, 0) ?? 0,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      gaps: made.length === 0 ? [] : [...gaps],
      ...(lastImport === undefined ? {} : { last_import: lastImport }),
      read_only: copy !== undefined,
      ...(copy === undefined ? {} : { redaction: copy }),
      generation,
      ...(made.length > 0 &&
      made.every((m) => m.event.user === undefined || personLabel(m.event)?.endsWith(`@${mailDomain}`))
        ? { mail_domain: mailDomain }
        : {}),
    };
  };

  // Rows of one sort of result lie ready until the case changes; a result is kept for paging through it.
  const kept = new Map<string, readonly Row[]>();
  const scoped = (of: Of): readonly Row[] => {
    const e = need();
    const key = `${generation} ${of} ${e.from} ${e.to} ${e.zone} ${JSON.stringify(e.deployments)}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const zone = zoneOf(e.zone);
    const from = e.from === undefined ? Number.NEGATIVE_INFINITY : zone.startOf(e.from);
    const to = e.to === undefined ? Number.POSITIVE_INFINITY : zone.next(zone.startOf(e.to), 'day');
    const under = (name = '') => (e.deployments ?? []).length === 0 || e.deployments?.includes(name);
    const rows = rowsOf(made, of).filter((r) => r.made.at >= from && r.made.at < to && under(r.made.event.deployment));
    kept.set(key, rows);
    return rows;
  };
  const readQuery = (text: string) => {
    const parsed = parse(text);
    if (parsed.error !== undefined) throw new BackendError(parsed.error);
    return parsed.terms;
  };
  const result = (r: { of: Of; query: string; zone: string; order: Order; group?: Group }): readonly Row[] => {
    const key = `${generation} ${JSON.stringify([r.of, r.query, r.zone, r.order, r.group ?? '', open?.from, open?.to, open?.deployments])}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const all = scoped(r.of);
    const matches = matcher(readQuery(r.query), zoneOf(r.zone), now().getTime());
    const rows = sorted(
      all.filter((row) => matches(row)),
      r.order,
      r.group,
    );
    if (kept.size > 40) kept.clear();
    kept.set(key, rows);
    return rows;
  };

  let model: { readonly of: readonly MadeEvent[]; readonly settings: SettingsModel['settings'] } | undefined;
  const settingsModel = (): SettingsModel => {
    const e = need();
    if (model?.of !== made) model = { of: made, settings: settingsOf(made) };
    const last = made.at(-1)?.event.time ?? '2026-07-01T00:00:00Z';
    const zone = zoneOf(e.zone);
    const end = e.to === undefined ? Number.POSITIVE_INFINITY : zone.next(zone.startOf(e.to), 'day');
    return { settings: model.settings, end: end > Date.parse(last) ? last : new Date(end).toISOString() };
  };
  const noSetting = () =>
    new BackendError({ message: 'there is no such setting in this case', hint: 'Choose it again in the table.' });

  const receipts = new Map<number, Receipt>();
  const withReceipts = (all: Sources): Sources => ({
    ...all,
    sources: all.sources.map((s) => {
      const receipt = receipts.get(s.number);
      return receipt === undefined ? s : { ...s, receipt, receipt_check: receiptAnswer(s, receipt).check };
    }),
  });
  const sourceOf = (number: number): Source => {
    const source = withReceipts(sourcesOf(made, added, generation)).sources.find((s) => s.number === number);
    if (source === undefined) throw new BackendError({ message: `there is no source #${number} in this case` });
    return source;
  };
  const find = (key: string): MadeEvent => {
    const [ref, deployment] = key.split('@');
    const found = made.find((m) => m.event.ref === ref && (deployment ?? m.event.deployment) === m.event.deployment);
    if (found === undefined)
      throw new BackendError({
        message: `no event has the ref ${key}`,
        hint: 'The case may have been exchanged; search again.',
      });
    return found;
  };

  const newPlan = (folder: boolean): ImportPlan => {
    plans++;
    const known = open !== undefined;
    plan = {
      id: `plan-${plans}`,
      items: folder
        ? [{ name: 'audit-logs', bytes: 48_120_400, folder: true }]
        : [
            { name: 'coder-audit-2026-07.ndjson.zst', bytes: 31_204_118, folder: false },
            {
              name: known ? 'coder-audit-2026-06 (copy).ndjson.zst' : 'api-v2-audit_2026-07.json',
              bytes: 9_803_770,
              folder: false,
            },
          ],
      files: folder ? 14 : 2,
      bytes: folder ? 48_120_400 : 41_007_888,
      new_case: !known,
      case_path: known ? '~/Audits/Northwind/2026-H1/coder.auditcase' : '~/Audits/coder-audit-2026-07.auditcase',
      deployments: known ? infoOf(need()).deployments.map((d) => d.name) : [],
      repeat: known,
    };
    return plan;
  };

  const runImport = async (p: ImportPlan & { readonly repeat: boolean }, deployment: string) => {
    importing = true;
    const records = 412;
    const steps = 20;
    for (let i = 1; i <= steps; i++) {
      await pause();
      if (!importing) {
        emit('importDone', { sources: [], events: 0, seconds: (i * step) / 1000, cancelled: true });
        return;
      }
      const done = i / steps;
      const file = Math.min(p.files, Math.floor(done * p.files) + 1);
      const progress: ImportProgress = {
        file: p.items[Math.min(file, p.items.length) - 1]?.name ?? '',
        file_number: file,
        files: p.files,
        bytes: Math.round(p.bytes * done),
        total_bytes: p.bytes,
        lines: Math.round((records + 41) * done),
        records: Math.round(records * done),
        events: Math.round(records * done),
        rate: 184_000,
        ...(i < 3 ? {} : { seconds_left: ((steps - i) * step) / 1000 }),
      };
      emit('importProgress', progress);
    }
    importing = false;
    plan = undefined;
    const [first] = p.items;
    const path = first?.name ?? 'import';
    const fresh = madeEvents(records, seed + 7).map((m, n): MadeEvent => {
      // The two days after the last record.
      const at = Date.parse('2026-07-01T00:02:11Z') + n * 360_000;
      const sources = m.event.sources.slice(0, 1).map((s) => ({ ...s, path }));
      return { ...m, at, event: { ...m.event, time: new Date(at).toISOString(), sources } };
    });
    const seen = now().toISOString();
    const whole = importedSource(
      sourcesOf(made, added, generation).sources.length + 1,
      path,
      records,
      deployment || undefined,
      seen,
    );
    const repeat: Source | undefined = p.repeat
      ? {
          ...whole,
          number: whole.number + 1,
          path: p.items[1]?.name ?? 'copy',
          state: 'repeat',
          lines: 0,
          record_lines: 0,
          records: 0,
          events: 0,
          other: 0,
          note: 'read already, same SHA-256 as coder-audit-2026-06.ndjson.zst: adds nothing',
        }
      : undefined;
    if (open === undefined) open = { title: path.replace(/\..*$/, ''), zone: 'UTC' };
    added = [...added, whole, ...(repeat === undefined ? [] : [repeat])];
    made = [...made, ...fresh].sort((a, b) => a.at - b.at);
    generation++;
    lastImport = seen;
    kept.clear();
    emit('case', infoOf(open));
    emit('importDone', {
      sources: repeat === undefined ? [whole] : [whole, repeat],
      events: records,
      seconds: (steps * step) / 1000,
    });
  };

  const runExport = async (r: ExportRequest) => {
    exporting = true;
    const rows = result({ of: 'events', query: r.query, zone: r.zone, order: r.order });
    const changes = result({
      of: 'changes',
      query: [r.query, 'class:admin'].join(' ').trim(),
      zone: r.zone,
      order: r.order,
    }).length;
    const sheets =
      r.format === 'xlsx'
        ? [
            { name: 'Dictionary', rows: 77 },
            { name: 'Sources', rows: infoOf(need()).sources },
            { name: 'Unreadable records', rows: unreadable.length },
            { name: 'Events', rows: rows.length },
            { name: 'Admin changes', rows: changes },
            { name: 'Settings', rows: 46 },
            { name: 'Summary', rows: 0 },
            { name: 'About this export', rows: 0 },
          ]
        : [{ name: r.format === 'csv' ? 'CSV' : 'JSON lines', rows: rows.length }];
    const parts = 4;
    for (const [place, sheet] of sheets.entries()) {
      for (let part = 1; part <= parts; part++) {
        await pause();
        if (!exporting) {
          emit('exportDone', { message: 'the export was cancelled', hint: 'No file was left behind.' });
          return;
        }
        const left = ((sheets.length - place) * parts - part) * step;
        emit('exportProgress', {
          sheet: sheet.name,
          rows:
            sheet.name === 'Events' || sheets.length === 1
              ? Math.round((rows.length * part) / parts)
              : place > 3
                ? rows.length
                : 0,
          total_rows: rows.length,
          sheets: sheets.map((s, i) => ({
            name: s.name,
            rows: s.rows,
            done: i < place || (i === place && part === parts),
          })),
          seconds_left: left / 1000,
        });
      }
    }
    exporting = false;
    emit('exportDone', { ...place(r), events: rows.length, changes, bytes: 24_000 + rows.length * 155 });
  };
  const runVerify = async (noted: string | undefined) => {
    verifying = true;
    const info = infoOf(need());
    const end = verifiedOf({
      events: info.events,
      sources: info.sources,
      redaction: copy,
      noted,
      damaged: options.damaged === true,
    });
    for (const [i, { name, count }] of end.checks.entries()) {
      await pause();
      if (!verifying) {
        emit('verifyDone', {
          message: 'The check was stopped',
          hint: 'It says nothing about the case, and nothing was changed.',
        });
        return;
      }
      emit('verifyProgress', {
        check: name,
        number: i + 1,
        checks: end.checks.length,
        done: Math.floor(count / 2),
        ...(count > 1000 ? { total: count } : {}),
      });
    }
    verifying = false;
    emit('verifyDone', end);
  };
  const place = (r: ExportRequest) => ({
    name: `NWB-2026-H1-ITGC-017 Coder audit events.${r.format}`,
    folder: '~/Audits/Northwind/2026-H1',
  });

  if (options.open === undefined || options.open === 'case') openCase(engagement, madeEvents(events, seed));
  if (options.open === 'empty') openCase({ title: 'A case without records', zone: 'UTC' }, []);

  const state = (): AppState => ({
    version: '1.0.0',
    recent,
    theme,
    platform,
    ...(open === undefined ? {} : { open: infoOf(open) }),
  });

  return {
    emit,
    copied: () => copied,
    exports: () => asked,
    state: () => answer(state()),
    setTheme: async (t) => {
      theme = t;
    },
    openCaseDialog: () => answer(openCase(engagement, madeEvents(events, seed))),
    openRecent: async (id) => {
      const found = recent.find((r) => r.id === id);
      if (found === undefined || found.missing) {
        throw new BackendError({
          message: `open ${found?.path ?? id}: there is no such file`,
          hint: 'It may have been moved; choose Open a case… and look for it.',
        });
      }
      return answer(openCase({ ...engagement, title: found.title }, madeEvents(events, seed), id));
    },
    forgetRecent: (id) => {
      recent = recent.filter((r) => r.id !== id);
      views.delete(id);
      return answer(state());
    },
    openDemo: () =>
      answer(
        openCase({ title: 'Demo: Initech Coder', zone: 'UTC', made_up: true }, madeEvents(events, seed + 100), 'demo'),
      ),
    closeCase: async () => {
      open = undefined;
      made = [];
      emit('case', undefined);
    },
    caseInfo: async () => answer(infoOf(need())),
    view: async () => {
      need();
      return answer({ case: openID, view: views.get(openID) ?? '' });
    },
    keepView: async ({ case: id, view }) => {
      views.set(id, view);
    },
    saveEngagement: async (e) => {
      need();
      if (e.title.trim() === '')
        throw new BackendError({ message: 'the title is empty', hint: 'Give the engagement a title.' });
      open = e;
      kept.clear();
      const info = infoOf(e);
      emit('case', info);
      return answer(info);
    },
    chooseFiles: () => answer(newPlan(false)),
    chooseFolder: () => answer(newPlan(true)),
    chooseCasePath: (id) => {
      if (plan?.id !== id) return answer(undefined);
      plan = { ...plan, case_path: '~/Documents/new-place.auditcase' };
      return answer(plan);
    },
    dropPlan: async (id) => {
      if (plan?.id === id) plan = undefined;
    },
    startImport: async ({ plan: id, deployment }) => {
      if (plan === undefined || plan.id !== id)
        throw new BackendError({ message: 'the files chosen are no longer known', hint: 'Choose them again.' });
      if (importing)
        throw new BackendError({ message: 'an import is running', hint: 'Wait for its end, or cancel it.' });
      void runImport(plan, deployment);
    },
    cancelImport: async () => {
      importing = false;
    },
    parseQuery: (text) => answer(parse(text)),
    search: async (request: SearchRequest) => {
      const terms = readQuery(request.query);
      const zone = zoneOf(request.zone);
      const all = scoped(request.of);
      const matches = matcher(terms, zone, now().getTime());
      const rows = result(request);
      return answer({
        generation,
        total: rows.length,
        in_case: all.length,
        facets: request.facets.map((f) => facetOf(f, all, matches, terms)),
        ...(request.timeline === undefined ? {} : { timeline: timelineOf(rows, request.timeline, request.zone) }),
        ...(request.group === undefined || request.group === '' || request.group === 'day'
          ? { days: daysOf(rows, zone) }
          : { groups: groupsOf(rows, request.group) }),
      });
    },
    eventRows: async (r) => {
      const rows = result(r)
        .slice(r.offset, r.offset + Math.min(500, r.limit))
        .map((x) => x.made.event);
      return answer({
        generation,
        rows,
        persons: rows.map((e) => personLabel(e) ?? ''),
        organizations: rows.map((e) => e.organization ?? ''),
      });
    },
    changeRows: async (r) =>
      answer({
        generation,
        rows: result(r)
          .slice(r.offset, r.offset + Math.min(500, r.limit))
          .map(changeRow),
      }),
    locate: async (r) => answer(result(r).findIndex((x) => x.made.event.ref === r.ref.split('@')[0])),
    event: async (ref) => answer(detailOf(find(ref))),
    revealRaw: async (ref) => answer(rawOf(find(ref).event, false)),
    checkReceipt: async ({ source, receipt }) => answer(receiptAnswer(sourceOf(source), receipt)),
    saveReceipt: async ({ source, receipt }) => {
      const { problems } = receiptAnswer(sourceOf(source), receipt);
      if (problems[0] !== undefined)
        throw new BackendError({ message: "the receipt can't be saved", hint: problems[0].message });
      receipts.set(source, receipt);
      return answer(sourceOf(source));
    },
    compareSources: async ({ old, new: after }) =>
      answer({
        old,
        new: after,
        words: '12 new, 3 missing, 1 differs',
        added: { count: 12, in_scope: 12, listed: 12, query: `source:#${after} -source:#${old}` },
        missing: { count: 3, in_scope: 3, listed: 3, query: `source:#${old} -source:#${after}` },
        differ: { count: 1, in_scope: 1, listed: 1, query: `source:#${after} ref:${made[0]?.event.ref ?? ''}` },
        alike: 200,
        notes: ['Values that are masked as secret are not compared.'],
      }),
    sources: async () => {
      need();
      return answer(
        made.length === 0
          ? {
              generation,
              sources: [],
              other: [],
              unreadable: [],
              unreadable_total: 0,
              unreadable_reasons: [],
              gaps: [],
              coverage: [],
              suggestions: [],
            }
          : withReceipts(sourcesOf(made, added, generation)),
      );
    },
    completeness: async (zone) => {
      need();
      return answer(
        completenessOf(made.length === 0 ? [] : sourcesOf(made, added, generation).sources, made, infoOf(need()), zone),
      );
    },
    unreadable: ({ reason, offset, limit }) =>
      answer(
        made.length === 0
          ? []
          : unreadable
              .filter((u) => reason === undefined || reasonClass(u.reason) === reason)
              .slice(offset, offset + limit),
      ),
    exportUnreadable: ({ format, reason }) =>
      answer({
        name: `unreadable.${format}`,
        rows: unreadable.filter((u) => reason === undefined || reasonClass(u.reason) === reason).length,
      }),
    retry: () =>
      answer({
        tried: 24,
        understood: 21,
        events: 18,
        matching: 2,
        duplicates: 1,
        still_unreadable: 3,
        not_kept_whole: 7,
      }),
    summary: ({ sources }) => answer(`What was imported\n\nSources          ${sources.length}\n`),
    planFiles: async ({ plan: id, offset, limit }) => {
      if (plan?.id !== id) throw new BackendError({ message: 'the files chosen are no longer known' });
      return answer(planFilesOf(plan).slice(offset, offset + limit));
    },
    previewFile: async ({ plan: id, file }) => {
      const found = plan?.id === id ? planFilesOf(plan)[file] : undefined;
      if (found === undefined) throw new BackendError({ message: 'the files chosen are no longer known' });
      return answer(previewOf(found, made.length === 0 ? madeEvents(40, seed) : made));
    },
    settings: async (r) => answer(settingsAt(settingsModel(), r, generation)),
    settingRows: async (r) =>
      answer({
        generation,
        rows: rowsAt(settingsModel(), r).slice(r.offset, r.offset + Math.min(500, r.limit)),
      }),
    settingsSpan: async () => answer(spanOf(settingsModel(), made)),
    settingHistory: async ({ key, offset, limit }) => {
      const found = historyOf(settingsModel(), key);
      if (found === undefined) throw noSetting();
      return answer({ ...found, generation, rows: found.rows.slice(offset, offset + Math.min(500, limit)) });
    },
    settingOf: async ({ event, ordinal }) => answer(writtenBy(settingsModel(), find(event), ordinal)),
    statement: async (r) => {
      const found = statementOf(settingsModel(), r);
      if (found === undefined) throw noSetting();
      return answer(found);
    },
    paperLine: async (r) => {
      if (r.of !== 'change') return answer(paperLineOf(settingsModel(), r));
      const { event } = find(r.event ?? '');
      const change = event.changes[r.ordinal ?? 0];
      if (change === undefined) throw new BackendError({ message: 'the event has no such change' });
      const cells = [sentenceOf(event), `${change.field || 'no field logged'}: ${change.words}`, `ref ${event.ref}`];
      return answer(r.format === 'row' ? cells.join('\t') : `${cells.join('; ')}.`);
    },
    chooseSnapshot: (end) => answer(snapshotOf(end)),
    rollForward: async (r) => answer({ ...rollForwardOf(settingsModel(), r), generation }),
    rollForwardLine: async (r) => {
      const row = rollForwardOf(settingsModel(), r).rows[r.row];
      if (row === undefined) throw new BackendError({ message: `the roll-forward has no row ${r.row}` });
      const cells = [row.field, row.verdict, row.words];
      return answer(r.format === 'row' ? cells.join('\t') : `${cells.join(': ')}.`);
    },
    saveRollForward: ({ format }) => answer({ name: `coder roll-forward 2026-07-03.${format}`, folder: '~/Audits' }),
    startExport: async (request) => {
      need();
      if (exporting)
        throw new BackendError({ message: 'an export is running', hint: 'Wait for its end, or cancel it.' });
      asked.push(request);
      void runExport(request);
      return answer(place(request));
    },
    cancelExport: async () => {
      exporting = false;
    },
    showExportInFolder: async () => undefined,
    startVerify: async ({ noted }) => {
      need();
      if (verifying) throw new BackendError({ message: 'a check of the case is running' });
      void runVerify(noted);
    },
    cancelVerify: async () => {
      verifying = false;
    },
    copyText: async (text) => {
      copied = text;
    },
    on: (name, listener) => {
      listeners[name].add(listener);
      return () => {
        listeners[name].delete(listener);
      };
    },
  };
}

// What the made-up case says of its sources: numbers that add up, because they are counted from the events.
import type { ReasonCount, Source, Sources, Unreadable } from '../types';
import { files, gaps, type MadeEvent, v1Deployment } from './made';

const shapes: Readonly<Record<string, string>> = {
  'v1 json': 'Coder v1 log, JSON lines',
  'v1 rest': 'Coder v1 REST answer',
  'v2 rest': 'Coder v2 REST answer',
};

const reasons = [
  { reason: 'broken JSON at byte 412', excerpt: '{"ts":"2026-06-08T11:20:37.551Z","level":"INFO","msg":"audit_lo' },
  { reason: 'no time', excerpt: '{"fields":{"audit_log":{"action":"open","resource_type":"environment"' },
  {
    reason: 'line over the limit, 32 MiB',
    excerpt: '{"stream":{"app":"coderd"},"values":[["1782864000000000000","{\\"ts',
  },
  { reason: 'NUL in the line', excerpt: '{"ts":"2026-06-18T04:07:11.201Z","level":"INFO","msg":"\u0000' },
];
const unreadableByFile: readonly number[] = [0, 0, 3, 21, 7, 0, 0];

/** A reason without the position that it names. */
export const reasonClass = (reason: string): string => reason.replace(/ at byte \d*/, ' at byte …');

export const reasonsOf = (list: readonly Unreadable[]): readonly ReasonCount[] => {
  const counts = new Map<string, number>();
  for (const u of list) counts.set(reasonClass(u.reason), (counts.get(reasonClass(u.reason)) ?? 0) + 1);
  return [...counts].map(([reason, n]) => ({ reason, count: n })).sort((a, b) => b.count - a.count);
};

export const unreadable: readonly Unreadable[] = files.flatMap((f, i) =>
  Array.from({ length: unreadableByFile[i] ?? 0 }, (_, n) => {
    const line = 88_017 + n * 4_861 + i * 977;
    const kind = reasons[(n + i) % reasons.length] ?? { reason: 'no time', excerpt: '' };
    return { path: f.path, line, offset: line * 912, ...kind };
  }),
);

const patterns = [
  { pattern: 'exectrace', share: 0.67, example: '{"level":"INFO","msg":"exec","fields":{"cmd":["git","fetch"]}}' },
  { pattern: 'request log', share: 0.27, example: '{"level":"DEBUG","msg":"GET","fields":{"path":"/api/v0/me"}}' },
  {
    pattern: 'provisioner',
    share: 0.055,
    example: '{"level":"INFO","msg":"build job started","fields":{"job":"5f3d"}}',
  },
  { pattern: 'blank line', share: 0.005, example: '' },
];

export function sha256Of(i: number): string {
  return Array.from({ length: 64 }, (_, n) =>
    (((i + 3) * 2_654_435_761 + n * n * 40_503 + n * 97) >>> 7).toString(16).slice(-1),
  ).join('');
}

/** Sources of the first files, and of what was imported later under other names. */
export function sourcesOf(made: readonly MadeEvent[], imported: readonly Source[], generation: number): Sources {
  const perDay = new Map<string, number>();
  const tally = files.map(() => ({ events: 0, matching: 0, first: '', last: '' }));
  for (const { event } of made) {
    event.sources.forEach((position, place) => {
      const i = files.findIndex((f) => f.path === position.path);
      const t = tally[i];
      if (t === undefined) return;
      if (place === 0) t.events++;
      else t.matching++;
      if (t.first === '') t.first = event.time;
      t.last = event.time;
      const key = `${i + 1} ${event.time.slice(0, 10)}`;
      perDay.set(key, (perDay.get(key) ?? 0) + 1);
    });
  }
  const sources = files.map((f, i): Source => {
    const t = tally[i] ?? { events: 0, matching: 0, first: '', last: '' };
    const bad = unreadableByFile[i] ?? 0;
    const duplicates = f.form === 'v2 rest' ? 34 : 0;
    const records = t.events + t.matching + duplicates + bad;
    const other = f.form === 'v1 json' && !f.path.startsWith('loki') ? Math.round(records * 0.21) : 0;
    return {
      number: i + 1,
      path: f.path,
      sha256: sha256Of(i),
      bytes: records * 271,
      unpacked_bytes: (records + other) * 912,
      form: f.form,
      shape: f.path.startsWith('loki')
        ? `${shapes[f.form]}, in Loki, zstd`
        : `${shapes[f.form]}${f.path.endsWith('.zst') ? ', zstd' : ''}`,
      deployment: f.deployment,
      state: 'whole',
      lines: records + other,
      record_lines: records,
      records,
      events: t.events,
      matching: t.matching,
      duplicates,
      other,
      unreadable: bad,
      ...(t.first === '' ? {} : { first: t.first, last: t.last }),
      imported: '2026-07-03T09:12:44Z',
    };
  });
  // A case that was begun by an import holds none of the first files.
  const all = [...sources.filter((s) => s.first !== undefined), ...imported];
  const totalOther = all.reduce((n, s) => n + s.other, 0);
  const counts = patterns.map((p) => Math.floor(totalOther * p.share));
  counts[0] = (counts[0] ?? 0) + totalOther - counts.reduce((a, b) => a + b, 0);
  return {
    generation,
    sources: all,
    other: patterns.map((p, i) => ({
      path: files[0].path,
      pattern: p.pattern,
      count: counts[i] ?? 0,
      line: 12 + i * 41,
      example: p.example,
    })),
    unreadable: unreadable.slice(0, 200),
    unreadable_total: unreadable.length,
    unreadable_reasons: reasonsOf(unreadable),
    gaps: [...gaps],
    suggestions: [],
    coverage: [...perDay].map(([key, count]) => {
      const [source = '1', day = ''] = key.split(' ');
      return { source: Number(source), day, count };
    }),
  };
}

/** A source such as an import adds: an update of the v1 log with some other lines. */
export function importedSource(
  number: number,
  path: string,
  events: number,
  deployment: string | undefined,
  now: string,
): Source {
  const other = 41;
  return {
    number,
    path,
    sha256: sha256Of(number + 20),
    bytes: events * 270 + 800,
    unpacked_bytes: (events + other) * 912,
    form: 'v1 json',
    shape: 'Coder v1 log, JSON lines, zstd',
    deployment: deployment ?? v1Deployment,
    state: 'whole',
    lines: events + other,
    record_lines: events,
    records: events,
    events,
    matching: 0,
    duplicates: 0,
    other,
    unreadable: 0,
    first: '2026-07-01T00:02:11Z',
    last: '2026-07-02T17:40:00Z',
    imported: now,
  };
}

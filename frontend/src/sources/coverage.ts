// Where records of each source lie in time, as drawing instructions: a bar a day (of UTC), a lane a source.
import type { Gap, Source, Sources } from '../backend/types';

const dayMs = 86_400_000;

export interface Lane {
  readonly source: Source;
  readonly bars: readonly { readonly day: number; readonly count: number }[];
  readonly records: number;
}

export interface Coverage {
  /** Lanes by deployment, so that the stretches without records of one lie over lanes next to each other. */
  readonly lanes: readonly Lane[];
  /** First day shown, in milliseconds. */
  readonly start: number;
  readonly days: number;
  /** Records of the fullest day of any lane. */
  readonly tallest: number;
  readonly gaps: readonly {
    readonly gap: Gap;
    /** In days from the start. */
    readonly from: number;
    readonly to: number;
    /** Lanes of the deployment: the first, and how many. */
    readonly lane: number;
    readonly lanes: number;
  }[];
}

export function coverageOf({
  sources,
  coverage,
  gaps,
}: Pick<Sources, 'sources' | 'coverage' | 'gaps'>): Coverage | undefined {
  const days = coverage.map((c) => Date.parse(`${c.day}T00:00:00Z`)).filter((d) => !Number.isNaN(d));
  if (days.length === 0) return undefined;
  const start = days.reduce((a, b) => Math.min(a, b));
  const count = Math.round((days.reduce((a, b) => Math.max(a, b)) - start) / dayMs) + 1;
  const deployments = [...new Set(sources.map((s) => s.deployment))];
  const bars = new Map<number, { day: number; count: number }[]>();
  for (const c of coverage) {
    const day = Math.round((Date.parse(`${c.day}T00:00:00Z`) - start) / dayMs);
    if (Number.isNaN(day)) continue;
    bars.set(c.source, [...(bars.get(c.source) ?? []), { day, count: c.count }]);
  }
  const lanes = deployments
    .flatMap((d) => sources.filter((s) => s.deployment === d && bars.has(s.number)))
    .map((source): Lane => {
      const own = bars.get(source.number) ?? [];
      return { source, bars: own, records: own.reduce((n, b) => n + b.count, 0) };
    });
  const tallest = lanes.reduce((most, lane) => lane.bars.reduce((n, b) => Math.max(n, b.count), most), 1);
  const place = (instant: string) => Math.min(count, Math.max(0, (Date.parse(instant) - start) / dayMs));
  return {
    lanes,
    start,
    days: count,
    tallest,
    gaps: gaps.flatMap((gap) => {
      const lane = lanes.findIndex((l) => l.source.deployment === gap.deployment);
      const own = lanes.filter((l) => l.source.deployment === gap.deployment).length;
      const from = place(gap.from);
      const to = place(gap.to);
      return lane < 0 || to <= from ? [] : [{ gap, from, to, lane, lanes: own }];
    }),
  };
}

/** Bars that a chart has room for side by side, each still to be seen. */
const bars = 240;

/**
 * The bars of a lane as one path in a box `days` wide and `height` tall; a day with few records still shows, and so does a
 * single day within years.
 */
export function lanePath(lane: Lane, tallest: number, top: number, height: number, days: number): string {
  const wide = Math.max(0.84, days / bars);
  const width = String(Number(wide.toFixed(2))).replace(/^0/, '');
  return lane.bars
    .map(({ day, count }) => {
      // The square root keeps quiet days visible beside the fullest.
      const h = Math.max(1.5, Math.sqrt(count / tallest) * height);
      const left = Math.min(day + 0.08, days - wide);
      return `M${left.toFixed(2)} ${(top + height).toFixed(1)}v${(-h).toFixed(1)}h${width}v${h.toFixed(1)}z`;
    })
    .join('');
}

export interface Tick {
  readonly label: string;
  /** In days from the start. */
  readonly at: number;
}

/** Beginnings of months, thinned out so that their labels do not run into each other. */
export function monthTicks(start: number, days: number, most = 8): readonly Tick[] {
  const first = new Date(start);
  const months = Math.ceil(days / 30.4);
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((s) => months / s <= most) ?? 240;
  const ticks: Tick[] = [];
  for (let m = 0; ; m++) {
    const at = Date.UTC(first.getUTCFullYear(), m, 1);
    if (at >= start + days * dayMs) return ticks;
    if (at < start || m % Math.min(step, 12) !== 0) continue;
    if (step > 12 && new Date(at).getUTCFullYear() % (step / 12) !== 0) continue;
    ticks.push({ label: new Date(at).toISOString().slice(0, 7), at: (at - start) / dayMs });
  }
}

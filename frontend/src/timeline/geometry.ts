import { fromAbsolute } from '@internationalized/date';
import type { Gap, Timeline } from '../backend/types';
import { epochMs } from '../view/time';

// Where bars, gaps and marks of the time axis stand: instants to pixels and back. Pure; knows no screen.

export interface Bar {
  /** Inclusive, ms since 1970. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly count: number;
  readonly failed: number;
}

export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  x(ms: number): number;
}

/** Start of the bucket that follows the one at `start`; days, weeks and months are as long as they are in the zone. */
function nextStart(start: number, bucket: Timeline['bucket'], zone: string): number {
  if (bucket === 'minute') return start + 60_000;
  if (bucket === 'hour') return start + 3_600_000;
  const at = fromAbsolute(start, zone);
  const next =
    bucket === 'day' ? at.add({ days: 1 }) : bucket === 'week' ? at.add({ weeks: 1 }) : at.add({ months: 1 });
  return Math.max(start + 1, next.toDate().getTime());
}

export function barsOf(timeline: Timeline): readonly Bar[] {
  const starts = timeline.buckets.map((b) => epochMs(b.start));
  return timeline.buckets.map((b, i) => {
    const from = starts[i] ?? 0;
    return {
      from,
      to: starts[i + 1] ?? nextStart(from, timeline.bucket, timeline.zone),
      count: b.count,
      failed: b.failed,
    };
  });
}

export function axisOf(bars: readonly Bar[], width: number): Axis {
  const from = bars[0]?.from ?? 0;
  const to = Math.max(from + 1, bars.at(-1)?.to ?? 1);
  return { from, to, width, x: (ms) => ((ms - from) / (to - from)) * width };
}

/** The bar at a place of the axis; -1 without bars. */
export function barAt(bars: readonly Bar[], axis: Axis, x: number): number {
  const ms = axis.from + (Math.max(0, Math.min(axis.width, x)) / axis.width) * (axis.to - axis.from);
  let low = 0;
  let high = bars.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bars[middle]?.from ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface BarShapes {
  /** Path data of what succeeded or has no status, and of what failed. */
  readonly ok: string;
  readonly failed: string;
}

/**
 * The bars as two paths, failed at the foot, each of them at least one pixel high so that nothing that happened is
 * invisible. Many bars on few pixels are drawn as the tallest of those that share one.
 */
export function shapesOf(bars: readonly Bar[], axis: Axis, height: number): BarShapes {
  const most = bars.reduce((m, b) => Math.max(m, b.count), 1);
  const perBar = axis.width / Math.max(1, bars.length);
  const inset = perBar >= 4 ? Math.min(2, perBar * 0.1) : 0;
  let ok = '';
  let failed = '';
  let drawnTo = Number.NEGATIVE_INFINITY;
  let column: Bar | undefined;
  const draw = (bar: Bar, left: number, right: number) => {
    if (bar.count === 0) return;
    const whole = Math.max(1, (bar.count / most) * height);
    const foot = bar.failed === 0 ? 0 : Math.max(1, Math.min(whole, (bar.failed / most) * height));
    const w = Math.max(0.5, right - left);
    const box = (top: number, h: number) => `M${round(left)} ${round(top)}h${round(w)}v${round(h)}h${round(-w)}z`;
    if (whole > foot) ok += box(height - whole, whole - foot);
    if (foot > 0) failed += box(height - foot, foot);
  };
  for (const bar of bars) {
    const left = axis.x(bar.from) + inset;
    const right = axis.x(bar.to) - inset;
    if (perBar >= 1) {
      draw(bar, left, right);
      continue;
    }
    const pixel = Math.floor(left);
    if (pixel > drawnTo && column !== undefined) {
      draw(column, drawnTo, drawnTo + 1);
      column = undefined;
    }
    column =
      column === undefined
        ? bar
        : { ...column, count: Math.max(column.count, bar.count), failed: Math.max(column.failed, bar.failed) };
    drawnTo = pixel;
  }
  if (column !== undefined) draw(column, drawnTo, drawnTo + 1);
  return { ok, failed };
}

const round = (n: number) => Math.round(n * 100) / 100;

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly deployments: readonly string[];
}

/** The stretches without records that touch the axis, cut to it, in order of time. */
export function stretchesOf(gaps: readonly Gap[], axis: Axis): readonly Stretch[] {
  const byTime = new Map<string, { from: number; to: number; deployments: string[] }>();
  for (const gap of gaps) {
    const from = Math.max(axis.from, epochMs(gap.from));
    const to = Math.min(axis.to, epochMs(gap.to));
    if (!(to > from)) continue;
    const key = `${from} ${to}`;
    const known = byTime.get(key);
    if (known === undefined) byTime.set(key, { from, to, deployments: [gap.deployment] });
    else if (!known.deployments.includes(gap.deployment)) known.deployments.push(gap.deployment);
  }
  return [...byTime.values()].sort((a, b) => a.from - b.from);
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

type Unit = 'minutes' | 'hours' | 'days' | 'months' | 'years';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Distances of marks, shortest first, with their rough length. */
const distances: readonly (readonly [number, Unit, number])[] = [
  [1, 'minutes', minute],
  [5, 'minutes', 5 * minute],
  [15, 'minutes', 15 * minute],
  [30, 'minutes', 30 * minute],
  [1, 'hours', hour],
  [3, 'hours', 3 * hour],
  [6, 'hours', 6 * hour],
  [12, 'hours', 12 * hour],
  [1, 'days', day],
  [2, 'days', 2 * day],
  [4, 'days', 4 * day],
  [7, 'days', 7 * day],
  [14, 'days', 14 * day],
  [1, 'months', 30 * day],
  [2, 'months', 61 * day],
  [3, 'months', 91 * day],
  [6, 'months', 182 * day],
  [1, 'years', 365 * day],
  [5, 'years', 5 * 365 * day],
  [20, 'years', 20 * 365 * day],
];

/** Pixels that a label needs, with the room to the next. */
const labelWidth = 96;

/** Marks at round times of the zone, as many as fit. */
export function ticksOf(axis: Axis, zone: string): readonly Tick[] {
  const room = Math.max(1, Math.floor(axis.width / labelWidth));
  const span = axis.to - axis.from;
  const [step, unit] = distances.find(([, , ms]) => span / ms <= room) ?? [100, 'years' as Unit];
  const two = (n: number) => String(n).padStart(2, '0');
  let at = fromAbsolute(axis.from, zone).set({ second: 0, millisecond: 0 });
  if (unit === 'minutes') at = at.set({ minute: at.minute - (at.minute % step) });
  else if (unit === 'hours') at = at.set({ minute: 0, hour: at.hour - (at.hour % step) });
  else at = at.set({ hour: 0, minute: 0 });
  if (unit === 'months') at = at.set({ day: 1, month: at.month - ((at.month - 1) % step) });
  if (unit === 'years') at = at.set({ day: 1, month: 1, year: at.year - (at.year % step) });
  const ticks: Tick[] = [];
  for (let guard = 0; guard < 400; guard++) {
    const ms = at.toDate().getTime();
    if (ms >= axis.to) break;
    if (ms >= axis.from) {
      const label =
        unit === 'years'
          ? `${at.year}`
          : unit === 'months'
            ? `${at.year}-${two(at.month)}`
            : unit === 'days'
              ? `${two(at.month)}-${two(at.day)}`
              : at.hour === 0 && at.minute === 0
                ? `${two(at.month)}-${two(at.day)}`
                : `${two(at.hour)}:${two(at.minute)}`;
      ticks.push({ at: ms, label });
    }
    at = at.add({ [unit]: step });
  }
  return ticks;
}

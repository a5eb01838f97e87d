// What the strip of values draws, as numbers: a band for each recorded value, and marks of what was not applied. Pure.
import type { HistoryRow } from '../backend/types';
import type { Axis } from '../timeline/geometry';
import { epochMs } from '../view/time';

/**
 * How the value of a band is known: "value" by the write that set it; "secret": written, and the value never logged; "not
 * recorded": written without content; "earlier": only the first write says what was before it; "unknown" before that.
 */
export type BandLook = 'value' | 'secret' | 'not recorded' | 'earlier' | 'unknown';

/** A time over which one value is the last recorded one. */
export interface Band {
  readonly look: BandLook;
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** Places of the first and the last write of it; of what lies before the first write both are -1. */
  readonly first: number;
  readonly last: number;
}

/** The bands between two instants, of the writes in the order of time. Only applied writes move a value. */
export function bandsOf(writes: readonly HistoryRow[], from: number, to: number): readonly Band[] {
  const bands: Band[] = [];
  let open: Band = { look: lookBefore(writes.find((w) => w.applied)), from, to, first: -1, last: -1 };
  writes.forEach((write, at) => {
    if (!write.applied) return;
    const before = writes[open.last];
    if (before !== undefined && rewrites(before, write)) {
      open = { ...open, last: at };
      return;
    }
    const begin = Math.max(from, Math.min(to, epochMs(write.time)));
    bands.push({ ...open, to: begin });
    open = { look: lookOf(write), from: begin, to, first: at, last: at };
  });
  bands.push(open);
  return bands.filter((b) => b.to > b.from || b.first >= 0);
}

function lookBefore(first: HistoryRow | undefined): BandLook {
  return first?.basis === 'logged' && first.kind !== 'secret' && first.old !== undefined ? 'earlier' : 'unknown';
}

/** How the value that an applied write set is known. */
export function lookOf({ kind, basis }: HistoryRow): Exclude<BandLook, 'earlier' | 'unknown'> {
  if (kind === 'secret') return 'secret';
  return kind === 'unrecorded' || basis === 'not recorded' ? 'not recorded' : 'value';
}

/** Whether a write records the value that is in force already. Of values that are not shown, nobody can say. */
function rewrites(before: HistoryRow, write: HistoryRow): boolean {
  return (
    lookOf(write) === 'value' &&
    lookOf(before) === 'value' &&
    write.break === undefined &&
    write.new !== undefined &&
    write.value_bytes === undefined &&
    before.value_bytes === undefined &&
    JSON.stringify(write.new) === JSON.stringify(before.new)
  );
}

/** A band as it is drawn, or several that are too narrow to be drawn apart. */
export interface DrawnBand {
  /** In pixels. */
  readonly left: number;
  readonly width: number;
  /** Places among the bands, both included. */
  readonly first: number;
  readonly last: number;
}

/** Least width of a band, and most of several that are folded into one: a place still tells a time. In pixels. */
const narrowest = 3;
const widestFold = 16;

/** The bands as they are drawn: neighbours that have no room of their own are folded into one. */
export function drawnBands(bands: readonly Band[], axis: Axis): readonly DrawnBand[] {
  const drawn: DrawnBand[] = [];
  let folding = false;
  bands.forEach((band, at) => {
    const left = axis.x(band.from);
    const right = axis.x(band.to);
    const narrow = right - left < narrowest;
    const before = drawn.at(-1);
    if (narrow && folding && before !== undefined && right - before.left <= widestFold) {
      drawn[drawn.length - 1] = { ...before, width: Math.max(before.width, right - before.left), last: at };
    } else {
      // A narrow one alone is still seen; what follows begins behind it.
      const begin = Math.max(left, before === undefined ? 0 : before.left + before.width);
      const width = narrow ? narrowest : right - begin;
      drawn.push({
        left: Math.min(begin, axis.width - narrowest),
        width: Math.max(width, narrowest),
        first: at,
        last: at,
      });
    }
    folding = narrow;
  });
  return drawn;
}

export type MarkKind = 'refused' | 'unsure' | 'break';

/** A mark above the bands, or several of one kind that stand too close to be told apart. */
export interface Mark {
  readonly kind: MarkKind;
  readonly x: number;
  /** Places of the writes, in the order of time. */
  readonly writes: readonly number[];
}

/** Least distance of two marks of a kind, in pixels. */
const apart = 7;

/** What a write is beside the value that it sets, undefined for an applied one that follows the one before. */
export function markOf({ applied, outcome, break: broken }: HistoryRow): MarkKind | undefined {
  if (!applied) return outcome === 'unknown' ? 'unsure' : 'refused';
  return broken === undefined ? undefined : 'break';
}

/** Attempts that were not applied, attempts with unknown effect, and changes that the log lacks; by kind, in order of time. */
export function marksOf(writes: readonly HistoryRow[], axis: Axis): readonly Mark[] {
  const byKind: Record<MarkKind, { kind: MarkKind; x: number; writes: number[] }[]> = {
    refused: [],
    unsure: [],
    break: [],
  };
  writes.forEach((write, at) => {
    const kind = markOf(write);
    if (kind === undefined) return;
    const x = Math.max(0, Math.min(axis.width, axis.x(epochMs(write.time))));
    const last = byKind[kind].at(-1);
    if (last !== undefined && x - last.x < apart) last.writes.push(at);
    else byKind[kind].push({ kind, x, writes: [at] });
  });
  return [...byKind.refused, ...byKind.unsure, ...byKind.break];
}

/** The band that a write belongs to: the one that it set, or during which it was attempted; -1 for none. */
export function bandOf(bands: readonly Band[], at: number): number {
  return bands.findLastIndex((b) => b.first <= at);
}

/** Until when the value that a write set was the last recorded one: the next write of another value, or the end. */
export function lasts(bands: readonly Band[], at: number): { readonly from: number; readonly to: number } | undefined {
  const band = bands[bandOf(bands, at)];
  return band === undefined ? undefined : { from: band.from, to: band.to };
}

/** The drawn band under a place, in pixels; undefined outside. */
export function drawnAt(drawn: readonly DrawnBand[], x: number): DrawnBand | undefined {
  return drawn.findLast((d) => d.left <= x && x <= d.left + d.width);
}

/** The nearest mark of attempts to a place, no farther than it is wide. */
export function markAt(marks: readonly Mark[], x: number): Mark | undefined {
  return marks
    .filter((m) => m.kind !== 'break' && Math.abs(m.x - x) <= apart)
    .sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
}

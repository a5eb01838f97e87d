// What the date control draws, as numbers: marks of days, stretches without records, and where the two pins find room.
import type { SettingsSpan } from '../backend/types';
import type { Axis } from '../timeline/geometry';
import { epochMs } from '../view/time';
import type { Bounds } from './instants';

export function stripAxis(bounds: Bounds, width: number): Axis {
  const { from, to } = bounds;
  return { from, to, width, x: (ms) => ((ms - from) / (to - from)) * width };
}

/** Least height of a mark, in pixels: a day with one write is still seen. */
const least = 4;

/** A mark a day with writes; days that share a pixel are drawn as the fullest of them. */
export function marksPath(days: SettingsSpan['days'], axis: Axis, height: number): string {
  const most = days.reduce((m, d) => Math.max(m, d.writes), 1);
  const byPixel = new Map<number, number>();
  for (const d of days) {
    const ms = epochMs(d.start);
    if (d.writes <= 0 || Number.isNaN(ms) || ms + 86_400_000 < axis.from || ms > axis.to) continue;
    const pixel = Math.round(axis.x(Math.max(axis.from, ms)));
    byPixel.set(pixel, Math.max(byPixel.get(pixel) ?? 0, d.writes));
  }
  return [...byPixel]
    .map(([x, writes]) => {
      // The square root keeps quiet days visible beside the fullest.
      const h = Math.max(least, Math.sqrt(writes / most) * height);
      return `M${Math.min(x, axis.width - 2)} ${height}h2v${-Number(h.toFixed(1))}h-2z`;
    })
    .join('');
}

export interface PinPlace {
  readonly left: number;
  readonly right: number;
}

/**
 * Where pins stand above their instants: centred, inside the control with its margins, and beside each other where the
 * instants are close.
 */
export function pinPlaces(
  xs: readonly number[],
  pin: number,
  width: number,
  { margin, between }: { readonly margin: number; readonly between: number },
): readonly PinPlace[] {
  const least = -margin;
  const most = width + margin - pin;
  const lefts = xs.map((x) => Math.max(least, Math.min(most, x - pin / 2)));
  const [a, b] = lefts;
  if (a !== undefined && b !== undefined && b - a < pin + between) {
    const middle = (a + b + pin) / 2;
    const left = Math.max(least, Math.min(most - pin - between, middle - pin - between / 2));
    return [left, left + pin + between].map((l) => ({ left: l, right: l + pin }));
  }
  return lefts.map((l) => ({ left: l, right: l + pin }));
}

export interface Piece {
  /** In percent of the whole. */
  readonly left: number;
  readonly width: number;
}

/** The stretches without records as parts of a bar from one instant to another; undefined where there is no time between. */
export function coveredPieces(
  from: number,
  to: number,
  gaps: readonly { readonly from: string; readonly to: string }[],
): readonly Piece[] | undefined {
  if (!(to > from)) return undefined;
  return gaps.flatMap((g) => {
    const a = Math.max(from, epochMs(g.from));
    const b = Math.min(to, epochMs(g.to));
    if (!(b > a)) return [];
    const share = (ms: number) => Number(((ms / (to - from)) * 100).toFixed(3));
    return [{ left: share(a - from), width: share(b - a) }];
  });
}

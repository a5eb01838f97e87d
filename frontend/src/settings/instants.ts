// Instants of the date control: where they may stand, how keys move them, how they are typed and written. Pure.
import { fromAbsolute, parseDate, parseDateTime, toZoned } from '@internationalized/date';
import type { CaseInfo, Engagement, SettingsSpan } from '../backend/types';
import { epochMs, localOf } from '../view/time';

const day = 86_400_000;
/** Least length of the control. */
const shortest = 60_000;

/** RFC 3339 in UTC, without the fraction of a whole second. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The first instant of a day of a zone; undefined where the text is no day. */
function startOf(text: string | undefined, zone: string): number | undefined {
  if (text === undefined) return undefined;
  try {
    return toZoned(parseDate(text), zone).toDate().getTime();
  } catch {
    return undefined;
  }
}

export interface Bounds {
  readonly from: number;
  readonly to: number;
  /** The ends with all their digits: a record is logged finer than milliseconds, and none must fall outside. */
  readonly fromText: string;
  readonly toText: string;
  /** The period under audit, where it has a beginning or an end. */
  readonly periodFrom: number | undefined;
  readonly periodTo: number | undefined;
}

/** What the control spans: the records received and the period under audit, the wider; undefined where there is neither. */
export function boundsOf(
  span: Pick<SettingsSpan, 'begin' | 'end'> | undefined,
  { from, to, zone }: Pick<Engagement, 'from' | 'to' | 'zone'>,
  ...more: readonly string[]
): Bounds | undefined {
  const periodFrom = startOf(from, zone);
  const lastDay = startOf(to, zone);
  const periodTo = lastDay === undefined ? undefined : fromAbsolute(lastDay, zone).add({ days: 1 }).toDate().getTime();
  const texts = [
    span?.begin,
    span?.end,
    ...[periodFrom, periodTo].map((ms) => (ms === undefined ? undefined : instantOf(ms))),
    ...more,
  ].filter((text): text is string => text !== undefined && !Number.isNaN(epochMs(text)));
  const [first, ...others] = texts;
  if (first === undefined) return undefined;
  const fromText = others.reduce((a, b) => (epochMs(b) < epochMs(a) ? b : a), first);
  const last = others.reduce((a, b) => (epochMs(b) > epochMs(a) ? b : a), first);
  const least = epochMs(fromText);
  const toText = epochMs(last) - least < shortest ? instantOf(least + shortest) : last;
  return { from: least, to: epochMs(toText), fromText, toText, periodFrom, periodTo };
}

/** Where the earlier instant stands as long as nobody has moved it. */
export function firstInstant(bounds: Bounds): string {
  return bounds.periodFrom === undefined ? bounds.fromText : instantOf(bounds.periodFrom);
}

/** The earlier instant: where it was put, else where it stands at first; "" in a case without records and period. */
export function restingFrom(
  { from, at }: { readonly from: string; readonly at: string },
  { engagement, first, last }: Pick<CaseInfo, 'engagement' | 'first' | 'last'>,
): string {
  if (from !== '') return from;
  const bounds = boundsOf(
    { ...(first === undefined ? {} : { begin: first }), ...(last === undefined ? {} : { end: last }) },
    engagement,
    at,
  );
  return bounds === undefined ? '' : firstInstant(bounds);
}

/** An instant of the control; at its ends the very ends. */
export function instantWithin(bounds: Bounds, ms: number): string {
  if (ms <= bounds.from) return bounds.fromText;
  return ms >= bounds.to ? bounds.toText : instantOf(ms);
}

/** As wall clocks of the zone go: a day further is the same time of the next day. */
export function moved(instant: string, by: { readonly days?: number; readonly months?: number }, zone: string): string {
  return instantOf(fromAbsolute(epochMs(instant), zone).add(by).toDate().getTime());
}

const steps = [60_000, 900_000, 3_600_000, 21_600_000, day] as const;
/** Pixels that a step of a dragged handle has at most, if a shorter one exists. */
const stepPixels = 6;

/** The round time of the zone's clock nearest to an instant, as fine as the pixels of the control allow. */
export function snapped(ms: number, msPerPixel: number, zone: string): number {
  const step = steps.findLast((s) => s <= msPerPixel * stepPixels) ?? steps[0];
  const at = fromAbsolute(ms, zone);
  const midnight = at.set({ hour: 0, minute: 0, second: 0, millisecond: 0 }).toDate().getTime();
  const next = fromAbsolute(midnight, zone).add({ days: 1 }).toDate().getTime();
  const near = midnight + Math.round((ms - midnight) / step) * step;
  // The last step of a day is cut, and days of a clock change are longer or shorter.
  return near > next - step / 2 ? next : near;
}

/** Held within the control, and on its own side of the other instant. */
export function held(ms: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, ms));
}

/** "2026-06-30 23:58:41", in the zone; the fraction of a second is left out. */
export function instantText(instant: string, zone: string): string {
  const local = localOf(instant, zone);
  return local === undefined ? instant : `${local.day} ${local.time}`;
}

const typedDay = /^(\d{4}-\d{2}-\d{2})$/;
const typedTime = /^(\d{4}-\d{2}-\d{2})[ T]+(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)$/;
const typedZoned = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** What was typed: a day, a day and a time of the zone, or RFC 3339 with an offset; undefined for anything else. */
export function typedInstant(text: string, zone: string): string | undefined {
  const trimmed = text.trim();
  try {
    const [, onlyDay] = typedDay.exec(trimmed) ?? [];
    if (onlyDay !== undefined) return instantOf(toZoned(parseDate(onlyDay), zone).toDate().getTime());
    const [, dayPart, timePart] = typedTime.exec(trimmed) ?? [];
    if (dayPart !== undefined && timePart !== undefined)
      return instantOf(
        toZoned(parseDateTime(`${dayPart}T${timePart.replace(/(\.\d{3})\d+/, '$1')}`), zone)
          .toDate()
          .getTime(),
      );
    if (typedZoned.test(trimmed)) {
      const ms = epochMs(trimmed.replace(' ', 'T').toUpperCase());
      return Number.isNaN(ms) ? undefined : instantOf(ms);
    }
  } catch {
    return undefined;
  }
  return undefined;
}

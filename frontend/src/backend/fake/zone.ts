// Days and buckets of an IANA zone, in milliseconds since 1970.

export type Bucket = 'minute' | 'hour' | 'day' | 'week' | 'month';

const hour = 3_600_000;
const day = 24 * hour;

/** How far a zone's clock stands from UTC at an instant, in milliseconds. Remembers a quarter of an hour each. */
export function zoneClock(zone: string): (at: number) => number {
  const known = new Map<number, number>();
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (at) => {
    const quarter = Math.floor(at / (hour / 4));
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const start = quarter * (hour / 4);
    const parts = new Map(format.formatToParts(start).map((p) => [p.type, Number(p.value)]));
    const get = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
    known.set(quarter, wall - start);
    return wall - start;
  };
}

export interface Zone {
  /** yyyy-mm-dd of the zone. */
  dayOf(at: number): string;
  /** The first instant of a day of the zone. */
  startOf(dayText: string): number;
  floor(at: number, bucket: Bucket): number;
  next(start: number, bucket: Bucket): number;
}

export function zoneOf(name: string): Zone {
  const offset = zoneClock(name);
  // The instant at which the zone's clock shows `wall`; two steps settle it but for hours that do not exist.
  const instant = (wall: number) => {
    const first = wall - offset(wall);
    return wall - offset(first);
  };
  const dayOf = (at: number) => new Date(at + offset(at)).toISOString().slice(0, 10);
  const floor = (at: number, bucket: Bucket): number => {
    if (bucket === 'minute') return at - (((at % 60_000) + 60_000) % 60_000);
    const wall = at + offset(at);
    if (bucket === 'hour') return at - (((wall % hour) + hour) % hour);
    const d = new Date(wall);
    const start = Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), bucket === 'month' ? 1 : d.getUTCDate());
    return instant(bucket === 'week' ? start - ((d.getUTCDay() + 6) % 7) * day : start);
  };
  return {
    dayOf,
    startOf: (dayText) => instant(Date.parse(`${dayText}T00:00:00Z`)),
    floor,
    next(start, bucket) {
      switch (bucket) {
        case 'minute':
          return start + 60_000;
        case 'hour':
          return floor(start + hour, 'hour');
        case 'day':
          return floor(start + 1.5 * day, 'day');
        case 'week':
          return floor(start + 7.5 * day, 'week');
        case 'month':
          return floor(start + 40 * day, 'month');
      }
    },
  };
}

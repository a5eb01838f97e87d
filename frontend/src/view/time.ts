// Times as they are shown: an instant (RFC 3339 in UTC, up to nanoseconds) in a named zone. Nothing here says "now".

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs far more than using it, so each zone has one for as long as the window lives. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether this machine knows the zone; a case may name one that it does not. */
export function knowsZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds since 1970, cut, not rounded; NaN for what is no instant. */
export function epochMs(instant: string): number {
  return Date.parse(instant.replace(/(\.\d{3})\d+/, '$1'));
}

export interface Local {
  /** yyyy-mm-dd */
  readonly day: string;
  /** hh:mm:ss */
  readonly time: string;
  /** Three digits of the second, with the point. */
  readonly milli: string;
}

/** An instant in a zone; undefined for what is no instant. */
export function localOf(instant: string | number, zone: string): Local | undefined {
  const ms = typeof instant === 'number' ? instant : epochMs(instant);
  if (Number.isNaN(ms)) return undefined;
  const milli = `.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}`;
  if (zone === 'UTC') {
    const iso = new Date(ms).toISOString();
    return { day: iso.slice(0, 10), time: iso.slice(11, 19), milli };
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const p of formatOf(zone).formatToParts(ms)) part[p.type] = p.value;
  return {
    day: `${part.year}-${part.month}-${part.day}`,
    time: `${part.hour}:${part.minute}:${part.second}`,
    milli,
  };
}

/** "2026-06-30 23:51:30.118", without the zone: whoever shows it says the zone beside it. */
export function stamp(instant: string | number, zone: string): string {
  const local = localOf(instant, zone);
  return local === undefined ? String(instant) : `${local.day} ${local.time}${local.milli}`;
}

/** "2026-06-30 23:51", without the zone. */
export function minuteStamp(instant: string | number, zone: string): string {
  const local = localOf(instant, zone);
  return local === undefined ? String(instant) : `${local.day} ${local.time.slice(0, 5)}`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** "Tue" of a day yyyy-mm-dd. */
export function weekday(day: string): string {
  return weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}

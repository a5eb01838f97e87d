import { localOf, minuteStamp } from '../view/time';

/** When a case was opened last, by this computer's clock: "today 09:12", "yesterday 17:40", "2026-11-18". */
export function openedWords(
  instant: string,
  now: Date,
  zone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  const opened = localOf(instant, zone);
  const today = localOf(now.getTime(), zone);
  const yesterday = localOf(now.getTime() - 86_400_000, zone);
  if (opened === undefined) return 'not known when';
  const minute = minuteStamp(instant, zone).slice(11);
  if (opened.day === today?.day) return `today ${minute}`;
  if (opened.day === yesterday?.day) return `yesterday ${minute}`;
  return opened.day;
}

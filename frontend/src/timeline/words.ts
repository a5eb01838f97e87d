import type { Timeline } from '../backend/types';
import { count, counted } from '../ui/words';
import { localOf } from '../view/time';
import type { Bar } from './geometry';

const barLengths: Readonly<Record<Timeline['bucket'], string>> = {
  minute: '1 minute a bar',
  hour: '1 hour a bar',
  day: '1 day a bar',
  week: '1 week a bar',
  month: '1 month a bar',
};

/** "1 day a bar, tallest 1,204"; without events there is no bar to speak of. */
export function captionOf(timeline: Timeline, bars: readonly Bar[]): string {
  const most = bars.reduce((m, b) => Math.max(m, b.count), 0);
  if (most === 0) return 'No event to draw';
  return `${barLengths[timeline.bucket]}, tallest ${count(most)}`;
}

/** "2026-06-09 00:00 → 06-14 00:00 UTC"; the second day is left out where it is the first. */
export function rangeWords(from: number, to: number, zone: string): string {
  const a = localOf(from, zone);
  const b = localOf(to, zone);
  if (a === undefined || b === undefined) return '';
  const second = a.day === b.day ? '' : a.day.slice(0, 5) === b.day.slice(0, 5) ? `${b.day.slice(5)} ` : `${b.day} `;
  return `${a.day} ${a.time.slice(0, 5)} → ${second}${b.time.slice(0, 5)} ${zone}`;
}

/** "8,294 events, 535 failed" of the bars from first to last. */
export function sumWords(bars: readonly Bar[], first: number, last: number): string {
  let all = 0;
  let failed = 0;
  for (const bar of bars.slice(first, last + 1)) {
    all += bar.count;
    failed += bar.failed;
  }
  return `${counted(all, 'event')}, ${failed === 0 ? 'none' : count(failed)} failed`;
}

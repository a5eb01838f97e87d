import type { RetryResult } from '../backend/types';
import { count, counted } from '../ui/words';

/** What became of unreadable records that were tried again. */
export function retryWords(r: RetryResult): string {
  const cut =
    r.not_kept_whole === 0
      ? ''
      : ` ${counted(r.not_kept_whole, 'record')} can’t be tried, for not all of ${r.not_kept_whole === 1 ? 'its' : 'their'} bytes were kept.`;
  const stopped = r.cancelled === true ? ' It was stopped; trying again goes on from there.' : '';
  if (r.understood === 0) {
    const none =
      r.tried === 0 ? 'None could be tried.' : `This version understands none of the ${count(r.tried)} tried.`;
    return `${none}${cut}${stopped}`;
  }
  const gave = `${counted(r.events, 'event')}, ${counted(r.matching, 'matching record')} and ${counted(r.duplicates, 'duplicate')}`;
  return `${count(r.understood)} of ${count(r.tried)} tried are understood now and gave ${gave}; the case notes it.${cut}${stopped}`;
}

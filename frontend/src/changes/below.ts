// What stands open below a row of the table: how tall it is, and what its head says.
import type { ChangeRow } from '../backend/types';
import { stamp } from '../view/time';
import { lineDiff, withContext } from './textdiff';
import { plainText } from './values';

/** Height of the sentence on a crossed label, in pixels. */
export const noteHeight = 26;

const head = 28;
const lineHeight = 20;
/** Padding around the block, and its border. */
const around = 20;
const mostLines = 20;

/** Height for a text's lines, as they stand unified; a longer text scrolls inside. */
export function belowHeight(change: ChangeRow): number {
  const old = change.old === undefined ? '' : plainText(change.old);
  const now = change.new === undefined ? '' : plainText(change.new);
  const diff = lineDiff(old, now);
  const lines = diff === undefined ? 2 : withContext(diff.lines).length;
  return around + head + lineHeight * Math.max(1, Math.min(mostLines, lines));
}

/** When the two texts were recorded; what is not known of the earlier one is said. */
export function captionOf(change: ChangeRow, zone: string): string {
  const now = `now as of ${stamp(change.time, zone).slice(0, 19)} ${zone}`;
  if (change.old === undefined) return `was not recorded, ${now}`;
  return `${change.basis === 'derived' ? `was derived from event ${change.from ?? 'before'}` : 'was as logged'}, ${now}`;
}

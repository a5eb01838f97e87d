// What an export will hold, as far as the dialog can say before it runs.
import type { Engagement, ExportFormat, Gap } from '../backend/types';
import { zoneDay } from './zoneDay';

/** Rows that a sheet of a workbook can hold, its header among them. */
export const sheetRows = 1_048_576;

/** Sheets that the events take. */
export function eventSheets(events: number): number {
  return Math.max(1, Math.ceil(events / (sheetRows - 1)));
}

/** A workbook that spreads over more than three sheets is no use to anybody: CSV is suggested. */
export function suggestsCsv(format: ExportFormat, events: number): boolean {
  return format === 'xlsx' && eventSheets(events) > 3;
}

/** Stretches without records of a deployment under audit that lie, in part at least, in the period under audit. */
export function gapsIn(
  gaps: readonly Gap[],
  engagement: Pick<Engagement, 'from' | 'to' | 'zone' | 'deployments'>,
): readonly Gap[] {
  const { deployments = [] } = engagement;
  return gaps.filter((gap) => {
    if (deployments.length > 0 && !deployments.includes(gap.deployment)) return false;
    const begins = zoneDay(gap.from, engagement.zone);
    // The end is exclusive: a gap up to midnight does not reach into the day that begins then.
    const ends = zoneDay(Date.parse(gap.to) - 1, engagement.zone);
    return (
      (engagement.to === undefined || begins <= engagement.to) &&
      (engagement.from === undefined || ends >= engagement.from)
    );
  });
}

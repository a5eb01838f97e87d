import type { HistoryRow, SettingRow, SettingState, SettingsPanel, SettingsResult } from '../backend/types';
import { durationWords, emptyWord, outcomeWords, plainText, secretWord, timeWords } from '../changes/values';
import { rangeWords } from '../timeline/words';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { minuteStamp } from '../view/time';
import { type Band, lasts, lookOf } from './bands';

/** Names a group of rows: one panel of one deployment. */
export function panelKey({ panel, deployment, version }: Pick<SettingsPanel, 'panel' | 'deployment' | 'version'>) {
  return JSON.stringify([panel, deployment, version]);
}

/** "19 settings, 3 differ, 1 unknown at an instant"; of one instant only how many. */
export function panelWords({ settings, differ, unknown }: SettingsPanel, two: boolean): string {
  const all = counted(settings, 'setting');
  if (!two) return all;
  const parts = [
    all,
    differ === 0 ? 'none logged as different' : differ === 1 ? '1 differs' : `${count(differ)} differ`,
  ];
  if (unknown > 0) parts.push(`${count(unknown)} can’t be told`);
  return parts.join(', ');
}

/** What of a state stands in words for a screen reader and a tooltip. */
export function stateWords(state: SettingState): string {
  return [state.words, ...weakenings(state)].join('; ');
}

/** What weakens a value, piece by piece. */
export function weakenings({ weakened, gaps }: SettingState): readonly string[] {
  const told = (weakened ?? '')
    .split(/;\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return told.length > 0 || gaps === 0 ? told : [`${counted(gaps, 'gap')} since`];
}

/** What a row is called where there is one line for it. */
export function settingName({ field, setting }: { readonly field: string; readonly setting?: string | undefined }) {
  return field || setting || 'no field logged';
}

/** What the logged field belongs to: the vendor's label, else the thing that it is a field of. */
export function glossOf(row: Pick<SettingRow, 'field' | 'setting' | 'resource_type' | 'target'>): string {
  return row.setting === '' ? belongsTo(row) : row.setting;
}

/** The thing that a field is one of: "user j.ito". */
export function belongsTo({ resource_type, target }: Pick<SettingRow, 'resource_type' | 'target'>): string {
  const words = [resource_type.replaceAll('_', ' '), target].filter((w) => w !== '');
  return [...new Set(words)].join(' ');
}

/** Whether the vendor's label and the logged field look exchanged with another row's. */
export function isCrossed({ note = '' }: Pick<SettingRow, 'note'>): boolean {
  return note.includes('crossed');
}

/** Of the mark between the two values, for those who do not see it. */
export function differsWords(differs: SettingRow['differs']): string {
  if (differs === 'yes') return 'differs between A and B';
  if (differs === 'unknown') return 'whether it differs is unknown';
  return 'logged as the same at A and B';
}

/** "11 of 46 settings differ, for 12 it can’t be told" */
export function differWords({ differ, unknown, total }: SettingsResult): {
  readonly strong: string;
  readonly rest: string;
} {
  return {
    strong: `${count(differ)} of ${count(total)}`,
    rest: ` settings ${differ === 1 ? 'differs' : 'differ'}${unknown > 0 ? `, for ${count(unknown)} it can’t be told` : ''}`,
  };
}

/** Letters of a value that are read out. */
const spokenLetters = 120;

/** What a write records, in words: of a secret what was done to it, never its value. */
export function writtenWords(row: HistoryRow, zone: string): string {
  const { kind, new: now, words } = row;
  if (kind === 'secret') return visibleText(secretWord(row));
  if (now === undefined || row.value_bytes !== undefined) return visibleText(words.slice(0, spokenLetters));
  if (kind === 'duration' && typeof now === 'number') return durationWords(now);
  const text = emptyWord(now) ?? (kind === 'time' ? timeWords(now, zone) : plainText(now));
  return visibleText(text.length > spokenLetters ? `${text.slice(0, spokenLetters)}…` : text);
}

/** A write part by part: what it records, how long that was the last recorded value, what became of it, by whom. */
export function writeParts(row: HistoryRow, bands: readonly Band[], at: number, zone: string) {
  const time = row.applied ? lasts(bands, at) : undefined;
  return {
    value: writtenWords(row, zone),
    time: time === undefined ? `${minuteStamp(row.time, zone)} ${zone}` : rangeWords(time.from, time.to, zone),
    outcome: row.applied ? 'applied' : `not applied: ${outcomeWords(row.outcome, row.status)}`,
    by: visibleText(row.user ?? '') || 'account not recorded',
    basis: [
      lookOf(row) === 'not recorded' ? 'not recorded' : 'logged',
      row.break === undefined ? '' : 'a change that the log lacks lies before it',
    ]
      .filter((w) => w !== '')
      .join('; '),
  };
}

/** A write in one sentence. */
export function writeWords(row: HistoryRow, bands: readonly Band[], at: number, zone: string): string {
  const { value, time, outcome, by, basis } = writeParts(row, bands, at, zone);
  return `${value}, ${time}, ${outcome}, by ${by}, event ${row.event}, ${basis}`;
}

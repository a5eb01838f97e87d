import type { SettingRow, SettingState, SettingsPanel, SettingsResult } from '../backend/types';
import { count, counted } from '../ui/words';

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

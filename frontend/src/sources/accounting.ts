// The arithmetic of completeness: what every line and record of the sources became, and whether the numbers add up.
import type { Source } from '../backend/types';
import { count, counted } from '../ui/words';

export type Tally = Pick<
  Source,
  'lines' | 'record_lines' | 'other' | 'records' | 'events' | 'matching' | 'duplicates' | 'unreadable'
>;

const keys = ['lines', 'record_lines', 'other', 'records', 'events', 'matching', 'duplicates', 'unreadable'] as const;

export function totalOf(sources: readonly Tally[]): Tally {
  const sum = (key: (typeof keys)[number]) => sources.reduce((n, s) => n + s[key], 0);
  return {
    lines: sum('lines'),
    record_lines: sum('record_lines'),
    other: sum('other'),
    records: sum('records'),
    events: sum('events'),
    matching: sum('matching'),
    duplicates: sum('duplicates'),
    unreadable: sum('unreadable'),
  };
}

export interface Mismatch {
  readonly path: string;
  readonly lines: number;
  /** Lines that are accounted for. */
  readonly told: number;
  readonly records: number;
  /** Records that are accounted for. */
  readonly became: number;
}

/** Sources whose numbers do not add up; errors that cancel each other out in the sum are found too. */
export function mismatches(sources: readonly (Tally & Pick<Source, 'path'>)[]): readonly Mismatch[] {
  return sources
    .map((s) => ({
      path: s.path,
      lines: s.lines,
      told: s.record_lines + s.other,
      records: s.records,
      became: s.events + s.matching + s.duplicates + s.unreadable,
    }))
    .filter((m) => m.lines !== m.told || m.records !== m.became);
}

/** "all 12,203,151 lines accounted for": said only where every source's numbers add up. */
export function accountedWords(sources: readonly (Tally & Pick<Source, 'path'>)[]): string | undefined {
  if (sources.length === 0 || mismatches(sources).length > 0) return undefined;
  return `all ${counted(totalOf(sources).lines, 'line')} accounted for`;
}

/** What does not add up, in words. */
export function mismatchWords(m: Mismatch): string {
  const parts: string[] = [];
  if (m.lines !== m.told) parts.push(`${counted(m.lines, 'line')} read, ${count(m.told)} accounted for`);
  if (m.records !== m.became) parts.push(`${counted(m.records, 'record')}, ${count(m.became)} accounted for`);
  return parts.join('; ');
}

const headings = [
  'Source',
  'Lines',
  'Record lines',
  'Other lines',
  'Records',
  'Events',
  'Matching',
  'Duplicates',
  'Unreadable',
] as const;

/** Control characters would break the table that the text is pasted into. */
function cell(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** The accounting as text with tabs, for a working paper. */
export function accountingText(sources: readonly Source[]): string {
  const row = (name: string, t: Tally) =>
    [name, t.lines, t.record_lines, t.other, t.records, t.events, t.matching, t.duplicates, t.unreadable].join('\t');
  const lines = [
    [...headings, 'SHA-256', 'Note'].join('\t'),
    ...sources.map((s) => [row(cell(s.path), s), s.sha256 ?? 'not recorded', cell(s.note ?? '')].join('\t')),
    row(counted(sources.length, 'source'), totalOf(sources)),
    accountedWords(sources) ??
      mismatches(sources)
        .map((m) => `${cell(m.path)}: ${mismatchWords(m)}`)
        .join('\n'),
  ];
  return `${lines.filter((l) => l !== '').join('\n')}\n`;
}

// How an import ended, in words and as text to copy.
import type { AppError, ImportResult, Source } from '../backend/types';
import { accountedWords, mismatches, mismatchWords, totalOf } from '../sources/accounting';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';

export function isError(end: ImportResult | AppError): end is AppError {
  return 'message' in end;
}

/** Files that were read, fully or in part; a repeat was only recognised. */
export function readSources(result: ImportResult): readonly Source[] {
  return result.sources.filter((s) => s.state !== 'repeat');
}

export function resultTitle(end: ImportResult | AppError): string {
  if (isError(end)) return 'The import stopped';
  if (end.cancelled) return 'Import cancelled';
  return `Imported ${counted(end.sources.length, 'file')}`;
}

/** What the import came to, in one sentence. */
export function resultSummary(result: ImportResult): string {
  const repeats = result.sources.length - readSources(result).length;
  const parts = [`${counted(result.events, 'new event')} in ${counted(result.sources.length, 'file')}`];
  if (repeats > 0) parts.push(`${counted(repeats, 'file was', 'files were')} known already and added nothing`);
  const errors = result.errors?.length ?? 0;
  if (errors > 0) parts.push(`${counted(errors, 'file')} could not be read`);
  if (result.cancelled) parts.push('cancelled: what was read until then is kept and marked as partial');
  return `${parts.join('; ')}.`;
}

export interface Verdict {
  readonly adds: boolean;
  readonly words: string;
}

/** Whether every line is accounted for: nothing is claimed of an import that read nothing. */
export function verdictOf(result: ImportResult): Verdict | undefined {
  const sources = readSources(result);
  if (sources.length === 0) return undefined;
  const words = accountedWords(sources);
  if (words === undefined) {
    const [first] = mismatches(sources);
    return {
      adds: false,
      words:
        first === undefined
          ? 'the numbers do not add up'
          : `the numbers do not add up in ${visibleText(first.path)}: ${mismatchWords(first)}`,
    };
  }
  const t = totalOf(sources);
  const lines = `${counted(t.record_lines, 'record line')} + ${counted(t.other, 'other line')}`;
  const records = `${counted(t.records, 'record')} = ${count(t.events)} events + ${count(t.matching)} matching + ${count(t.duplicates)} duplicates + ${count(t.unreadable)} unreadable`;
  return { adds: true, words: `${words}: ${lines}; ${records}` };
}

/** A summary of the sources with what the case does not keep: files that could not be read. */
export function summaryText(result: ImportResult, sources: string): string {
  const errors = (result.errors ?? []).map((e) => `  ${visibleText([e.message, e.hint].filter(Boolean).join('. '))}`);
  const unread = errors.length === 0 ? [] : ['', 'Not read by this import', ...errors];
  return [resultSummary(result), '', sources.trimEnd(), ...unread, ''].join('\n');
}

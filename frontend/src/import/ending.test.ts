import { describe, expect, it } from 'vitest';
import type { ImportResult, Source } from '../backend/types';
import { resultSummary, resultTitle, summaryText, verdictOf } from './ending';

const source = (more: Partial<Source> = {}): Source => ({
  number: 1,
  path: 'a.ndjson',
  bytes: 100,
  unpacked_bytes: 100,
  form: 'v1 json',
  shape: 'Coder v1 log',
  deployment: 'coder',
  state: 'whole',
  lines: 10,
  record_lines: 8,
  records: 8,
  events: 5,
  matching: 1,
  duplicates: 1,
  other: 2,
  unreadable: 1,
  imported: '2026-07-03T09:12:44Z',
  ...more,
});
const repeat = source({
  number: 2,
  path: 'b',
  state: 'repeat',
  lines: 0,
  record_lines: 0,
  records: 0,
  events: 0,
  matching: 0,
  duplicates: 0,
  other: 0,
  unreadable: 0,
});
const result = (more: Partial<ImportResult> = {}): ImportResult => ({
  sources: [source()],
  events: 5,
  seconds: 1,
  ...more,
});

describe('the end of an import', () => {
  it('claims that all lines are accounted for only with the sums beside it', () => {
    expect(verdictOf(result())).toEqual({
      adds: true,
      words:
        'all 10 lines accounted for: 8 record lines + 2 other lines; 8 records = 5 events + 1 matching + 1 duplicates + 1 unreadable',
    });
  });

  it.each([
    ['lines', { lines: 11 }, 'the numbers do not add up in a.ndjson: 11 lines read, 10 accounted for'],
    ['records', { unreadable: 2 }, 'the numbers do not add up in a.ndjson: 8 records, 9 accounted for'],
  ])('names the file whose %s do not add up', (_, more, words) => {
    expect(verdictOf(result({ sources: [source(), source(more)] }))).toEqual({ adds: false, words });
  });

  it('claims nothing where nothing was read', () => {
    expect(verdictOf(result({ sources: [], events: 0 }))).toBeUndefined();
    expect(verdictOf(result({ sources: [repeat], events: 0 }))).toBeUndefined();
  });

  it('names repeats, errors and a cancelled end', () => {
    expect(resultSummary(result({ sources: [source(), repeat] }))).toBe(
      '5 new events in 2 files; 1 file was known already and added nothing.',
    );
    expect(resultSummary(result({ errors: [{ message: 'read c: no permission' }] }))).toContain(
      '1 file could not be read',
    );
    expect(resultSummary(result({ cancelled: true }))).toContain('marked as partial');
    expect(resultTitle(result({ cancelled: true }))).toBe('Import cancelled');
    expect(resultTitle({ message: 'disk full' })).toBe('The import stopped');
  });

  it('can be copied with its errors and what to do', () => {
    const text = summaryText(
      result({ errors: [{ message: 'read c\u202e: no permission', hint: 'Ask for it' }] }),
      'What was imported\n\nSource #1\n',
    );
    expect(text).toBe(
      '5 new events in 1 file; 1 file could not be read.\n\nWhat was imported\n\nSource #1\n\nNot read by this import\n  read c[U+202E]: no permission. Ask for it\n',
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Source } from '../backend/types';
import { accountedWords, accountingText, mismatches, mismatchWords, totalOf } from './accounting';

const source = (more: Partial<Source>): Source => ({
  number: 1,
  path: 'a.ndjson',
  bytes: 1,
  unpacked_bytes: 1,
  form: 'v1 json',
  shape: 'Coder v1 log, JSON lines',
  deployment: 'coder',
  state: 'whole',
  lines: 12,
  record_lines: 10,
  records: 10,
  events: 6,
  matching: 2,
  duplicates: 1,
  other: 2,
  unreadable: 1,
  imported: '2026-07-03T09:12:44Z',
  ...more,
});

describe('the accounting of sources', () => {
  it('says that all lines are accounted for where they are', () => {
    expect(accountedWords([source({}), source({ path: 'b' })])).toBe('all 24 lines accounted for');
  });

  it.each<[string, Partial<Source>, string]>([
    ['a line is missing', { other: 1 }, '12 lines read, 11 accounted for'],
    ['a record is missing', { events: 5 }, '10 records, 9 accounted for'],
    ['a record is counted twice', { matching: 3 }, '10 records, 11 accounted for'],
  ])('says nothing of the kind where %s', (_, more, words) => {
    const sources = [source({}), source(more)];
    expect(accountedWords(sources)).toBeUndefined();
    expect(mismatches(sources).map(mismatchWords)).toEqual([words]);
  });

  it('is not fooled by two errors that cancel each other out', () => {
    const sources = [source({ other: 1 }), source({ path: 'b', other: 3 })];
    expect(totalOf(sources).record_lines + totalOf(sources).other).toBe(totalOf(sources).lines);
    expect(accountedWords(sources)).toBeUndefined();
  });

  it('takes a file of one array in its stride: many records on one line', () => {
    expect(accountedWords([source({ lines: 1, record_lines: 1, other: 0 })])).toBe('all 1 line accounted for');
  });

  it('claims nothing without a source', () => {
    expect(accountedWords([])).toBeUndefined();
  });

  it('can be pasted: one line a source, whatever its name holds', () => {
    const text = accountingText([source({ path: 'a\tb\n\u202ec.ndjson', sha256: 'ab12' })]);
    const [, row, total, words] = text.split('\n');
    expect(row).toBe('aU+0009bU+000AU+202Ec.ndjson\t12\t10\t2\t10\t6\t2\t1\t1\tab12\t');
    expect(total?.startsWith('1 source\t12\t10')).toBe(true);
    expect(words).toBe('all 12 lines accounted for');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Term } from '../backend/types';
import { formatQuery } from './format';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly canonical: string;
  readonly terms: readonly Term[];
}

// The Go tests read the same file: what is a canonical text there is one here.
const cases: readonly Case[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../backend/audit/testdata/query-cases.json'), 'utf8'),
);

describe('formatQuery', () => {
  it('has the shared cases', () => expect(cases.length).toBeGreaterThanOrEqual(40));

  it.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    expect(formatQuery(c.terms)).toBe(c.canonical);
  });
});

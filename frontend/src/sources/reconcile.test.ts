import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backend/fake';
import type { CompletenessTest } from '../backend/types';
import { isReconciliation, reconciliations, verdictSum } from './reconcile';

async function made(open: 'case' | 'empty' = 'case') {
  return (await createFakeBackend({ open, events: 300 }).completeness('UTC')).tests;
}

describe('the three reconciliations', () => {
  it('are kept apart from each other and from the other tests', async () => {
    const tests = await made();
    expect(reconciliations(tests, false).map((r) => `${r.from} to ${r.to}: ${r.state}`)).toEqual([
      'Deployment to files: cannot be tested',
      'Files to case: agrees',
      'Case to workbook: cannot be tested',
    ]);
    expect(tests.filter(isReconciliation)).toHaveLength(3);
    expect(tests.length).toBeGreaterThan(3);
  });

  it('say what was compared and what that does not show', async () => {
    const [, files] = reconciliations(await made(), false);
    expect(files?.words).toContain('300 events of the sources are the 300 of the case');
    expect(files?.words).toContain('Says nothing of what the files lack.');
  });

  it('bring the findings of their test', () => {
    const differs: CompletenessTest = {
      test: 'account',
      title: 'Lines and records add up',
      step: 'files to case',
      verdict: 'differs',
      words: 'The numbers do not add up.',
      findings: [{ words: 'a.json: 12 lines read, 11 accounted for' }],
    };
    expect(reconciliations([differs], false)[1]).toMatchObject({ state: 'differs', findings: differs.findings });
  });

  it('claim nothing before the first answer, or while an import runs', async () => {
    expect(reconciliations(undefined, false).map((r) => r.title)).toEqual(['Testing…', 'Testing…', 'Testing…']);
    expect(reconciliations(await made(), true)[1]?.title).toBe('Not tested yet');
  });
});

describe('the sum of verdicts', () => {
  it('names the kinds that occur', async () => {
    const tests = (await made('empty')).filter((t) => !isReconciliation(t));
    expect(verdictSum(tests)).toBe('1 cannot be tested');
    expect(verdictSum([])).toBe('');
  });
});

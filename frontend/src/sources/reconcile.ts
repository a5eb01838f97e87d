// The three comparisons that an auditor is asked about, kept apart: each with what was compared and what it cannot show.
import type { CompletenessTest, Finding } from '../backend/types';

export interface Reconciliation {
  readonly from: string;
  readonly to: string;
  readonly state: 'agrees' | 'differs' | 'cannot be tested' | 'testing';
  readonly title: string;
  readonly words: string;
  readonly findings: readonly Finding[];
}

const steps = [
  { test: 'stated', from: 'Deployment', to: 'files' },
  { test: 'account', from: 'Files', to: 'case' },
  { test: 'workbook', from: 'Case', to: 'workbook' },
] as const;

/** Whether a test stands among the three reconciliations; the others are listed below them. */
export function isReconciliation(test: CompletenessTest): boolean {
  return steps.some((s) => s.test === test.test);
}

/** `tests` is undefined until the first answer. While an import runs the numbers move, so nothing is claimed. */
export function reconciliations(
  tests: readonly CompletenessTest[] | undefined,
  importing: boolean,
): readonly Reconciliation[] {
  return steps.map(({ test, from, to }) => {
    const found = tests?.find((t) => t.test === test);
    if (importing) {
      const words = 'An import is running; the numbers are compared when it has ended.';
      return { from, to, state: 'cannot be tested', title: 'Not tested yet', words, findings: [] };
    }
    if (found === undefined) return { from, to, state: 'testing', title: 'Testing…', words: '', findings: [] };
    return {
      from,
      to,
      state: found.verdict,
      title: verdictTitle(found.verdict),
      words: [found.words, found.limit].filter(Boolean).join(' '),
      findings: found.findings,
    };
  });
}

/** A verdict as the word that stands beside its shape. */
export function verdictTitle(verdict: CompletenessTest['verdict']): string {
  return verdict.slice(0, 1).toUpperCase() + verdict.slice(1);
}

/** "2 differ, 4 agree, 5 cannot be tested": kinds that do not occur are left out. */
export function verdictSum(tests: readonly CompletenessTest[]): string {
  const n = (verdict: CompletenessTest['verdict']) => tests.filter((t) => t.verdict === verdict).length;
  return [
    { count: n('differs'), words: n('differs') === 1 ? 'differs' : 'differ' },
    { count: n('agrees'), words: n('agrees') === 1 ? 'agrees' : 'agree' },
    { count: n('cannot be tested'), words: 'cannot be tested' },
  ]
    .filter((k) => k.count > 0)
    .map((k) => `${k.count} ${k.words}`)
    .join(', ');
}

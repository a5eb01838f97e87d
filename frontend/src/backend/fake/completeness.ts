// What the made-up case tests of its sources: verdicts of every kind, with true numbers where they are cheap to come by.
import type { CaseInfo, Completeness, CompletenessTest, Source } from '../types';
import type { MadeEvent } from './made';

export function completenessOf(
  sources: readonly Source[],
  made: readonly MadeEvent[],
  info: CaseInfo,
  zone: string,
): Completeness {
  const lines = sources.reduce((n, s) => n + s.lines, 0);
  const records = sources.reduce((n, s) => n + s.record_lines, 0);
  const events = sources.reduce((n, s) => n + s.events, 0);
  const account: CompletenessTest =
    sources.length === 0
      ? {
          ...accountTest,
          verdict: 'cannot be tested',
          words: 'Nothing was imported yet.',
          findings: [],
        }
      : {
          ...accountTest,
          verdict: 'agrees',
          words: `${lines.toLocaleString('en-GB')} lines read = ${records.toLocaleString('en-GB')} of records + ${(lines - records).toLocaleString('en-GB')} other lines; ${events} events of the sources are the ${info.events} of the case.`,
          findings: [],
        };
  return {
    generation: info.generation,
    zone,
    tests: [
      {
        test: 'stated',
        title: 'Records against an outside total',
        step: 'deployment to files',
        verdict: 'cannot be tested',
        words: 'No outside total was given, so nothing here shows that the files hold all that the deployment logged.',
        findings: [],
      },
      account,
      {
        test: 'digests',
        title: 'SHA-256 against the stated one',
        step: 'files to case',
        verdict: 'cannot be tested',
        words: 'No digest was stated, so nothing shows that the files are those that were handed over.',
        limit: 'A digest shows that a file is the one that was named, not that the file holds everything.',
        findings: [],
      },
      {
        test: 'workbook',
        title: 'Rows and digest of a workbook',
        step: 'case to workbook',
        verdict: 'cannot be tested',
        words:
          'Not tested here: no workbook is at hand. Each export states its own rows and digests, and auditdesk check FILE.xlsx CASE compares them with the case.',
        findings: [],
      },
      ...info.deployments.flatMap((d) => deploymentTests(d.name, d.versions.includes('v2'), made, info)),
    ],
    classes: [],
    days: daysOf(made),
  };
}

const accountTest = {
  test: 'account',
  title: 'Lines and records add up',
  step: 'files to case',
  limit: 'Says nothing of what the files lack.',
} as const;

function deploymentTests(
  deployment: string,
  v2: boolean,
  made: readonly MadeEvent[],
  info: CaseInfo,
): readonly CompletenessTest[] {
  const own = made.filter((m) => m.event.deployment === deployment);
  const gaps = info.gaps.filter((g) => g.deployment === deployment);
  const at = (iso: string) => iso.slice(0, 16).replace('T', ' ');
  const within = { step: 'within the records', deployment } as const;
  const forms = new Map<string, number>();
  for (const d of daysOf(own)) forms.set(d.form, (forms.get(d.form) ?? 0) + d.records);
  return [
    {
      ...within,
      test: 'rhythm',
      title: 'Stretches without any record, against the usual rhythm',
      looked: `${own.length.toLocaleString('en-GB')} events`,
      limit: 'A holiday, an outage and a lost file look alike.',
      ...(gaps.length === 0
        ? {
            verdict: 'agrees',
            words: 'No stretch without records is longer than the usual rhythm explains.',
            findings: [],
          }
        : {
            verdict: 'differs',
            words: `${gaps.length} stretches without records are longer than the usual rhythm explains.`,
            findings: gaps.map((g) => ({
              words: `no record from ${at(g.from)} to ${at(g.to)} UTC; usually most of these hours have one`,
              query: `deployment:${deployment} after:${g.from} before:${g.to}`,
            })),
          }),
    },
    {
      ...within,
      test: 'days',
      title: 'Records received by day and form',
      verdict: 'agrees',
      words: 'The records by day are those that the accounts of the sources count as understood.',
      findings: [...forms].map(([form, n]) => ({ words: `${form}: ${n} records`, aside: true })),
    },
    {
      ...within,
      test: 'synthetic',
      title: 'Rows that look synthetic',
      verdict: v2 ? 'agrees' : 'cannot be tested',
      words: v2
        ? 'No row has the marks of one that testgenerate inserts.'
        : 'Only Coder v2 has the endpoint that inserts rows; no record of v2 was received.',
      findings: [],
    },
  ];
}

function daysOf(made: readonly MadeEvent[]): Completeness['days'] {
  const days = new Map<string, { deployment: string; day: string; form: string; records: number }>();
  for (const { event } of made) {
    for (const { form } of event.sources) {
      const day = event.time.slice(0, 10);
      const deployment = event.deployment ?? '';
      const key = `${deployment} ${day} ${form}`;
      const found = days.get(key);
      if (found === undefined) days.set(key, { deployment, day, form, records: 1 });
      else found.records++;
    }
  }
  return [...days.values()];
}

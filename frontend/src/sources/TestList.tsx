import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { Completeness, CompletenessTest, Finding } from '../backend/types';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { counted } from '../ui/words';
import { DayTable } from './DayTable';
import { FindingList } from './FindingList';
import { isReconciliation, type Reconciliation, verdictSum, verdictTitle } from './reconcile';
import { SectionHead } from './SectionHead';
import styles from './TestList.module.css';
import { VerdictMark } from './VerdictMark';

/** What each deployment's records are tested for: what stands while the answer is awaited, in as much room. */
const awaited = [
  'Stretches without any record, against the usual rhythm',
  'Records received by day and form',
  'Earliest event of each class',
  'Gaps in build numbers',
  'Where connections leave the audit log',
  'Rows that look synthetic',
  'Records that only one of two sources has',
] as const;

export interface TestListProps {
  /** Undefined until the first answer. */
  readonly answer: Completeness | undefined;
  readonly deployments: readonly string[];
  /** Whether the audit has a scope, which the events view keeps to and the tests do not. */
  readonly limited: boolean;
  readonly importing: boolean;
  onOpen(finding: Finding): void;
}

/** What the records received show of their completeness, test by test; each opens to what it looked at and found. */
export function TestList({ answer, deployments, limited, importing, onOpen }: TestListProps) {
  const tests = answer?.tests.filter((t) => !isReconciliation(t)) ?? [];
  const names = answer === undefined ? deployments : [...new Set(tests.flatMap((t) => t.deployment ?? []))];
  const whole = tests.filter((t) => t.deployment === undefined);
  return (
    <section aria-label="Tests of what was received" aria-busy={answer === undefined}>
      <SectionHead
        title="Tests of what was received"
        note={`over all records received${limited ? '; the events that a finding opens are those within the scope of the audit' : ''}`}
      >
        {answer === undefined ? 'testing…' : `${verdictSum(tests)}${importing ? ' so far' : ''}`}
      </SectionHead>
      <ul className={styles.list} aria-label="Tests of the files">
        {answer === undefined && <Awaited title="SHA-256 against the stated one" />}
        {whole.map((t) => (
          <Test key={t.test} test={t} days={[]} onOpen={onOpen} />
        ))}
      </ul>
      {names.map((d) => (
        <div key={d}>
          {names.length > 1 && (
            <h3 className={styles.deployment}>
              <LogText text={d} max={200} />
            </h3>
          )}
          <ul className={styles.list} aria-label={`Tests of deployment ${d}`}>
            {answer === undefined
              ? awaited.map((title) => <Awaited key={title} title={title} />)
              : tests
                  .filter((t) => t.deployment === d)
                  .map((t) => (
                    <Test
                      key={t.test}
                      test={t}
                      days={t.test === 'days' ? answer.days.filter((x) => x.deployment === d) : []}
                      onOpen={onOpen}
                    />
                  ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Awaited({ title }: { readonly title: string }) {
  return (
    <li className={styles.item}>
      <div className={styles.row}>
        <Verdict state="testing" />
        <span className={styles.text}>
          <span className={styles.title}>{title}</span>
          <span className={styles.words}>&nbsp;</span>
        </span>
      </div>
    </li>
  );
}

interface TestProps {
  readonly test: CompletenessTest;
  readonly days: Completeness['days'];
  onOpen(finding: Finding): void;
}

function Test({ test, days, onOpen }: TestProps) {
  const [byDay, setByDay] = useState(false);
  const found = test.findings.filter((f) => !f.aside).length + (test.further ?? 0);
  return (
    <li className={styles.item}>
      <Disclosure className={styles.test ?? ''}>
        <Heading className={styles.heading ?? ''} level={3}>
          <AriaButton slot="trigger" className={styles.row ?? ''}>
            <Verdict state={test.verdict} />
            <span className={styles.text}>
              <span className={styles.title}>
                {test.title}
                {found > 0 && <span className={styles.found}> {counted(found, 'finding')}</span>}
              </span>
              <span className={styles.words}>
                <LogText text={test.words} max={1000} />
              </span>
            </span>
            <Icon name="down" size="xs" className={styles.chevron} />
          </AriaButton>
        </Heading>
        <DisclosurePanel className={styles.panel ?? ''}>
          <dl className={styles.more}>
            {test.looked !== undefined && (
              <>
                <dt>Looked at</dt>
                <dd>
                  <LogText text={test.looked} max={1000} />
                </dd>
              </>
            )}
            {(test.findings.length > 0 || days.length > 0) && (
              <>
                <dt>{found > 0 ? 'Found' : 'Noted'}</dt>
                <dd className={styles.findings}>
                  <FindingList findings={test.findings} onOpen={onOpen} />
                  {test.further !== undefined && (
                    <p>and {counted(test.further, 'more finding')}, which are not listed</p>
                  )}
                  {days.length > 0 && (
                    <Button variant="link" size="s" onPress={() => setByDay(true)}>
                      Show every day
                    </Button>
                  )}
                </dd>
              </>
            )}
            {test.method !== undefined && (
              <>
                <dt>How</dt>
                <dd>{test.method}</dd>
              </>
            )}
            {test.limit !== undefined && (
              <>
                <dt>Can't show</dt>
                <dd>{test.limit}</dd>
              </>
            )}
          </dl>
        </DisclosurePanel>
      </Disclosure>
      <Dialog title="Records received by day and form" isOpen={byDay} onClose={() => setByDay(false)} width={640} flush>
        <DayTable days={days} />
      </Dialog>
    </li>
  );
}

function Verdict({ state }: { readonly state: Reconciliation['state'] }) {
  return (
    <span className={state === 'differs' ? `${styles.verdict} ${styles.differs}` : styles.verdict}>
      <VerdictMark state={state} />
      {state === 'testing' ? 'Testing…' : verdictTitle(state)}
    </span>
  );
}

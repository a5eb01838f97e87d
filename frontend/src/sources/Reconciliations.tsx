import type { Finding } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { FindingList } from './FindingList';
import styles from './Reconciliations.module.css';
import type { Reconciliation } from './reconcile';
import { SectionHead } from './SectionHead';
import { VerdictMark } from './VerdictMark';

/** Findings shown in a card; the tests below and the command line list all. */
const shown = 3;

export interface ReconciliationsProps {
  readonly list: readonly Reconciliation[];
  onOpen(finding: Finding): void;
}

export function Reconciliations({ list, onOpen }: ReconciliationsProps) {
  return (
    <section aria-label="Three reconciliations">
      <SectionHead title="Three reconciliations" note="each names what was compared and what it cannot show" />
      <div className={styles.list}>
        {list.map((r) => (
          <section
            key={r.from}
            aria-label={`${r.from} to ${r.to}`}
            aria-busy={r.state === 'testing'}
            className={r.state === 'agrees' || r.state === 'differs' ? styles.one : `${styles.one} ${styles.untested}`}
          >
            <p className={styles.step}>
              {r.from}
              <Icon name="arrow" size="xs" label="to" />
              {r.to}
            </p>
            <p className={r.state === 'differs' ? `${styles.title} ${styles.differs}` : styles.title}>
              <VerdictMark state={r.state} />
              {r.title}
            </p>
            <p className={styles.words}>
              <LogText text={r.words} max={1000} />
            </p>
            {r.findings.length > 0 && <FindingList findings={r.findings.slice(0, shown)} onOpen={onOpen} />}
            {r.findings.length > shown && <p className={styles.words}>and {r.findings.length - shown} more</p>}
          </section>
        ))}
      </div>
    </section>
  );
}

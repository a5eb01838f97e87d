import type { ImportPlan } from '../backend/types';
import { useJobs } from '../desk';
import { CopySummary } from '../import/CopySummary';
import { isError, resultTitle } from '../import/ending';
import { PlanBody, PlanButtons, planTitle } from '../import/Plan';
import { CancelImport, ProgressBody } from '../import/Progress';
import { ResultBody } from '../import/Result';
import { usePlan } from '../import/usePlan';
import { Button } from '../ui/Button';
import { Icon, type IconName } from '../ui/icons';
import styles from './Start.module.css';

/** The right half: what will become of the files chosen, how far they are, or what a case is before there are any. */
export function Start() {
  const { plan, importing, imported, clearImported } = useJobs();
  if (importing !== undefined) {
    return (
      <section className={styles.pane} aria-label="Import">
        <h2 className={styles.title}>Importing</h2>
        <div className={styles.narrow}>
          <ProgressBody progress={importing} />
          <div className={styles.cancel}>
            <CancelImport />
          </div>
        </div>
      </section>
    );
  }
  if (plan !== undefined) return <PlanPane key={plan.id} plan={plan} />;
  if (imported !== undefined) {
    return (
      <section className={styles.pane} aria-label="Import">
        <h2 className={styles.title}>{resultTitle(imported)}</h2>
        <div className={styles.scroll}>
          <ResultBody end={imported} />
        </div>
        <footer className={styles.foot}>
          {!isError(imported) && <CopySummary result={imported} />}
          <span className={styles.grow} />
          <Button variant="primary" onPress={clearImported}>
            Close
          </Button>
        </footer>
      </section>
    );
  }
  return <Before />;
}

function PlanPane({ plan }: { readonly plan: ImportPlan }) {
  const state = usePlan(plan);
  return (
    <section className={styles.pane} aria-label="Import">
      <h2 className={styles.title}>{planTitle(plan)}</h2>
      <p className={styles.under}>Nothing is stored until you create the case.</p>
      <div className={styles.scroll}>
        <PlanBody plan={plan} state={state} />
      </div>
      <footer className={styles.foot}>
        <PlanButtons plan={plan} state={state} />
      </footer>
    </section>
  );
}

const points: readonly { readonly icon: IconName; readonly title: string; readonly words: string }[] = [
  {
    icon: 'case',
    title: 'A case is one file',
    words:
      'It holds one engagement’s records, with their sources and settings. Close it, and the file is all there is to hand over or to keep.',
  },
  {
    icon: 'equal',
    title: 'Every line is accounted for',
    words:
      'Event, matching record, duplicate, other line, or unreadable record with its place and reason. Stretches without records are named, never filled.',
  },
  {
    icon: 'link',
    title: 'Every value says what it rests on',
    words:
      'Logged, derived from an earlier event, or not recorded. A log line is a report, not a fact; where something can’t be stated, that is said.',
  },
  {
    icon: 'lock',
    title: 'Secrets stay masked',
    words:
      'In every view and export. The raw records stay as they are, inside the case; each look at an unmasked one is noted there.',
  },
];

function Before() {
  return (
    <section className={styles.pane} aria-label="What to expect">
      <h2 className={styles.title}>From log files to a case</h2>
      <p className={styles.under}>Choose the files as you received them; they are read and never changed.</p>
      <ul className={styles.points}>
        {points.map((p) => (
          <li key={p.title} className={styles.point}>
            <Icon name={p.icon} />
            <div>
              <h3 className={styles.pointTitle}>{p.title}</h3>
              <p className={styles.pointWords}>{p.words}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

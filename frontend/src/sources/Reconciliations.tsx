import { Icon } from '../ui/icons';
import styles from './Reconciliations.module.css';
import type { Reconciliation } from './reconcile';
import { SectionHead } from './SectionHead';

export function Reconciliations({ list }: { readonly list: readonly Reconciliation[] }) {
  return (
    <section aria-label="Three reconciliations">
      <SectionHead title="Three reconciliations" note="each names what was compared and what it cannot show" />
      <div className={styles.list}>
        {list.map((r) => (
          <section
            key={r.from}
            aria-label={`${r.from} to ${r.to}`}
            className={r.state === 'not tested' ? `${styles.one} ${styles.untested}` : styles.one}
          >
            <p className={styles.step}>
              {r.from}
              <Icon name="arrow" size="xs" label="to" />
              {r.to}
            </p>
            <p className={r.state === 'differs' ? `${styles.title} ${styles.differs}` : styles.title}>
              {r.state === 'not tested' ? (
                <i className={styles.hatched} />
              ) : (
                <Icon name={r.state === 'agrees' ? 'check' : 'notequal'} size="s" />
              )}
              {r.title}
            </p>
            <p className={styles.words}>{r.words}</p>
          </section>
        ))}
      </div>
    </section>
  );
}

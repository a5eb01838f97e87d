import { Icon } from '../ui/icons';
import type { Reconciliation } from './reconcile';
import styles from './VerdictMark.module.css';

/** The shape of a verdict, beside its word: a tick, ≠, or a dashed box where nothing could be tested. */
export function VerdictMark({ state }: { readonly state: Reconciliation['state'] | 'not given' }) {
  switch (state) {
    case 'agrees':
      return <Icon name="check" size="s" />;
    case 'differs':
      return <Icon name="notequal" size="s" className={styles.differs} />;
    case 'testing':
      return <i className={styles.open} />;
    default:
      return <i className={styles.hatched} />;
  }
}

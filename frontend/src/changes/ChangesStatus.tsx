import type { Facet } from '../backend/types';
import { Icon } from '../ui/icons';
import { count } from '../ui/words';
import styles from './ChangesStatus.module.css';

export interface ChangesStatusProps {
  readonly inCase: number;
  readonly total: number;
  /** Counts by basis; undefined where a filter on the basis makes them another result's. */
  readonly basis: Facet | undefined;
  readonly soFar: string;
}

export function ChangesStatus({ inCase, total, basis, soFar }: ChangesStatusProps) {
  const of = (value: string) => basis?.values.find((v) => v.value === value)?.count ?? 0;
  return (
    <span className={styles.status}>
      <span>
        <b>{count(inCase)}</b> {inCase === 1 ? 'change' : 'changes'}
        {soFar}
      </span>
      <i className={styles.line} />
      <span role="status">
        <b>{count(total)}</b> {total === 1 ? 'matches' : 'match'}
        {soFar}
      </span>
      {basis !== undefined && (
        <>
          <i className={styles.line} />
          <span className={styles.item}>
            <i className={styles.dot} />
            logged {count(of('logged'))}
          </span>
          <span className={`${styles.item} ${styles.derived}`}>
            <Icon name="link" size="xs" />
            derived {count(of('derived'))}
          </span>
          <span className={`${styles.item} ${styles.absent}`}>
            <i className={styles.hatched} />
            not recorded {count(of('not recorded'))}
          </span>
        </>
      )}
    </span>
  );
}

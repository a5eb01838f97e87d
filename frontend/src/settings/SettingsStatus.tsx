import type { SettingsResult } from '../backend/types';
import { count } from '../ui/words';
import styles from './SettingsStatus.module.css';

export function SettingsStatus({ result, soFar }: { readonly result: SettingsResult; readonly soFar: string }) {
  const { documented, documented_seen, more_seen, total, differ, unknown, from } = result;
  return (
    <span className={styles.status}>
      <span>
        <b>{count(documented)}</b> documented settings, {count(documented_seen)} seen{soFar}
      </span>
      <i className={styles.line} />
      <span>
        <b>{count(more_seen)}</b> more {more_seen === 1 ? 'field' : 'fields'} seen{soFar}
      </span>
      <i className={styles.line} />
      <span role="status">
        <b>{count(total)}</b> shown
        {from !== undefined && `, ${count(differ)} ${differ === 1 ? 'differs' : 'differ'}`}
        {from !== undefined && unknown > 0 && `, ${count(unknown)} can’t be told`}
        {soFar}
      </span>
    </span>
  );
}

import type { Json } from '../backend/types';
import { Value } from '../settings/StateValue';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import styles from './SnapshotValue.module.css';

export interface SnapshotValueProps {
  readonly value: Json | undefined;
  /** Of the file; undefined where it does not have the setting. */
  readonly line: number | undefined;
  /** Length of a value that is left out for being long. */
  readonly bytes: number | undefined;
  readonly secret: boolean | undefined;
  readonly zone: string;
}

/** A setting's value in a snapshot; what is secret, long or not there never looks like a value. */
export function SnapshotValue({ value, line, bytes, secret, zone }: SnapshotValueProps) {
  if (line === undefined) return <span className={styles.missing}>not in this snapshot</span>;
  if (secret)
    return (
      <span className={styles.secret}>
        <Icon name="lock" size="xs" label="secret" />
        <LogText text={String(value).replace(/^\((.*)\)$/, '$1')} max={40} />
      </span>
    );
  if (value === undefined)
    return <span className={styles.quiet}>a long value{bytes !== undefined && `, ${bytesWords(bytes)}`}</span>;
  return <Value value={value} kind="unknown" zone={zone} />;
}

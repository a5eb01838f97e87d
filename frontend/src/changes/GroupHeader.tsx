import type { Group } from '../backend/types';
import { withoutDomain } from '../query/chipWords';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { counted, count as grouped } from '../ui/words';
import styles from './GroupHeader.module.css';

export interface GroupHeaderProps {
  readonly by: Group;
  /** Empty for fields of no panel, and where no target or user is recorded. */
  readonly name: string;
  readonly count: number;
  /** Distinct fields, of a panel. */
  readonly fields: number;
  /** How many further groups it stands for. */
  readonly rest?: number | undefined;
  readonly mailDomain?: string | undefined;
  readonly folded: boolean;
  onFold(): void;
}

/** A panel of the vendor's settings page, a target, a person or a day, with how much was changed; it folds its rows away. */
export function GroupHeader({ by, name, count, fields, rest, mailDomain, folded, onFold }: GroupHeaderProps) {
  return (
    <button type="button" className={styles.header} aria-expanded={!folded} onClick={onFold}>
      <Icon name={folded ? 'right' : 'down'} size="s" />
      <b className={styles.title}>
        {rest !== undefined ? (
          `${grouped(rest)} further groups`
        ) : name === '' ? (
          noName(by)
        ) : by === 'day' ? (
          name
        ) : by === 'user' ? (
          <LogText text={withoutDomain(name, mailDomain)} max={100} />
        ) : (
          <LogText text={name} max={100} />
        )}
      </b>
      <span className={styles.count}>
        {counted(count, 'change')}
        {by === 'panel' && ` of ${counted(fields, 'field')}`}
      </span>
      {by === 'panel' && name === '' && <span className={styles.end}>shown raw, never hidden</span>}
    </button>
  );
}

function noName(by: Group): string {
  return by === 'panel' ? 'Not in the catalogue' : `No ${by} recorded`;
}

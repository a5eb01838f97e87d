import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { counted } from '../ui/words';
import styles from './GroupHeader.module.css';

export interface GroupHeaderProps {
  /** Empty for fields of no panel. */
  readonly panel: string;
  readonly count: number;
  readonly fields: number;
  readonly folded: boolean;
  onFold(): void;
}

/** A panel of the vendor's settings page, with how much of it was changed; it folds its rows away. */
export function GroupHeader({ panel, count, fields, folded, onFold }: GroupHeaderProps) {
  return (
    <button type="button" className={styles.header} aria-expanded={!folded} onClick={onFold}>
      <Icon name={folded ? 'right' : 'down'} size="s" />
      <b className={styles.title}>{panel === '' ? 'Not in the catalogue' : <LogText text={panel} max={100} />}</b>
      <span className={styles.count}>
        {counted(count, 'change')} of {counted(fields, 'field')}
      </span>
      {panel === '' && <span className={styles.end}>shown raw, never hidden</span>}
    </button>
  );
}

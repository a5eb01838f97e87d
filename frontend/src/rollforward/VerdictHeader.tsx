import type { Verdict } from '../backend/types';
import { VerdictMark } from '../sources/VerdictMark';
import { Icon } from '../ui/icons';
import { count, counted } from '../ui/words';
import { verdictTitles } from './rollWords';
import styles from './VerdictHeader.module.css';

export interface VerdictHeaderProps {
  readonly verdict: Verdict;
  readonly count: number;
  /** With those that are not listed. */
  readonly all: number;
  readonly folded: boolean;
  readonly onFold: (() => void) | undefined;
}

/** The settings of one verdict; it folds its rows away. */
export function VerdictHeader({ verdict, count: listed, all, folded, onFold }: VerdictHeaderProps) {
  const words = (
    <>
      <VerdictMark state={verdict} />
      <b>{verdictTitles[verdict]}</b>
      <span className={styles.count}>
        {counted(all, 'setting')}
        {listed < all && `, ${count(listed)} listed`}
      </span>
    </>
  );
  if (onFold === undefined) return <span className={styles.header}>{words}</span>;
  return (
    <button type="button" className={styles.header} aria-expanded={!folded} onClick={onFold}>
      <Icon name={folded ? 'right' : 'down'} size="s" />
      {words}
    </button>
  );
}

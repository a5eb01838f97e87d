import type { RollForward } from '../backend/types';
import { instantText } from '../settings/instants';
import { VerdictMark } from '../sources/VerdictMark';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { count, counted } from '../ui/words';
import { countOf, verdicts } from './rollWords';
import styles from './Summary.module.css';

const words = {
  differs: (n: number) => (n === 1 ? 'differs' : 'differ'),
  'cannot be tested': () => 'cannot be tested',
  agrees: (n: number) => (n === 1 ? 'agrees' : 'agree'),
} as const;

/** What the comparison came to, of which instants, and what it can't show. */
export function Summary({ answer, zone }: { readonly answer: RollForward; readonly zone: string }) {
  const { gaps, unnamed, left_out = 0 } = answer;
  return (
    <section aria-label="Result" className={styles.summary}>
      <p role="status" className={styles.counts}>
        {verdicts.map((v) => (
          <span key={v} className={styles.count}>
            <VerdictMark state={v} />
            <b>{count(countOf(answer, v))}</b> {words[v](countOf(answer, v))}
            <Spoken>, </Spoken>
          </span>
        ))}
        <span className={`${styles.count} ${gaps > 0 ? styles.caution : styles.quiet}`}>
          {gaps > 0 && <Icon name="warn" size="s" />}
          {gaps === 0 ? 'no stretch' : counted(gaps, 'stretch', 'stretches')} without records in between
          <Spoken>, </Spoken>
        </span>
        {unnamed > 0 && (
          <span className={`${styles.count} ${styles.caution}`}>
            {counted(unnamed, 'setting')} with applied changes in between {unnamed === 1 ? 'stands' : 'stand'} in
            neither snapshot
          </span>
        )}
      </p>
      <p className={styles.ends}>
        <LogText text={answer.opening} max={120} /> as of {instantText(answer.opening_at, zone)} →{' '}
        <LogText text={answer.closing} max={120} /> as of {instantText(answer.closing_at, zone)} {zone}
      </p>
      <ul className={styles.limits}>
        {answer.limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
        {left_out > 0 && (
          <li>
            The first {count(answer.rows.length)} of {count(answer.rows.length + left_out)} settings are listed; a file
            (Save as…) holds all.
          </li>
        )}
      </ul>
    </section>
  );
}

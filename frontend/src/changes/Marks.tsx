import type { Change } from '../backend/types';
import { Button } from '../ui/Button';
import { Icon, type IconName } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { counted } from '../ui/words';
import styles from './Marks.module.css';
import { marksOf, outcomeWords } from './values';

/** On what a change's "was" rests. */
export function BasisMark({ change }: { readonly change: Pick<Change, 'basis' | 'gaps'> }) {
  if (change.basis === 'logged') {
    return (
      <span className={styles.basis}>
        <i className={styles.dot} />
        logged
      </span>
    );
  }
  if (change.basis === 'not recorded') {
    return (
      <span className={`${styles.basis} ${styles.absent}`}>
        <i className={styles.hatched} />
        not recorded
      </span>
    );
  }
  const { gaps = 0 } = change;
  return (
    <span
      className={`${styles.basis} ${styles.derived}`}
      title={
        gaps > 0
          ? `derived over ${counted(gaps, 'gap')}: records are missing in between`
          : 'derived from an earlier event'
      }
    >
      <Icon name="link" size="xs" />
      <span className={styles.cut}>derived{gaps > 0 && `, ${counted(gaps, 'gap')}`}</span>
    </span>
  );
}

/** What became of the write: its own word and shape, never mixed with the basis. */
export function OutcomeMark({
  outcome,
  status,
}: {
  readonly outcome: Change['outcome'];
  readonly status?: number | undefined;
}) {
  const words = outcomeWords(outcome, status);
  if (outcome === undefined) {
    return (
      <span className={`${styles.basis} ${styles.absent}`}>
        <i className={styles.hatched} />
        {words}
      </span>
    );
  }
  if (outcome === 'ok') return <span className={styles.applied}>{words}</span>;
  return (
    <span className={styles.bad} title={words}>
      <Icon name="failed" size="s" />
      <span className={styles.cut}>{words}</span>
    </span>
  );
}

export function Tag({ icon, children }: { readonly icon: IconName; readonly children: string }) {
  return (
    <span className={styles.tag} title={children}>
      <Icon name={icon} size="xs" />
      <span className={styles.word}>{children}</span>
    </span>
  );
}

/** What an auditor should stop at, after the new value. */
export function ChangeTags({ change }: { readonly change: Change }) {
  const marks = marksOf(change);
  return (
    <>
      {marks.privilege && <Tag icon="shieldup">new privilege</Tag>}
      {marks.undocumented && <Tag icon="warn">not documented</Tag>}
      {change.break_before !== undefined && <Tag icon="warn">break before</Tag>}
      {change.break_after !== undefined && <Tag icon="warn">break after</Tag>}
    </>
  );
}

/** The changes that the log lacks beside a change, in words, each with the event at its other end. */
export function Breaks({ change, onOpenEvent }: { readonly change: Change; onOpenEvent(ref: string): void }) {
  const ends = [
    { broken: change.break_before, other: change.break_before?.after_event, words: 'Show the change before it' },
    { broken: change.break_after, other: change.break_after?.before_event, words: 'Show the change after it' },
  ];
  return ends.map(
    ({ broken, other, words }) =>
      broken !== undefined &&
      other !== undefined && (
        <p key={words} className={styles.broken}>
          <Icon name="warn" size="xs" />
          <span>
            <LogText text={broken.words} max={600} />
            {broken.gaps > 0 && `; ${counted(broken.gaps, 'stretch', 'stretches')} without records in between`}.{' '}
            <Button variant="link" onPress={() => onOpenEvent(other)}>
              {words}
            </Button>
          </span>
        </p>
      ),
  );
}

/** The sentence on a label that looks exchanged with another one's. */
export function CrossedNote({ change }: { readonly change: Change }) {
  return (
    <p className={styles.note}>
      <Icon name="crossed" size="s" />
      <span className={styles.cut}>
        Logged field{' '}
        <b>
          <LogText text={change.field} max={200} />
        </b>
        . The vendor's page prints it under{' '}
        <b>
          <LogText text={change.setting ?? ''} max={200} />
        </b>
        ; {noteWords(change.note)}. The field is the record, the label a gloss.
      </span>
    </p>
  );
}

/** Of several notes on a change, the one on the labels. */
function noteWords(note: string | undefined): string {
  return note?.split('; ').find((n) => n.includes('crossed')) ?? 'label and field look crossed';
}

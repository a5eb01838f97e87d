import type { Change } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import styles from './FieldName.module.css';
import { marksOf } from './values';

export interface FieldNameProps {
  readonly change: Change;
  /** What the field belongs to where no catalogue has a label for it: "user j.ito". */
  readonly of?: string | undefined;
}

/** The field as logged, then the vendor's label as a gloss on it: the field is the record. */
export function FieldName({ change, of }: FieldNameProps) {
  const marks = marksOf(change);
  const gloss = change.setting ?? of ?? (marks.uncatalogued ? 'not in the catalogue' : undefined);
  const title = visibleText([change.field || 'no field logged', gloss].filter(Boolean).join(' · '));
  return (
    <span className={styles.name} title={title}>
      {change.field === '' ? (
        <span className={styles.none}>no field logged</span>
      ) : (
        <LogText text={change.field} max={200} className={styles.field} />
      )}
      {marks.crossed && (
        <span className={styles.crossed}>
          <Icon name="crossed" size="s" label="label and field look crossed" />
        </span>
      )}
      {gloss !== undefined && <LogText text={gloss} max={200} className={styles.gloss} />}
    </span>
  );
}

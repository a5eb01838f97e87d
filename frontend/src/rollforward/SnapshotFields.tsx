import { useId } from 'react';
import type { AppError, SnapshotFile } from '../backend/types';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { TextField } from '../ui/TextField';
import { visibleText } from '../ui/visible';
import { counted } from '../ui/words';
import type { End } from './rollWords';
import styles from './SnapshotFields.module.css';

export interface SnapshotFieldsProps {
  readonly end: End;
  readonly file: SnapshotFile | undefined;
  readonly at: string;
  readonly zone: string;
  /** Which instant is meant where none is typed, in words. */
  readonly otherwise: string;
  /** Why the file that was chosen last can't be read. */
  readonly unread: AppError | undefined;
  /** What is wrong with the instant. */
  readonly problem: string | undefined;
  onChoose(): void;
  onAt(text: string): void;
}

/** One of the two snapshots: the file, and the instant that it is of. */
export function SnapshotFields(props: SnapshotFieldsProps) {
  const { end, file, at, zone, otherwise, unread, problem } = props;
  const title = end === 'opening' ? 'Opening snapshot' : 'Closing snapshot';
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className={styles.fields}>
      <h3 id={id} className={styles.title}>
        {title}
      </h3>
      <div className={styles.file}>
        <Button
          size="s"
          icon="file"
          autoFocus={end === 'opening' && file === undefined}
          onPress={props.onChoose}
          aria-label={`Choose the ${end} snapshot…`}
        >
          {file === undefined ? 'Choose…' : 'Change…'}
        </Button>
        <p role="status" className={styles.chosen}>
          {file === undefined ? (
            <span className={styles.quiet}>no file chosen: JSON or CSV that the client gave</span>
          ) : (
            <>
              <span className={styles.name} title={visibleText(`${file.folder} · ${file.name}`)}>
                <LogText text={file.name} max={200} />
              </span>
              <span className={styles.quiet} title={`SHA-256 ${file.sha256}`}>
                {counted(file.settings, 'setting')}, SHA-256 {file.sha256.slice(0, 8)}…
              </span>
            </>
          )}
        </p>
      </div>
      {unread !== undefined && <ErrorLine error={unread} />}
      <TextField
        label={`As of, ${zone}`}
        aria-label={`${title}, as of, ${zone}`}
        value={at}
        onChange={props.onAt}
        placeholder="yyyy-mm-dd, or with hh:mm:ss"
        hint={problem === undefined ? `Left empty: ${otherwise}.` : undefined}
        error={problem}
        mono
      />
    </div>
  );
}

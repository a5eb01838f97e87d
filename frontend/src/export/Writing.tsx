import { ProgressBar } from 'react-aria-components';
import type { ExportProgress } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { aboutSeconds } from '../ui/sizes';
import { count } from '../ui/words';
import type { Place } from './ExportDialog';
import styles from './Writing.module.css';

/** How far an export is, sheet by sheet. */
export function Writing({
  progress,
  place,
}: {
  readonly progress: ExportProgress | undefined;
  readonly place: Place | undefined;
}) {
  return (
    <>
      {place !== undefined && (
        <>
          <p className={styles.name}>
            <b>
              <LogText text={place.name} max={300} />
            </b>
          </p>
          <p className={styles.folder}>
            to <LogText text={place.folder} max={400} />
          </p>
        </>
      )}
      <ProgressBar
        aria-label="Export"
        value={progress?.rows ?? 0}
        maxValue={Math.max(1, progress?.total_rows ?? 1)}
        valueLabel={`${count(progress?.rows ?? 0)} of ${count(progress?.total_rows ?? 0)} rows`}
        className={styles.bar ?? ''}
      >
        {({ percentage }) => <i style={{ width: `${percentage ?? 0}%` }} />}
      </ProgressBar>
      <p className={styles.sum}>
        <span>
          <b>{count(progress?.rows ?? 0)}</b> of {count(progress?.total_rows ?? 0)} rows
        </span>
        <span className={styles.quiet}>
          {progress?.seconds_left === undefined
            ? 'time left not known yet'
            : `${aboutSeconds(progress.seconds_left)} left`}
        </span>
      </p>
      {progress !== undefined && progress.sheets.length > 1 && (
        <ul className={styles.sheets}>
          {progress.sheets.map((sheet) => {
            const current = !sheet.done && sheet.name === progress.sheet;
            return (
              <li key={sheet.name} className={sheet.done || current ? styles.sheet : `${styles.sheet} ${styles.quiet}`}>
                <span className={sheet.done ? styles.done : styles.current}>
                  {sheet.done ? <Icon name="check" size="s" /> : current && <Icon name="right" size="s" />}
                </span>
                {sheet.name}
                <span className={styles.grow} />
                <span>
                  {sheet.done ? count(sheet.rows) : current ? 'being written' : 'waiting'}
                  {sheet.done && <Spoken> rows, done</Spoken>}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p className={styles.hint}>Nothing is left behind if you cancel: the file gets its name once it is whole.</p>
    </>
  );
}

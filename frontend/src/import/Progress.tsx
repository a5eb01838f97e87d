import { useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { ImportProgress } from '../backend/types';
import { useDesk } from '../desk';
import { percentOf } from '../frame/percent';
import { Button, IconButton } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { aboutSeconds, bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import styles from './Progress.module.css';

/** How far the import is: the file, what was read, how fast, how long it will still take. */
export function ProgressBody({ progress }: { readonly progress: ImportProgress }) {
  return (
    <>
      <p className={styles.file} title={visibleText(progress.file)}>
        <b>
          <LogText text={progress.file} max={200} />
        </b>
      </p>
      <p className={styles.quiet}>
        file {count(progress.file_number)} of {count(progress.files)}
      </p>
      <ProgressBar
        aria-label="Import"
        value={progress.bytes}
        maxValue={Math.max(1, progress.total_bytes)}
        valueLabel={`${percentOf(progress.bytes, progress.total_bytes)} of the bytes`}
        className={styles.bar ?? ''}
      >
        {({ percentage }) => <i style={{ width: `${percentage ?? 0}%` }} />}
      </ProgressBar>
      <p className={styles.sum}>
        <span>
          <b>{bytesWords(progress.bytes)}</b> of {bytesWords(progress.total_bytes)}
        </span>
        <span className={styles.quiet}>
          {progress.seconds_left === undefined
            ? 'time left not known yet'
            : `${aboutSeconds(progress.seconds_left)} left`}
        </span>
      </p>
      <dl className={styles.numbers}>
        <dt>Lines</dt>
        <dd>{count(progress.lines)}</dd>
        <dt>Records</dt>
        <dd>{count(progress.records)}</dd>
        <dt>Events so far</dt>
        <dd>{count(progress.events)}</dd>
        <dt>Speed</dt>
        <dd>{count(Math.round(progress.rate))} records a second</dd>
      </dl>
    </>
  );
}

export function CancelImport() {
  const backend = useBackend();
  const { report } = useDesk();
  const [asked, setAsked] = useState(false);
  return (
    <Button
      isDisabled={asked}
      onPress={() => {
        setAsked(true);
        backend.cancelImport().catch((error: unknown) => {
          setAsked(false);
          report(error);
        });
      }}
    >
      {asked ? 'Cancelling' : 'Cancel'}
    </Button>
  );
}

/** Beside the work, not over it: the import goes on while the auditor reads. It folds to one line. */
export function ImportPanel({ progress }: { readonly progress: ImportProgress }) {
  const [open, setOpen] = useState(true);
  return (
    <section className={styles.panel} aria-label="Import">
      <header className={styles.head}>
        <b>Importing</b>
        <span className={styles.quiet}>{percentOf(progress.bytes, progress.total_bytes)} of the bytes</span>
        <span className={styles.grow} />
        <IconButton
          icon={open ? 'down' : 'up'}
          label={open ? 'Fold the import' : 'Show the import'}
          size="s"
          aria-expanded={open}
          onPress={() => setOpen(!open)}
        />
      </header>
      {open && (
        <>
          <div className={styles.body}>
            <ProgressBody progress={progress} />
            <p className={styles.hint}>
              Totals are provisional until it ends. Cancelling keeps what was read so far and says so.
            </p>
          </div>
          <footer className={styles.foot}>
            <span className={styles.grow} />
            <CancelImport />
          </footer>
        </>
      )}
    </section>
  );
}

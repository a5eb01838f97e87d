import { useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { AppError, VerifyProgress } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { TextField } from '../ui/TextField';
import { count } from '../ui/words';
import styles from './VerifyDialog.module.css';
import { VerifyReport } from './VerifyReport';
import { headProblem, reportText } from './verifyWords';

/** A check of the case from the question to its report. Closing the dialog while it runs does not stop it. */
export function VerifyDialog() {
  const { dialog, closeDialog, caseInfo } = useDesk();
  const { verifying, verified, importing, exporting, clearVerified } = useJobs();
  const [started, setStarted] = useState(false);
  if (caseInfo === undefined) return null;
  const asked = dialog === 'verify';
  const forget = () => {
    setStarted(false);
    clearVerified();
  };
  if (verified !== undefined) {
    return (
      <EndDialog
        end={verified}
        onAgain={asked ? forget : undefined}
        onClose={() => {
          forget();
          if (asked) closeDialog();
        }}
      />
    );
  }
  if (started || verifying !== undefined)
    return <RunningDialog isOpen={asked} progress={verifying} onClose={closeDialog} />;
  return (
    <QuestionDialog
      isOpen={asked}
      waits={importing !== undefined || exporting !== undefined}
      copy={caseInfo.redaction !== undefined}
      onStart={() => setStarted(true)}
      onClose={closeDialog}
    />
  );
}

interface QuestionProps {
  readonly isOpen: boolean;
  /** An import or export runs. */
  readonly waits: boolean;
  /** A hand-over copy. */
  readonly copy: boolean;
  onStart(): void;
  onClose(): void;
}

function QuestionDialog({ isOpen, waits, copy, onStart, onClose }: QuestionProps) {
  const backend = useBackend();
  const [noted, setNoted] = useState('');
  const [error, setError] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const problem = headProblem(noted);
  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await backend.startVerify(noted.trim() === '' ? {} : { noted: noted.trim() });
      onStart();
    } catch (thrown) {
      setError(troubleOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Verify the case"
      isOpen={isOpen}
      onClose={onClose}
      width={620}
      footer={
        <>
          <span className={form.note}>{waits && 'An import or export is running: wait for its end.'}</span>
          <span className={form.grow} />
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={busy || waits || problem !== undefined} onPress={start}>
            Verify
          </Button>
        </>
      }
    >
      <p>
        Every digest of the case is computed anew and compared with its chain. Then each event is understood anew from
        its raw records, each value before a change derived anew, and both compared with what the case says.
      </p>
      {copy && (
        <p className={styles.para}>
          This is a hand-over copy: its raw records are masked. What that keeps from being compared is said in the
          report.
        </p>
      )}
      <p className={styles.para}>
        Nothing is changed, and the case can be read meanwhile. A case of a million events takes about a minute.
      </p>
      <TextField
        label="Head noted elsewhere"
        className={styles.head}
        mono
        value={noted}
        onChange={setNoted}
        error={problem}
        hint="If you have one: from a workbook’s first sheet, a working paper, or auditdesk verify CASE --head. Only a head that was kept where nobody could change it shows that the case was not rewritten as a whole."
      />
      {error !== undefined && <ErrorLine error={error} />}
    </Dialog>
  );
}

interface RunningProps {
  readonly isOpen: boolean;
  readonly progress: VerifyProgress | undefined;
  onClose(): void;
}

function RunningDialog({ isOpen, progress, onClose }: RunningProps) {
  const backend = useBackend();
  const { report } = useDesk();
  const [asked, setAsked] = useState(false);
  const { done = 0, total = 0 } = progress ?? {};
  const part = total > 0 ? Math.min(1, done / total) : 0;
  const steps =
    progress === undefined
      ? 'beginning'
      : `check ${count(progress.number)} of ${count(progress.checks)}: ${progress.check}`;
  return (
    <Dialog
      title="Verifying"
      isOpen={isOpen}
      onClose={onClose}
      width={460}
      footer={
        <>
          <span className={form.grow} />
          <Button
            isDisabled={asked}
            onPress={() => {
              setAsked(true);
              backend.cancelVerify().catch((error: unknown) => {
                setAsked(false);
                report(error);
              });
            }}
          >
            {asked ? 'Cancelling' : 'Cancel'}
          </Button>
        </>
      }
    >
      <ProgressBar
        aria-label="Verify"
        value={progress === undefined ? 0 : progress.number - 1 + part}
        maxValue={progress?.checks ?? 1}
        valueLabel={steps}
        className={styles.bar ?? ''}
      >
        {({ percentage }) => <i style={{ width: `${percentage ?? 0}%` }} />}
      </ProgressBar>
      <p className={styles.sum}>
        <span>{steps}</span>
        {total > 0 && (
          <span className={styles.quiet}>
            {count(done)} of {count(total)}
          </span>
        )}
      </p>
      <p className={styles.hint}>Closing this goes on with it; the report comes when it is done. Nothing is changed.</p>
    </Dialog>
  );
}

interface EndProps {
  readonly end: NonNullable<ReturnType<typeof useJobs>['verified']>;
  readonly onAgain: (() => void) | undefined;
  onClose(): void;
}

function EndDialog({ end, onAgain, onClose }: EndProps) {
  const backend = useBackend();
  const { report } = useDesk();
  if ('message' in end) {
    return (
      <Dialog
        title="Not verified"
        isOpen
        onClose={onClose}
        width={480}
        flush
        footer={
          <>
            <span className={form.grow} />
            {onAgain !== undefined && <Button onPress={onAgain}>Back</Button>}
            <Button variant="primary" onPress={onClose}>
              Close
            </Button>
          </>
        }
      >
        <ErrorLine error={end} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={end.sound ? 'No damage found' : 'Damage found'}
      isOpen
      onClose={onClose}
      width={780}
      flush
      footer={
        <>
          <Button icon="copy" onPress={() => backend.copyText(reportText(end)).catch(report)}>
            Copy report
          </Button>
          <span className={form.grow} />
          {onAgain !== undefined && <Button onPress={onAgain}>Compare a head…</Button>}
          <Button variant="primary" onPress={onClose}>
            Close
          </Button>
        </>
      }
    >
      <VerifyReport report={end} onCopy={(text) => void backend.copyText(text).catch(report)} />
    </Dialog>
  );
}

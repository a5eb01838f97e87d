import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, ReasonCount } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { LogText } from '../ui/LogText';
import { count, counted } from '../ui/words';
import { retryWords } from './retryWords';
import styles from './UnreadableDialog.module.css';
import { UnreadableTable } from './UnreadableTable';

const pageSize = 100;

interface UnreadableDialogProps {
  readonly reasons: readonly ReasonCount[];
  /** What all sources lie in. */
  readonly folder: string;
  onClose(): void;
}

/** All unreadable records, by reason, page by page: to be read, exported, and tried again by a later version. */
export function UnreadableDialog({ reasons, folder, onClose }: UnreadableDialogProps) {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const { importing } = useJobs();
  const [wanted, setWanted] = useState<string>();
  const [page, setPage] = useState(0);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<AppError>();
  // A reason is gone when all of its records are understood.
  const reason = reasons.some((r) => r.reason === wanted) ? wanted : undefined;
  const all = reasons.reduce((n, r) => n + r.count, 0);
  const total = reasons.find((r) => r.reason === reason)?.count ?? all;
  const last = Math.max(0, Math.ceil(total / pageSize) - 1);
  const offset = Math.min(page, last) * pageSize;
  const of = reason === undefined ? {} : { reason };
  const answer = useQuery({
    queryKey: ['unreadable', caseInfo?.path, caseInfo?.generation, reason, offset],
    queryFn: () => backend.unreadable({ ...of, offset, limit: pageSize }),
    placeholderData: (before) => before,
  });
  const choose = (next: string | undefined) => {
    setWanted(next);
    setPage(0);
  };
  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    setSaid('');
    setError(undefined);
    try {
      setSaid(await work());
    } catch (thrown) {
      setError(troubleOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const write = (format: 'csv' | 'jsonl') =>
    attempt(async () => {
      const done = await backend.exportUnreadable({ format, ...of });
      return done === undefined ? '' : `${counted(done.rows, 'unreadable record')} written to ${done.name}, masked.`;
    });
  const retry = () =>
    attempt(async () => {
      setSaid('Trying the records again…');
      return retryWords(await backend.retry());
    });
  return (
    <Dialog
      title={`Unreadable records: ${count(all)}`}
      isOpen
      onClose={onClose}
      width={1000}
      flush
      footer={
        <>
          <span className={form.note}>
            {total > 0 && (
              <>
                <b>
                  {count(offset + 1)} to {count(Math.min(total, offset + pageSize))}
                </b>{' '}
                of {count(total)}
              </>
            )}
          </span>
          <span className={form.grow} />
          <Button isDisabled={busy || total === 0} onPress={() => write('csv')}>
            Export CSV…
          </Button>
          <Button isDisabled={busy || total === 0} onPress={() => write('jsonl')}>
            Export JSON lines…
          </Button>
          <Button isDisabled={offset === 0} onPress={() => setPage(Math.min(page, last) - 1)}>
            Previous
          </Button>
          <Button isDisabled={offset + pageSize >= total} onPress={() => setPage(Math.min(page, last) + 1)}>
            Next
          </Button>
        </>
      }
    >
      <div className={styles.again}>
        <p>
          {caseInfo?.redaction === undefined
            ? 'Their bytes are in the case. After an update, try them again: what is understood then becomes events of its source, at its own place.'
            : 'This is a hand-over copy, which does not keep them whole: they can be tried again only in the case that it was made of.'}
        </p>
        <Button
          size="s"
          isDisabled={busy || importing !== undefined || caseInfo?.read_only === true || all === 0}
          onPress={retry}
        >
          Try again
        </Button>
      </div>
      <p role="status" className={said === '' ? undefined : styles.said}>
        <LogText text={said} />
      </p>
      {error !== undefined && <ErrorLine error={error} />}
      {answer.error !== null && <ErrorLine error={troubleOf(answer.error)} />}
      {reasons.length > 1 && (
        <div role="group" aria-label="Filter by reason" className={styles.reasons}>
          <Reason name="All reasons" n={all} on={reason === undefined} onChoose={() => choose(undefined)} />
          {reasons.map((r) => (
            <Reason
              key={r.reason}
              name={r.reason}
              n={r.count}
              on={r.reason === reason}
              onChoose={() => choose(r.reason)}
            />
          ))}
        </div>
      )}
      <UnreadableTable rows={answer.data ?? []} folder={folder} />
    </Dialog>
  );
}

interface ReasonProps {
  readonly name: string;
  readonly n: number;
  readonly on: boolean;
  onChoose(): void;
}

function Reason({ name, n, on, onChoose }: ReasonProps) {
  return (
    <button type="button" aria-pressed={on} className={styles.reason} onClick={onChoose}>
      <LogText text={name} max={120} /> <span className={styles.count}>{count(n)}</span>
    </button>
  );
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, Comparison, Receipt, Source, Suggestion } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { ComboField } from '../ui/ComboField';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { LogText } from '../ui/LogText';
import { TextField } from '../ui/TextField';
import { visibleText } from '../ui/visible';
import { ComparedMark } from './ComparedMark';
import styles from './ReceiptDialog.module.css';
import { isCount, receiptOf } from './receiptWords';

export interface ReceiptDialogProps {
  readonly source: Source;
  /** All sources of the case: those of the same deployment can be the one that this one was sent again for. */
  readonly sources: readonly Source[];
  readonly suggestion?: Suggestion | undefined;
  onClose(): void;
}

const fieldsOf = (r: Receipt) => ({
  from: r.from ?? '',
  received: r.received ?? '',
  request: r.request ?? '',
  method: r.method ?? '',
  sha256: r.sha256 ?? '',
  count: r.count === undefined ? '' : String(r.count),
});

/** How a source was received; what its provider stated is compared with what was read while it is typed. */
export function ReceiptDialog({ source, sources, suggestion, onClose }: ReceiptDialogProps) {
  const backend = useBackend();
  const client = useQueryClient();
  const { caseInfo } = useDesk();
  const [fields, setFields] = useState(fieldsOf(source.receipt ?? {}));
  const earlier = sources.filter((s) => s.deployment === source.deployment && s.number !== source.number);
  const nameOf = (s: Source) => `#${s.number} ${visibleText(s.path)}`;
  const like = earlier.find((s) => s.number === suggestion?.replaces);
  const replaced = earlier.find((s) => s.number === source.receipt?.replaces);
  const [replaces, setReplaces] = useState(replaced === undefined ? '' : nameOf(replaced));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();

  const chosen = earlier.find((s) => nameOf(s) === replaces);
  const badReplaces = replaces !== '' && chosen === undefined;
  const badCount = !isCount(fields.count);
  const receipt: Receipt = {
    ...receiptOf(badCount ? { ...fields, count: '' } : fields),
    ...(chosen === undefined ? {} : { replaces: chosen.number }),
  };
  const checked = useQuery({
    queryKey: ['receipt', caseInfo?.path, source.number, receipt],
    queryFn: () => backend.checkReceipt({ source: source.number, receipt }),
    placeholderData: (last) => last,
  });
  const problem = (field: keyof Receipt) => checked.data?.problems.find((p) => p.field === field)?.message;
  const set = (change: Partial<typeof fields>) => setFields((f) => ({ ...f, ...change }));
  const cannotSave = busy || badCount || badReplaces || (checked.data?.problems.length ?? 0) > 0;

  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await backend.saveReceipt({ source: source.number, receipt });
      await client.invalidateQueries({ queryKey: ['sources'] });
      await client.invalidateQueries({ queryKey: ['completeness'] });
      onClose();
    } catch (thrown) {
      setError(troubleOf(thrown));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Receipt"
      isOpen
      onClose={onClose}
      width={600}
      flush
      footer={
        <>
          <span className={form.note}>
            {caseInfo?.read_only
              ? 'The case is read-only: nothing can be changed.'
              : 'Your word on how the source came: kept in the case, stated in every workbook.'}
          </span>
          <span className={form.grow} />
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" onPress={save} isDisabled={cannotSave || caseInfo?.read_only === true}>
            Save
          </Button>
        </>
      }
    >
      <div className={form.form}>
        <span className={form.label}>Source</span>
        <p className={styles.source}>
          <LogText text={source.path} max={300} />
        </p>
        <span className={form.label}>Received from</span>
        <TextField
          aria-label="Received from"
          value={fields.from}
          onChange={(from) => set({ from })}
          placeholder="A. Keller, Platform team"
          error={problem('from')}
        />
        <span className={form.label}>Received on</span>
        <TextField
          aria-label="Received on"
          value={fields.received}
          onChange={(received) => set({ received })}
          placeholder="yyyy-mm-dd"
          error={problem('received')}
        />
        <span className={form.label}>Request</span>
        <TextField
          aria-label="Request"
          value={fields.request}
          onChange={(request) => set({ request })}
          placeholder="number of the request that it answers"
          error={problem('request')}
        />
        <span className={form.label}>Extracted by</span>
        <TextField
          aria-label="Extracted by"
          value={fields.method}
          onChange={(method) => set({ method })}
          placeholder="the query or command that drew it, and who watched"
          error={problem('method')}
        />
        <span className={form.label}>Stated SHA-256</span>
        <div>
          <TextField
            aria-label="Stated SHA-256"
            mono
            value={fields.sha256}
            onChange={(sha256) => set({ sha256 })}
            placeholder="as the provider stated it"
            error={problem('sha256')}
          />
          <Compared comparison={problem('sha256') === undefined ? checked.data?.check.sha256 : undefined} />
        </div>
        <span className={form.label}>Stated count</span>
        <div>
          <TextField
            aria-label="Stated count"
            value={fields.count}
            onChange={(count) => set({ count })}
            placeholder="of records, or of lines"
            error={badCount ? 'Write a number' : problem('count')}
          />
          <Compared comparison={badCount ? undefined : checked.data?.check.count} />
        </div>
        <span className={form.label}>Sent again for</span>
        <ComboField
          label="Sent again for"
          hideLabel
          value={replaces}
          onChange={setReplaces}
          options={(like === undefined ? earlier : [like, ...earlier.filter((s) => s !== like)]).map(nameOf)}
          placeholder={earlier.length === 0 ? 'no other source of this deployment' : 'nothing: it came once'}
          error={badReplaces ? 'Choose a source of the list, or leave it empty' : problem('replaces')}
          hint={
            like === undefined
              ? 'The two are compared event by event.'
              : `It looks like ${nameOf(like)}: ${suggestion?.why}. The two are compared event by event.`
          }
        />
      </div>
      {error !== undefined && <ErrorLine error={error} />}
    </Dialog>
  );
}

/** How what was stated compares; the line stands also where nothing was, so that the form does not jump. */
function Compared({ comparison }: { readonly comparison: Comparison | undefined }) {
  return (
    <p className={styles.compared} role="status">
      {comparison !== undefined && comparison.state !== 'not given' && (
        <>
          <ComparedMark state={comparison.state} />
          <LogText text={comparison.words} max={400} />
        </>
      )}
    </p>
  );
}

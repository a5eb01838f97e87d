import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, ExportFormat } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { RadioList } from '../ui/RadioList';
import { Segmented } from '../ui/Segmented';
import { TextField } from '../ui/TextField';
import { count, counted } from '../ui/words';
import { queryText } from '../view/view';
import type { Place } from './ExportDialog';
import styles from './ExportForm.module.css';
import { eventSheets, gapsIn, sheetRows, suggestsCsv } from './scope';
import { useCounts } from './useCounts';

const formats: readonly { readonly value: ExportFormat; readonly label: string }[] = [
  { value: 'xlsx', label: 'Excel workbook' },
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON lines' },
];

export interface ExportFormProps {
  readonly isOpen: boolean;
  onStart(place: Place): void;
  onClose(): void;
}

/** What is exported, and what of it can't be chosen: secrets stay masked, gaps are named. */
export function ExportForm({ isOpen, onStart, onClose }: ExportFormProps) {
  const backend = useBackend();
  const { caseInfo, view, zone } = useDesk();
  const { importing } = useJobs();
  const engagement = caseInfo?.engagement;
  const query = queryText(view.events);
  const [format, setFormat] = useState<ExportFormat>('xlsx');
  const [rows, setRows] = useState<'result' | 'case'>('result');
  const [preparedBy, setPreparedBy] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const counts = useCounts(query, rows === 'case', isOpen);
  const events = rows === 'result' ? counts.result : counts.all;
  const author = preparedBy ?? engagement?.prepared_by ?? '';
  if (caseInfo === undefined || engagement === undefined) return null;
  const gaps = gapsIn(caseInfo.gaps, engagement);
  const note = (n: number | undefined) => {
    if (n === undefined) return '';
    if (!suggestsCsv(format, n)) return counted(n, 'event');
    return `${counted(n, 'event')}, over ${count(eventSheets(n))} sheets: CSV suggested`;
  };

  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const place = await backend.startExport({
        format,
        query: rows === 'result' ? query : '',
        zone,
        order: view.events.order,
        ...(author.trim() === '' ? {} : { prepared_by: author.trim() }),
      });
      if (place !== undefined) onStart(place);
    } catch (thrown) {
      setError(troubleOf(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Export"
      isOpen={isOpen}
      onClose={onClose}
      width={664}
      flush
      footer={
        <>
          <span className={form.note}>
            {events !== undefined && format === 'xlsx' && (
              <>
                <b>{count(events)}</b> of {count(sheetRows - 1)} rows a sheet
              </>
            )}
          </span>
          <span className={form.grow} />
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant="primary"
            onPress={start}
            isDisabled={busy || importing !== undefined || events === undefined || events === 0}
          >
            Choose file…
          </Button>
        </>
      }
    >
      <div className={form.form}>
        <span className={form.label}>Format</span>
        <div>
          <Segmented<ExportFormat> label="Format" value={format} options={formats} onChange={setFormat} />
        </div>
        <span className={form.label}>Rows</span>
        <div>
          <RadioList<'result' | 'case'>
            label="Rows"
            value={rows}
            onChange={setRows}
            options={[
              // The query of the changes selects changed fields; what is exported are events, and the changes in them.
              {
                value: 'result',
                label: view.tab === 'events' ? 'The current result' : 'The result of the Events view',
                note: note(counts.result),
              },
              { value: 'case', label: 'The whole case', note: note(counts.all) },
            ]}
          />
          {rows === 'result' && (
            <p className={`${form.hint} ${styles.query}`}>
              {query === '' ? (
                'No filter but the scope of the audit.'
              ) : (
                <LogText text={query} max={400} className={styles.mono} />
              )}
            </p>
          )}
        </div>
        {format === 'xlsx' && (
          <>
            <span className={form.label}>Sheets</span>
            <ul className={styles.sheets}>
              <Sheet name="About this export" note="always" />
              <Sheet name="Events" note={events === undefined ? undefined : counted(events, 'row')} />
              <Sheet name="Sources" note={counted(caseInfo.sources, 'file')} />
              <Sheet
                name="Admin changes"
                note={counts.changes === undefined ? undefined : counted(counts.changes, 'row')}
              />
              <Sheet name="Unreadable records" note={count(caseInfo.unreadable)} />
            </ul>
          </>
        )}
        <span className={form.label}>Time zone</span>
        <div>
          <p className={styles.plain}>UTC</p>
          <p className={form.hint}>
            Each event also keeps its time as logged, as text. Days in the query are days of {zone}.
          </p>
        </div>
        <span className={form.label}>Prepared by</span>
        <TextField aria-label="Prepared by" value={author} onChange={setPreparedBy} />
        <span className={form.label}>Engagement</span>
        <p className={styles.plain}>
          <LogText text={[engagement.reference, engagement.title].filter(Boolean).join(' ')} max={300} />
        </p>
        <span className={form.label}>Secrets</span>
        <p className={styles.secrets}>
          <span className={styles.secret}>
            <Icon name="lock" size="xs" />
            values masked
          </span>
          <span className={form.hint}>can't be switched off</span>
        </p>
      </div>
      {importing !== undefined && (
        <p className={form.caution}>
          <Icon name="warn" size="s" />
          An import is running: its totals are provisional. The export can begin when it has ended.
        </p>
      )}
      {gaps.length > 0 && (
        <p className={form.caution}>
          <Icon name="warn" size="s" />
          {counted(gaps.length, 'stretch', 'stretches')} without records {gaps.length === 1 ? 'lies' : 'lie'} in this
          period
          {format === 'xlsx' && '; About says so'}
        </p>
      )}
      {events === 0 && (
        <p className={form.caution}>
          <Icon name="warn" size="s" />
          Nothing matches: take away a filter, or export the whole case.
        </p>
      )}
      {counts.error !== null && <ErrorLine error={troubleOf(counts.error)} />}
      {error !== undefined && <ErrorLine error={error} />}
    </Dialog>
  );
}

function Sheet({ name, note }: { readonly name: string; readonly note?: string | undefined }) {
  return (
    <li className={styles.sheet}>
      <Icon name="check" size="s" label="included" className={styles.tick} />
      {name}
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </li>
  );
}

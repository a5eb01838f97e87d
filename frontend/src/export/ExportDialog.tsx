import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, ExportProgress, ExportResult } from '../backend/types';
import { useDesk, useJobs } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import { counted } from '../ui/words';
import styles from './ExportDialog.module.css';
import { ExportForm } from './ExportForm';
import { Writing } from './Writing';

/** Where an export goes, as the backend named it when it began. */
export interface Place {
  readonly name: string;
  readonly folder: string;
}

/** An export from the question to its end. Closing the dialog while it writes does not stop it. */
export function ExportDialog() {
  const { dialog, closeDialog, caseInfo } = useDesk();
  const { exporting, exported, clearExported } = useJobs();
  const [place, setPlace] = useState<Place>();
  if (caseInfo === undefined) return null;
  const asked = dialog === 'export';
  const running = exported === undefined && (exporting !== undefined || place !== undefined);
  const close = () => {
    clearExported();
    if (!running) setPlace(undefined);
    closeDialog();
  };
  if (exported !== undefined) {
    return (
      <EndDialog
        end={exported}
        onAgain={() => {
          setPlace(undefined);
          clearExported();
        }}
        canRepeat={asked}
        onClose={() => {
          setPlace(undefined);
          close();
        }}
      />
    );
  }
  if (running) return <WritingDialog isOpen={asked} progress={exporting} place={place} onClose={close} />;
  return <ExportForm isOpen={asked} onStart={setPlace} onClose={close} />;
}

interface WritingDialogProps {
  readonly isOpen: boolean;
  readonly progress: ExportProgress | undefined;
  readonly place: Place | undefined;
  onClose(): void;
}

function WritingDialog({ isOpen, progress, place, onClose }: WritingDialogProps) {
  const backend = useBackend();
  const { report } = useDesk();
  const [asked, setAsked] = useState(false);
  return (
    <Dialog
      title="Exporting"
      isOpen={isOpen}
      onClose={onClose}
      width={420}
      footer={
        <>
          <span className={form.grow} />
          <Button
            isDisabled={asked}
            onPress={() => {
              setAsked(true);
              backend.cancelExport().catch((error: unknown) => {
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
      <Writing progress={progress} place={place} />
    </Dialog>
  );
}

interface EndDialogProps {
  readonly end: ExportResult | AppError;
  readonly canRepeat: boolean;
  onAgain(): void;
  onClose(): void;
}

function EndDialog({ end, canRepeat, onAgain, onClose }: EndDialogProps) {
  const backend = useBackend();
  const { report } = useDesk();
  if ('message' in end) {
    return (
      <Dialog
        title="The export stopped"
        isOpen
        onClose={onClose}
        width={480}
        flush
        footer={
          <>
            <span className={form.grow} />
            {canRepeat && <Button onPress={onAgain}>Back to the export</Button>}
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
      title="Exported"
      isOpen
      onClose={onClose}
      width={480}
      footer={
        <>
          <Button icon="folder" onPress={() => backend.showExportInFolder().catch(report)}>
            Show in folder
          </Button>
          <span className={form.grow} />
          <Button variant="primary" onPress={onClose}>
            Close
          </Button>
        </>
      }
    >
      <p className={styles.name}>
        <b>
          <LogText text={end.name} max={300} />
        </b>
      </p>
      <p className={styles.folder}>
        in <LogText text={end.folder} max={400} />
      </p>
      <p className={styles.sum}>
        {counted(end.events, 'event')}, {counted(end.changes, 'admin change')}, {bytesWords(end.bytes)}
      </p>
    </Dialog>
  );
}

import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { RollForwardRequest } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { MenuButton } from '../ui/Menu';
import styles from './SaveMenu.module.css';

const forms = [
  { format: 'xlsx', label: 'Workbook…', icon: 'columns' },
  { format: 'csv', label: 'CSV…', icon: 'text' },
] as const;

/** Keeps the answer as a file, and says where it lies. */
export function SaveMenu({ request }: { readonly request: RollForwardRequest | undefined }) {
  const backend = useBackend();
  const { report } = useDesk();
  const [busy, setBusy] = useState(false);
  const [written, setWritten] = useState<string>();
  const save = async (format: 'xlsx' | 'csv') => {
    if (request === undefined || busy) return;
    setBusy(true);
    setWritten(undefined);
    try {
      setWritten((await backend.saveRollForward({ ...request, format }))?.name);
    } catch (thrown) {
      report(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <span role="status" className={styles.written}>
        {busy && 'Writing…'}
        {written !== undefined && (
          <>
            Written to <LogText text={written} max={120} />
          </>
        )}
      </span>
      <MenuButton
        label="Save the roll-forward"
        placement="bottom end"
        trigger={
          <Button icon="export" isDisabled={request === undefined}>
            Save as…
          </Button>
        }
        groups={[
          {
            items: forms.map(({ format, label, icon }) => ({ id: format, label, icon, run: () => void save(format) })),
          },
        ]}
      />
    </>
  );
}

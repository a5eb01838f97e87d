import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { ImportResult } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import styles from './CopySummary.module.css';
import { summaryText } from './ending';

/** Puts what the import came to into the clipboard, as text for a working paper. */
export function CopySummary({ result }: { readonly result: ImportResult }) {
  const backend = useBackend();
  const { report } = useDesk();
  const [state, setState] = useState<'' | 'busy' | 'copied'>('');
  const copy = async () => {
    setState('busy');
    try {
      const text = await backend.summary({ sources: result.sources.map((s) => s.number) });
      await backend.copyText(summaryText(result, text));
      setState('copied');
    } catch (thrown) {
      setState('');
      report(thrown);
    }
  };
  return (
    <>
      <Button icon="copy" onPress={copy} isDisabled={state === 'busy'}>
        Copy summary
      </Button>
      <span role="status" className={styles.said}>
        {state === 'copied' ? 'Copied for a working paper' : ''}
      </span>
    </>
  );
}

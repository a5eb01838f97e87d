import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { EventDetail, RawRecord } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { count } from '../ui/words';
import { eventKey } from '../view/eventKey';
import styles from './Details.module.css';

/** The records as they were received, masked. Unmasking is asked for and noted in the case; it lasts until another event is shown. */
export function RawRecords({ detail }: { readonly detail: EventDetail }) {
  const backend = useBackend();
  const { report, caseInfo } = useDesk();
  const [asking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<readonly RawRecord[]>();
  const records = revealed ?? detail.raw;
  const masked = records.some((r) => r.masked);
  const reveal = async () => {
    setAsking(false);
    try {
      setRevealed(await backend.revealRaw(eventKey(detail.event.ref, detail.event.deployment)));
    } catch (thrown) {
      report(thrown);
    }
  };
  return (
    <section className={styles.section}>
      <h2 className={styles.title}>
        Raw {records.length === 1 ? 'record' : 'records'}{' '}
        <span className={styles.quiet}>
          {masked ? 'masked' : revealed !== undefined ? 'unmasked' : 'nothing to mask'}
        </span>
        <span className={styles.rawActs}>
          <Button variant="link" onPress={() => backend.copyText(records.map((r) => r.text).join('\n')).catch(report)}>
            Copy
          </Button>
          {revealed !== undefined ? (
            <Button variant="link" onPress={() => setRevealed(undefined)}>
              Mask again
            </Button>
          ) : (
            masked &&
            caseInfo?.redaction === undefined && (
              <Button variant="link" isDisabled={caseInfo?.read_only ?? false} onPress={() => setAsking(true)}>
                Show unmasked…
              </Button>
            )
          )}
        </span>
      </h2>
      {revealed !== undefined && (
        <p className={styles.note}>
          <Icon name="warn" size="xs" />
          Secrets are on screen; copying takes them along
        </p>
      )}
      {caseInfo?.redaction !== undefined && (
        <p className={styles.quiet}>This is a hand-over copy: raw records are masked, their own bytes are not in it.</p>
      )}
      {records.map((r) => (
        <div key={`${r.position.path} ${r.position.line} ${r.position.offset}`}>
          {records.length > 1 && (
            <p className={styles.rawName}>
              <LogText text={r.position.path} max={200} />, line {count(r.position.line)}
            </p>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <pre className={styles.raw} tabIndex={0} role="group" aria-label="Raw record">
            <LogText text={r.text} lines max={70_000} />
          </pre>
          {r.cut !== undefined && <p className={styles.quiet}>cut here; the record has {count(r.cut)} bytes</p>}
        </div>
      ))}
      <Dialog
        title="Show this record unmasked?"
        isOpen={asking}
        onClose={() => setAsking(false)}
        alert
        width={440}
        footer={
          <>
            <span className={styles.grow} />
            <Button onPress={() => setAsking(false)}>Cancel</Button>
            <Button variant="danger" onPress={() => void reveal()}>
              Show unmasked
            </Button>
          </>
        }
      >
        <p>
          The record may hold passwords, tokens or keys. The case notes that event {detail.event.ref} was shown
          unmasked, and when.
        </p>
      </Dialog>
    </section>
  );
}

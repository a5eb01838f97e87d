import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Source } from '../backend/types';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import styles from './SourceList.module.css';

export interface SourceListProps {
  readonly sources: readonly Source[];
  readonly chosen: number | undefined;
  onChoose(source: number): void;
}

/** The files of the case as they were received. */
export function SourceList({ sources, chosen, onChoose }: SourceListProps) {
  return (
    <section className={styles.panel} aria-label="Sources">
      <h2 className={styles.head}>
        Sources and receipts<span className={styles.end}>receipts not noted yet</span>
      </h2>
      <ListBox
        aria-label="Sources"
        selectionMode="single"
        selectionBehavior="replace"
        selectedKeys={chosen === undefined ? [] : [chosen]}
        onSelectionChange={(keys) => {
          const [first] = keys === 'all' ? [] : keys;
          if (typeof first === 'number') onChoose(first);
        }}
        className={styles.list ?? ''}
      >
        {sources.map((s) => (
          <ListBoxItem key={s.number} id={s.number} textValue={visibleText(s.path)} className={styles.item ?? ''}>
            <span className={styles.path} title={visibleText(s.path)}>
              <LogText text={s.path} max={300} />
            </span>
            <span className={styles.quiet}>
              {s.shape}, {bytesWords(s.bytes)}, <LogText text={s.deployment} max={100} />
            </span>
            <span className={styles.second}>
              {s.state === 'partial' && <b>read in part; </b>}
              {s.state === 'repeat' ? 'read already, adds nothing' : 'receipt not noted'}
            </span>
            <span className={styles.sha}>
              SHA-256{' '}
              {s.sha256 === undefined ? (
                <span className={styles.absent}>
                  <i className={styles.hatched} />
                  not recorded
                </span>
              ) : (
                <>
                  <code className={styles.digest} title={s.sha256}>
                    {s.sha256.slice(0, 4)}…{s.sha256.slice(-4)}
                  </code>
                  <span className={styles.absent}>
                    <i className={styles.hatched} />
                    client's not given
                  </span>
                </>
              )}
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
    </section>
  );
}

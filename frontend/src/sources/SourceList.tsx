import { type ReactNode, useEffect, useRef } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Source } from '../backend/types';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { ComparedMark } from './ComparedMark';
import { PathText } from './PathText';
import { commonFolder } from './paths';
import { digestWords, receiptWords } from './receiptWords';
import styles from './SourceList.module.css';
import { shapeWords } from './shapeWords';

export interface SourceListProps {
  readonly sources: readonly Source[];
  readonly chosen: number | undefined;
  onChoose(source: number): void;
  /** What stands below the list: the receipt of the chosen one. */
  readonly children?: ReactNode;
}

/** The files of the case as they were received. */
export function SourceList({ sources, chosen, onChoose, children }: SourceListProps) {
  const folder = commonFolder(sources.map((s) => s.path));
  const panel = useRef<HTMLElement>(null);
  // What is below the list takes room from it, and a source can be chosen elsewhere.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is found by its mark
  useEffect(() => {
    panel.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen]);
  return (
    <section ref={panel} className={styles.panel} aria-label="Sources">
      <h2 className={styles.head}>
        Sources and receipts
        {folder !== '' && (
          <span className={styles.end} title={visibleText(folder)}>
            in <LogText text={folder} max={300} />
          </span>
        )}
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
              <PathText path={s.path} below={folder} />
            </span>
            <span className={styles.quiet}>{s.state === 'repeat' ? 'read already, adds nothing' : shapeWords(s)}</span>
            <span className={styles.second}>
              {s.state === 'partial' && <b>read in part; </b>}#{s.number}, {bytesWords(s.bytes)},{' '}
              <LogText text={s.deployment} max={100} />
            </span>
            {receiptWords(s.receipt) !== '' && (
              <span className={styles.second} title={visibleText(receiptWords(s.receipt))}>
                <LogText text={receiptWords(s.receipt)} max={200} />
              </span>
            )}
            <span className={styles.sha}>
              SHA-256{' '}
              {s.sha256 === undefined ? (
                <span className={styles.absent}>
                  <i className={styles.hatched} />
                  not recorded
                </span>
              ) : (
                <code className={styles.digest} title={s.sha256}>
                  {s.sha256.slice(0, 4)}…{s.sha256.slice(-4)}
                </code>
              )}
              <span className={styles.stated} data-state={s.receipt_check?.sha256.state ?? 'not given'}>
                <ComparedMark state={s.receipt_check?.sha256.state ?? 'not given'} />
                {digestWords(s.receipt_check?.sha256)}
              </span>
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
      {children}
    </section>
  );
}

import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import type { CaseInfo } from '../backend/types';
import { useDesk, useJobs } from '../desk';
import { LogText } from '../ui/LogText';
import { minuteStamp } from '../view/time';
import { percentOf } from './percent';
import styles from './StatusBar.module.css';

/** What the view on screen has to say in the status bar. */
export interface Status {
  readonly left?: ReactNode;
  readonly right?: ReactNode;
}

const StatusContext = createContext<
  { readonly status: Status; set(change: (before: Status) => Status): void } | undefined
>(undefined);

const nothing: Status = {};

export function StatusProvider({ children }: { readonly children: ReactNode }) {
  const [status, set] = useState(nothing);
  return <StatusContext value={{ status, set }}>{children}</StatusContext>;
}

/**
 * Puts the view's words into the status bar for as long as the view is on screen. Both parts must keep their identity
 * while they say the same (text does; memoise elements).
 */
export function useStatus(left: ReactNode, right?: ReactNode) {
  const set = useContext(StatusContext)?.set;
  useLayoutEffect(() => {
    const own = { left, right };
    set?.(() => own);
    // A view that goes may do so after the next one came: it takes away only what it said itself.
    return () => set?.((now) => (now === own ? nothing : now));
  }, [set, left, right]);
}

export function StatusBar({ caseInfo }: { readonly caseInfo: CaseInfo }) {
  const { zone } = useDesk();
  const { importing, verifying } = useJobs();
  const status = useContext(StatusContext)?.status ?? nothing;
  return (
    <footer className={styles.bar}>
      {caseInfo.engagement.made_up && <b className={styles.madeUp}>MADE-UP</b>}
      {status.left}
      <span className={styles.grow} />
      {status.right !== undefined && (
        <>
          {status.right}
          <span className={styles.line} />
        </>
      )}
      {importing !== undefined ? (
        <span className={styles.importing}>
          <span className={styles.file}>
            Importing <LogText text={importing.file} max={60} />
          </span>
          <progress
            className={styles.progress}
            aria-label="Import"
            max={importing.total_bytes || 1}
            value={importing.bytes}
          />
          {percentOf(importing.bytes, importing.total_bytes)} of the bytes, totals are provisional
        </span>
      ) : (
        <span className={styles.lastImport}>
          {caseInfo.last_import === undefined
            ? 'Nothing imported yet'
            : `Last import ${minuteStamp(caseInfo.last_import, zone)} ${zone}`}
        </span>
      )}
      {verifying !== undefined && (
        <>
          <span className={styles.line} />
          <span>
            Verifying, check {verifying.number} of {verifying.checks}
          </span>
        </>
      )}
      {caseInfo.read_only && (
        <>
          <span className={styles.line} />
          {caseInfo.redaction === undefined ? (
            <span>Read-only</span>
          ) : (
            <b title={`Read-only. Made of the case whose head was ${caseInfo.redaction.head}`}>
              Hand-over copy: raw records are masked
            </b>
          )}
        </>
      )}
      <span className={styles.line} />
      <span>{zone}</span>
    </footer>
  );
}

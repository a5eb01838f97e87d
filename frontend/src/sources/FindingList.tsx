import type { Finding } from '../backend/types';
import { LogText } from '../ui/LogText';
import styles from './FindingList.module.css';

export interface FindingListProps {
  readonly findings: readonly Finding[];
  /** Opens the events of a finding. */
  onOpen(finding: Finding): void;
}

/** What a test found, each line a link to its rows where it has some. Names of files and people in it are log text. */
export function FindingList({ findings, onOpen }: FindingListProps) {
  return (
    <ul className={styles.list}>
      {findings.map((f) => (
        <li key={`${f.words} ${f.query}`} className={f.aside ? styles.aside : undefined}>
          {f.query === undefined ? (
            <LogText text={f.words} max={600} />
          ) : (
            <button type="button" className={styles.open} onClick={() => onOpen(f)}>
              <LogText text={f.words} max={600} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

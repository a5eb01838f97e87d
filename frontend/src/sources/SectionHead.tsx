import type { ReactNode } from 'react';
import styles from './SectionHead.module.css';

/** A heading with a quiet note, and what stands at the end of its line. */
export function SectionHead({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children?: ReactNode;
}) {
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{title}</h2>
      {note !== undefined && <span className={styles.note}>{note}</span>}
      <span className={styles.end}>{children}</span>
    </header>
  );
}

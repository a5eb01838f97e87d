import type { ReactNode } from 'react';
import styles from './Spoken.module.css';

/** Words for screen readers where the eye has a shape or a place. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return <span className={styles.spoken}>{children}</span>;
}

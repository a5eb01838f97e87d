import type { ReactNode } from 'react';
import styles from './BelowRow.module.css';

/** What stands open below a row: a row of the grid too, or screen readers would lose the grid at it. */
export function BelowRow({ columns, children }: { readonly columns: number; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
    <div role="row" className={styles.below}>
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="gridcell" aria-colspan={columns}>
        {children}
      </div>
    </div>
  );
}

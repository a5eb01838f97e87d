import type { ReactNode } from 'react';
import type { Of } from '../backend/types';
import { useDesk } from '../desk';
import { hasScope, scopeOf } from '../frame/period';
import { Icon } from '../ui/icons';
import { visibleText } from '../ui/visible';
import { formatTerm } from '../view/format';
import { Chip } from './Chip';
import chip from './Chip.module.css';
import { FilterMenu } from './FilterMenu';
import styles from './QueryBar.module.css';
import { QueryField } from './QueryField';

export interface QueryBarProps {
  readonly of: Of;
  /** What stands at the end of the chips: columns, grouping. */
  readonly end?: ReactNode;
}

/** The query as text, and below it the same as chips. */
export function QueryBar({ of, end }: QueryBarProps) {
  const { view, caseInfo } = useDesk();
  const { terms } = view[of];
  const engagement = caseInfo?.engagement;
  return (
    <section className={styles.query} aria-label="Query">
      <QueryField of={of} key={of} />
      <div className={styles.chips}>
        {engagement !== undefined && hasScope(engagement) && (
          <span
            className={`${chip.chip} ${chip.lock}`}
            title={`The scope of the audit: every view and export keeps to it. Change it under the case's title, Engagement\n${visibleText(scopeOf(engagement))}`}
          >
            <span className={chip.lead}>
              <Icon name="lock" size="xs" />
            </span>
            <span className={chip.key}>Scope</span>
            <span className={chip.words}>{visibleText(scopeOf(engagement))}</span>
          </span>
        )}
        {terms.map((term, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same term can stand twice, on and off, and keeps its place
          <Chip key={`${i} ${formatTerm(term)}`} of={of} term={term} at={i} />
        ))}
        <FilterMenu of={of} />
        <span className={styles.grow} />
        {end}
      </div>
    </section>
  );
}

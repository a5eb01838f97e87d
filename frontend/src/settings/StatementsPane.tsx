import { useMemo } from 'react';
import type { SettingsResult } from '../backend/types';
import { useDesk } from '../desk';
import { Button, IconButton } from '../ui/Button';
import { withSettings } from '../view/view';
import { AttemptsCard } from './AttemptsCard';
import { StatementCard } from './StatementCard';
import styles from './StatementsPane.module.css';

export interface StatementsPaneProps {
  /** Of the instants shown. */
  readonly result: SettingsResult | undefined;
  readonly zone: string;
  onClose(): void;
}

/** What can be stated of settings between two instants, and what was tried and not applied. */
export function StatementsPane({ result, zone, onClose }: StatementsPaneProps) {
  const { view, caseInfo, step, openDialog } = useDesk();
  const { statements } = view.settings;
  const empty = (caseInfo?.events ?? 0) === 0;
  const keys = useMemo(() => {
    const seen = new Map<string, number>();
    return statements.map((s) => {
      const key = JSON.stringify([s.key, s.deployment, s.from, s.to]);
      const n = (seen.get(key) ?? 0) + 1;
      seen.set(key, n);
      return `${key} ${n}`;
    });
  }, [statements]);
  return (
    <div className={styles.pane}>
      <header className={styles.head}>
        <h2 className={styles.title}>Statements</h2>
        <Button size="s" icon="plus" isDisabled={empty} onPress={() => openDialog('statement')}>
          New statement
        </Button>
        <IconButton icon="x" label="Close the statements" size="s" onPress={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className={styles.body} tabIndex={0} role="group" aria-label="Statements">
        {statements.length === 0 && (
          <p className={styles.empty}>
            A statement says that no change of a setting is logged between two dates, where the records received cover
            them, and refuses where they don’t. It never says that nothing was changed.
          </p>
        )}
        {statements.map((asked, i) => (
          <StatementCard
            key={keys[i]}
            asked={asked}
            zone={zone}
            onRemove={() =>
              step(`remove the statement on ${asked.name}`, (v) =>
                withSettings(v, (s) => ({ ...s, statements: s.statements.filter((x) => x !== asked) })),
              )
            }
          />
        ))}
        {result !== undefined && !empty && (
          <AttemptsCard attempts={result.attempts} two={result.from !== undefined} zone={zone} />
        )}
      </div>
    </div>
  );
}

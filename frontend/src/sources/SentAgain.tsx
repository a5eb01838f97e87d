import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useBackend } from '../backend/context';
import type { Finding, Source } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { limitsOf, partsOf } from './comparison';
import { pathParts } from './paths';
import styles from './SentAgain.module.css';

export interface SentAgainProps {
  /** A source whose receipt says which one it replaces. */
  readonly source: Source;
  readonly replaced: Source;
  onOpen(finding: Finding): void;
}

/** A source that was sent again against the one before it: what is new, missing or different, each a link to its events. */
export function SentAgain({ source, replaced, onOpen }: SentAgainProps) {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const answer = useQuery({
    queryKey: ['compare', caseInfo?.path, caseInfo?.generation, caseInfo?.engagement, replaced.number, source.number],
    queryFn: () => backend.compareSources({ old: replaced.number, new: source.number }),
  });
  if (answer.error !== null) return <ErrorLine error={troubleOf(answer.error)} />;
  const found = answer.data;
  return (
    <section aria-label="Sent again" aria-busy={found === undefined}>
      <p className={styles.words}>
        Sent again for{' '}
        <span title={visibleText(replaced.path)}>
          #{replaced.number} <LogText text={pathParts(replaced.path).name} max={200} />
        </span>
        :{' '}
        {found === undefined ? (
          'comparing…'
        ) : (
          <>
            {partsOf(found).map(({ words, events }, i) => (
              <Fragment key={words}>
                {i > 0 && ', '}
                <Part words={words} query={events.query} onOpen={onOpen} />
              </Fragment>
            ))}
            ; {count(found.alike)} alike.
          </>
        )}
      </p>
      {found !== undefined && (
        <p className={styles.notes}>
          <LogText text={[...limitsOf(found), ...found.notes].join(' ')} max={2000} />
        </p>
      )}
    </section>
  );
}

function Part({
  words,
  query,
  onOpen,
}: {
  readonly words: string;
  readonly query: string | undefined;
  onOpen(finding: Finding): void;
}) {
  if (query === undefined || query === '') return <>{words}</>;
  return (
    <button type="button" className={styles.open} onClick={() => onOpen({ words: `show the ${words}`, query })}>
      {words}
    </button>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { ComparedEvents, Finding, Source } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { LogText } from '../ui/LogText';
import { count } from '../ui/words';
import { SectionHead } from './SectionHead';
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
    queryKey: ['compare', caseInfo?.path, caseInfo?.generation, replaced.number, source.number],
    queryFn: () => backend.compareSources({ old: replaced.number, new: source.number }),
  });
  if (answer.error !== null) return <ErrorLine error={troubleOf(answer.error)} />;
  const found = answer.data;
  return (
    <section aria-label="Sent again" aria-busy={found === undefined}>
      <SectionHead title="Sent again" note="compared event by event with the source that it replaces">
        #{source.number} for #{replaced.number}
      </SectionHead>
      <p className={styles.words}>
        <LogText text={source.path} max={200} /> against <LogText text={replaced.path} max={200} />:{' '}
        {found === undefined ? (
          'comparing…'
        ) : (
          <>
            <Part part={found.added} word="new" onOpen={onOpen} />,{' '}
            <Part part={found.missing} word="missing" onOpen={onOpen} />,{' '}
            <Part part={found.differ} word={found.differ.count === 1 ? 'differs' : 'differ'} onOpen={onOpen} />;{' '}
            {count(found.alike)} alike.
          </>
        )}
      </p>
      {found !== undefined && (
        <p className={styles.notes}>
          <LogText text={found.notes.join(' ')} max={1000} />
        </p>
      )}
    </section>
  );
}

function Part({
  part,
  word,
  onOpen,
}: {
  readonly part: ComparedEvents;
  readonly word: string;
  onOpen(finding: Finding): void;
}) {
  const words = `${count(part.count)} ${word}`;
  const { query } = part;
  if (query === undefined || query === '') return <>{words}</>;
  return (
    <button type="button" className={styles.open} onClick={() => onOpen({ words: `show the ${words}`, query })}>
      {words}
    </button>
  );
}

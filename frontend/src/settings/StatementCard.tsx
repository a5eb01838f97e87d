import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { actionOf } from '../actions/actions';
import { useActions } from '../actions/useActions';
import { useBackend } from '../backend/context';
import type { Gap, Statement } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { CopyLine } from '../paper/CopyLine';
import { withoutDomain } from '../query/chipWords';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { stretchWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { epochMs, minuteStamp } from '../view/time';
import type { AskedStatement } from '../view/view';
import styles from './Card.module.css';
import { DatedText } from './DatedText';
import { coveredPieces } from './strip';
import { useOpen } from './useOpen';

/** Writes that a card lists; the rest is counted. */
const listed = 8;
/** Stretches that it lists at first. */
const listedStretches = 5;

export interface StatementCardProps {
  readonly asked: AskedStatement;
  readonly zone: string;
  onRemove(): void;
}

/** That no change is logged between two instants, or why it can't be stated. */
export function StatementCard({ asked, zone, onRemove }: StatementCardProps) {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const request = { key: asked.key, deployment: asked.deployment, from: asked.from, to: asked.to, zone };
  const answer = useQuery({
    queryKey: ['statement', caseInfo?.path, caseInfo?.generation, request],
    queryFn: () => backend.statement(request),
  });
  const statement = answer.data;
  const looks = statement === undefined || statement.possible ? styles.card : `${styles.card} ${styles.refused}`;
  return (
    <article className={looks} aria-label={`Statement on ${visibleText(asked.name)}`} aria-busy={answer.isPending}>
      <header className={styles.head}>
        <Icon name={statement === undefined ? 'clock' : statement.possible ? 'shield' : 'cannot'} />
        <h3 className={styles.heading}>
          {statement === undefined ? (
            <LogText text={asked.name} max={200} />
          ) : (
            <DatedText text={statement.title} max={400} />
          )}
        </h3>
        <IconButton icon="x" label="Remove this statement" size="s" className={styles.remove} onPress={onRemove} />
      </header>
      {answer.error !== null && <ErrorLine error={troubleOf(answer.error)} />}
      {statement !== undefined && <Body statement={statement} asked={asked} zone={zone} />}
      {statement !== undefined && <Foot statement={statement} asked={asked} />}
    </article>
  );
}

interface PartProps {
  readonly statement: Statement;
  readonly asked: AskedStatement;
}

function Body({ statement, asked, zone }: PartProps & { readonly zone: string }) {
  const { possible, text, gaps, writes_total, limits } = statement;
  return (
    <div className={styles.body}>
      <p className={possible ? styles.said : undefined}>
        <DatedText text={text} max={4_000} />
      </p>
      <Covered statement={statement} asked={asked} zone={zone} />
      {gaps.length > 0 && <Stretches gaps={gaps} zone={zone} />}
      {writes_total > 0 && <Writes statement={statement} asked={asked} zone={zone} />}
      {limits.length > 0 && (
        <ul className={styles.limits} aria-label="What no audit log holds">
          {limits.map((limit) => (
            <li key={limit}>
              <LogText text={limit} max={600} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The time asked about as a bar: what is covered, and the stretches that are not. */
function Covered({ statement, asked, zone }: PartProps & { readonly zone: string }) {
  const pieces = coveredPieces(epochMs(asked.from), epochMs(asked.to), statement.gaps);
  if (pieces === undefined) return null;
  return (
    <div className={styles.cover}>
      <div className={`${styles.bar} ${statement.possible ? styles.own : ''}`} aria-hidden="true">
        {pieces.map((p) => (
          <i key={p.left} style={{ left: `${p.left}%`, width: `max(6px, ${p.width}%)` }} />
        ))}
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>{minuteStamp(asked.from, zone).slice(0, 10)}</span>
        <span>{minuteStamp(asked.to, zone).slice(0, 10)}</span>
      </div>
      <Spoken>
        {pieces.length === 0
          ? 'No stretch without records between the two.'
          : `${counted(pieces.length, 'stretch', 'stretches')} without records between the two.`}
      </Spoken>
    </div>
  );
}

/** The stretches without records, the first few; all of them when they are asked for. */
function Stretches({ gaps, zone }: { readonly gaps: readonly Gap[]; readonly zone: string }) {
  const [open, setOpen] = useState(false);
  const shown = open ? gaps : gaps.slice(0, listedStretches);
  return (
    <div>
      <ul aria-label="Stretches without records">
        {shown.map((g) => (
          <li key={`${g.deployment} ${g.from}`}>
            {shortRange(g.from, g.to, zone)} {zone},{' '}
            <span className={styles.whole}>{stretchWords(epochMs(g.from), epochMs(g.to))}</span>
          </li>
        ))}
      </ul>
      {gaps.length > listedStretches && (
        <Button variant="link" size="s" aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? 'Show the first few' : `Show all ${count(gaps.length)} stretches`}
        </Button>
      )}
    </div>
  );
}

function Writes({ statement, asked, zone }: PartProps & { readonly zone: string }) {
  const open = useOpen();
  const { caseInfo } = useDesk();
  const { writes, writes_total } = statement;
  return (
    <ul className={styles.lines} aria-label="Logged writes">
      {writes.slice(0, listed).map((w) => (
        <li key={`${w.event} ${w.time} ${w.words}`} className={styles.line}>
          <button
            type="button"
            className={styles.link}
            title={`Open event ${w.event} in the Events view`}
            onClick={() => open.event(w.event, asked.deployment)}
          >
            {minuteStamp(w.time, zone)}
          </button>
          <span className={styles.cut} title={visibleText(w.words)}>
            <LogText text={w.words} max={200} />
          </span>
          <span className={`${styles.cut} ${styles.end}`}>
            <LogText text={withoutDomain(w.user ?? '', caseInfo?.mail_domain)} max={100} />
          </span>
        </li>
      ))}
      {writes_total > Math.min(listed, writes.length) && (
        <li className={styles.quiet}>and {count(writes_total - Math.min(listed, writes.length))} more</li>
      )}
    </ul>
  );
}

function Foot({ statement, asked }: PartProps) {
  const { show } = useDesk();
  const open = useOpen();
  const { reach, run } = useActions();
  const importing = actionOf('new-import');
  const missing = !statement.possible && statement.gaps.length > 0;
  return (
    <footer className={styles.foot}>
      {missing && importing !== undefined ? (
        <Button variant="link" size="s" isDisabled={!importing.enabled(reach)} onPress={() => run(importing)}>
          Import what is missing…
        </Button>
      ) : (
        <Button variant="link" size="s" onPress={() => show('sources')}>
          {counted(statement.sources.length, 'source')}
        </Button>
      )}
      {statement.query !== '' && (
        <Button variant="link" size="s" onPress={() => open.query(statement.query, asked.name)}>
          Changes
        </Button>
      )}
      <span className={styles.end}>
        <CopyLine
          line={{ of: 'statement', key: asked.key, deployment: asked.deployment, from: asked.from, to: asked.to }}
          what={`the statement on ${visibleText(asked.name)}`}
          label="Copy"
        />
      </span>
    </footer>
  );
}

/** "2026-03-14 02:00 → 03-16 09:30"; the year is not said twice. */
function shortRange(from: string, to: string, zone: string): string {
  const a = minuteStamp(from, zone);
  const b = minuteStamp(to, zone);
  return `${a} → ${a.slice(0, 4) === b.slice(0, 4) ? b.slice(5) : b}`;
}

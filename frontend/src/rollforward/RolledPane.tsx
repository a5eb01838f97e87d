import type { KeyboardEvent, ReactNode } from 'react';
import type { LackingChange, PaperFormat, RolledRow, RollForward } from '../backend/types';
import { CopyForms } from '../paper/CopyLine';
import { instantText } from '../settings/instants';
import { useOpen } from '../settings/useOpen';
import { VerdictMark } from '../sources/VerdictMark';
import { IconButton } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { count, counted } from '../ui/words';
import styles from './RolledPane.module.css';
import { changesWords, rolledGloss, rolledName, sideOf, verdictTitles } from './rollWords';
import { SnapshotValue } from './SnapshotValue';

export interface RolledPaneProps {
  readonly row: RolledRow;
  readonly answer: RollForward;
  readonly zone: string;
  copy(format: PaperFormat): Promise<void>;
  onClose(): void;
}

/** One setting of a roll-forward: opening value, what is logged in between, closing value, and what the log lacks. */
export function RolledPane({ row, answer, zone, copy, onClose }: RolledPaneProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  const { panel = '', deployment = '', events = [], lacks = [] } = row;
  const gloss = rolledGloss(row);
  return (
    <div role="group" aria-label="Compared setting" className={styles.pane} onKeyDown={onKeyDown}>
      <header className={styles.head}>
        <VerdictMark state={row.verdict} />
        <b className={styles.verdict}>{verdictTitles[row.verdict]}</b>
        <CopyForms copy={copy} what="the row" />
        <IconButton icon="x" label="Close" keys="Esc" onPress={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className={styles.body} tabIndex={0} role="group" aria-label="How it was compared">
        <section className={styles.section} aria-label="The setting">
          <h2 className={styles.name}>
            <LogText text={rolledName(row)} max={400} />
          </h2>
          {[gloss, panel === '' ? '' : `panel ${panel}`, deployment]
            .filter((text) => text !== '')
            .map((text) => (
              <p key={text} className={styles.quiet}>
                <LogText text={text} max={300} />
              </p>
            ))}
          <p className={styles.why}>
            <LogText text={row.words} />
          </p>
        </section>
        <ol className={styles.steps} aria-label="From the opening to the closing value">
          <Step title={`Opening, ${instantText(answer.opening_at, zone)} ${zone}`}>
            <SnapshotValue
              value={row.opening_value}
              line={row.opening_line}
              bytes={row.opening_bytes}
              secret={row.secret}
              zone={zone}
            />
            <Place file={answer.opening} line={row.opening_line} />
          </Step>
          <Step title="Logged in between">
            <span>
              {changesWords(row)}
              {events.length > 0 && events.length < row.changes && `, the first and last ${count(events.length / 2)}:`}
            </span>
            {events.map((ref) => (
              <EventLink key={ref} event={ref} deployment={row.deployment} />
            ))}
          </Step>
          <Step title={`Closing, ${instantText(answer.closing_at, zone)} ${zone}`}>
            <SnapshotValue
              value={row.closing_value}
              line={row.closing_line}
              bytes={row.closing_bytes}
              secret={row.secret}
              zone={zone}
            />
            <Place file={answer.closing} line={row.closing_line} />
          </Step>
        </ol>
        {row.verdict === 'differs' && lacks.length > 0 && (
          <section className={styles.section} aria-label="What the log lacks">
            <h3 className={styles.title}>The log lacks {counted(lacks.length, 'change')}, or a snapshot is wrong</h3>
            <ul className={styles.lacks}>
              {lacks.map((lack) => (
                <li key={`${lack.after} ${lack.before}`}>
                  between <Side name={lack.after} deployment={row.deployment} /> and{' '}
                  <Side name={lack.before} deployment={row.deployment} />
                  {/* Of one alone the row's words say it. */}
                  {lacks.length > 1 && (
                    <p className={styles.quiet}>
                      <LogText text={lack.words} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

function Step({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <li>
      <b className={styles.stepTitle}>{title}</b>
      <div className={styles.step}>{children}</div>
    </li>
  );
}

function Place({ file, line }: { readonly file: string; readonly line: number | undefined }) {
  return (
    <span className={styles.quiet}>
      <LogText text={file} max={200} />
      {line !== undefined && `, line ${count(line)}`}
    </span>
  );
}

interface EventLinkProps {
  readonly event: string;
  readonly deployment: string | undefined;
}

function EventLink({ event, deployment }: EventLinkProps) {
  const open = useOpen();
  return (
    <button
      type="button"
      className={styles.link}
      title={`Open event ${event} in the Events view`}
      onClick={() => open.event(event, deployment)}
    >
      <span className="visually-hidden">open event </span>
      {event}
    </button>
  );
}

function Side({
  name,
  deployment,
}: {
  readonly name: LackingChange['after'];
  readonly deployment: string | undefined;
}) {
  const side = sideOf(name);
  if ('snapshot' in side) return <>the {side.snapshot} snapshot</>;
  return <EventLink event={side.event} deployment={deployment} />;
}

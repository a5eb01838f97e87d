import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { useBackend } from '../backend/context';
import type { Change, EventDetail, Of, Position } from '../backend/types';
import { ChangeValue } from '../changes/ChangeValue';
import { BasisMark, Breaks } from '../changes/Marks';
import { NotRecorded } from '../changes/sides';
import { ordinalOf } from '../changes/values';
import { troubleOf, useDesk } from '../desk';
import { useFilter } from '../events/useFilter';
import { CopyLine } from '../paper/CopyLine';
import { PathText } from '../sources/PathText';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count, counted, keysOf } from '../ui/words';
import { eventKey } from '../view/eventKey';
import { stamp } from '../view/time';
import { withListing } from '../view/view';
import styles from './Details.module.css';
import { emphasise } from './emphasis';
import { type DetailLine, detailLines, sentenceThings } from './fields';
import { RawRecords } from './RawRecords';
import { SettingStrip } from './SettingStrip';

export interface DetailsProps {
  /** Beside which listing it stands: filters and links stay in it. */
  readonly of?: Of;
  readonly eventRef: string;
  /** The place of its row in the result, -1 where it is not part of it. */
  readonly index: number;
  /** Rows of the result. */
  readonly total: number;
  /** Beside the changes: the chosen row, which is one of the changes of the event. */
  readonly change?: Change | undefined;
  /** To the event before (-1) or after (1) in the result. */
  onMove(by: number): void;
  onClose(): void;
}

/** One event beside the table: what the records report of it, field by field. */
export function Details({ of = 'events', eventRef, index, total, change, onMove, onClose }: DetailsProps) {
  const backend = useBackend();
  const { caseInfo, app } = useDesk();
  const answer = useQuery({
    queryKey: ['event', caseInfo?.path, caseInfo?.generation, eventRef],
    queryFn: () => backend.event(eventRef),
    placeholderData: keepPreviousData,
  });
  const detail = answer.data;
  // The event was opened from the strip of values: the strip beside it goes on where that one was left.
  const [byStrip, setByStrip] = useState<string>();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.altKey && event.key === 'ArrowDown') onMove(1);
    else if (event.altKey && event.key === 'ArrowUp') onMove(-1);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="group"
      className={styles.details}
      aria-label="Event"
      onKeyDown={onKeyDown}
      aria-busy={answer.isPlaceholderData}
    >
      <header className={styles.head}>
        <span>
          {index < 0
            ? of === 'events'
              ? 'Event, not among the rows'
              : 'Event, not of the chosen row'
            : `${of === 'events' ? 'Event' : 'Change'} ${count(index + 1)} of ${count(total)}`}
        </span>
        <span className={styles.grow} />
        <IconButton
          icon="up"
          label="Previous event"
          keys={keysOf(app?.platform, 'alt', '↑')}
          isDisabled={index <= 0}
          onPress={() => onMove(-1)}
        />
        <IconButton
          icon="down"
          label="Next event"
          keys={keysOf(app?.platform, 'alt', '↓')}
          isDisabled={index < 0 || index >= total - 1}
          onPress={() => onMove(1)}
        />
        <CopyEvent detail={detail} />
        <IconButton icon="x" label="Close" keys="Esc" onPress={onClose} />
      </header>
      {answer.error !== null && (
        <p className={styles.error} role="alert">
          <LogText text={troubleOf(answer.error).message} />
        </p>
      )}
      {detail !== undefined && (
        <Body key={detail.event.ref} of={of} detail={detail} change={change} byStrip={byStrip} onStrip={setByStrip} />
      )}
    </div>
  );
}

function CopyEvent({ detail }: { readonly detail: EventDetail | undefined }) {
  const backend = useBackend();
  const { report } = useDesk();
  const copy = () => {
    if (detail === undefined) return;
    const { event, sentence } = detail;
    const text = `${sentence}\n${stamp(event.time, 'UTC')} UTC\nref ${event.ref}`;
    backend.copyText(text).catch(report);
  };
  return (
    <IconButton icon="copy" label="Copy sentence, time and ref" isDisabled={detail === undefined} onPress={copy} />
  );
}

interface BodyProps extends Pick<DetailsProps, 'change'> {
  readonly of: Of;
  readonly detail: EventDetail;
  /** Ref of the event that was opened from the strip of values. */
  readonly byStrip: string | undefined;
  onStrip(ref: string | undefined): void;
}

function Body({ of, detail, change: chosen, byStrip, onStrip }: BodyProps) {
  const { caseInfo, zone, view, report, amend } = useDesk();
  const { event } = detail;
  const openChange = (ref: string, ordinal?: number) => {
    onStrip(ordinal === undefined ? undefined : ref);
    amend((v) =>
      withListing(v, of, (l) => ({ ...l, selected: eventKey(ref, event.deployment), ordinal, details: true })),
    );
  };
  const openEvent = (ref: string) => openChange(ref);
  const filter = useFilter(of);
  const inFocus = view.changes.ordinal ?? Math.max(0, chosen === undefined ? 0 : ordinalOf(event.changes, chosen));
  const caseZone = caseInfo?.engagement.zone ?? 'UTC';
  const fields = (
    <section key="fields" className={styles.section} aria-label="Fields">
      <dl className={styles.fields}>
        <dt>Ref</dt>
        <dd className={styles.ref}>
          <span className={styles.mono}>{event.ref}</span>
          <IconButton
            icon="copy"
            size="xs"
            label="Copy the ref"
            className={styles.copy}
            onPress={() => filter.copy(event.ref).catch(report)}
          />
        </dd>
        {detailLines(detail).map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one event never move
          <FieldLine key={i} line={line} filter={filter} />
        ))}
      </dl>
    </section>
  );
  const changes = (
    <section key="changes" className={styles.section}>
      <h2 className={styles.title}>
        Changes <span className={styles.quiet}>{changesWords(detail)}</span>
        {event.resource_target !== undefined && event.changes.length > 0 && <HistoryOf detail={detail} />}
      </h2>
      {inOrder(event.changes, of === 'changes' ? inFocus : 0).map(({ change, i }) => (
        <div key={i} className={styles.change}>
          <div className={styles.changeHead}>
            <span className={styles.field}>
              {change.field === '' ? 'no field logged' : <LogText text={change.field} max={200} />}
            </span>
            {change.setting !== undefined && change.setting !== change.field && (
              <span className={styles.gloss}>
                <LogText text={change.setting} max={120} />
              </span>
            )}
            <span className={styles.basis}>
              <BasisMark change={change} />
            </span>
            <CopyLine
              line={{ of: 'change', event: eventKey(event.ref, event.deployment), ordinal: i }}
              what={`the change of ${visibleText(change.field || 'a field that is not logged')}`}
              small
            />
          </div>
          <ChangeValue change={change} zone={zone} version={event.version} onOpenEvent={openEvent} />
          <Breaks change={change} onOpenEvent={openEvent} />
          {of === 'changes' && i === inFocus && (
            <SettingStrip event={event} ordinal={i} focused={byStrip === event.ref} onOpen={openChange} />
          )}
          {change.note !== undefined && (
            <p className={styles.changeNote}>
              <LogText text={change.note} max={600} />
            </p>
          )}
        </div>
      ))}
      {event.changes.length > changesShown && (
        <p className={styles.quiet}>and {count(event.changes.length - changesShown)} more, see the raw record</p>
      )}
    </section>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className={styles.body} tabIndex={0} role="group" aria-label="What the records hold">
      <section className={styles.section}>
        <p className={styles.sentence}>
          {emphasise(detail.sentence, sentenceThings(event)).map((run, i) =>
            run.strong ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: runs of one sentence never move
              <b key={i}>
                <LogText text={run.text} />
              </b>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: runs of one sentence never move
              <LogText key={i} text={run.text} />
            ),
          )}
        </p>
        <p className={styles.when}>
          {stamp(event.time, 'UTC')} UTC
          {caseZone !== 'UTC' && (
            <span className={styles.quiet}>
              {stamp(event.time, caseZone)} {caseZone}
            </span>
          )}
        </p>
        {event.looks_synthetic && (
          <p className={styles.note}>
            <Icon name="warn" size="xs" />
            The record looks made by hand or by a test
          </p>
        )}
      </section>
      {/* Beside the changes, what was changed comes first. */}
      {of === 'changes' ? [changes, fields] : [fields, changes]}
      <section className={styles.section}>
        <h2 className={styles.title}>
          Matching records{' '}
          <span className={styles.quiet}>
            {event.sources.length < 2
              ? 'none beside the record itself'
              : `${event.sources.length - 1}, beside the record itself`}
          </span>
        </h2>
        {event.sources.map((position, i) => (
          <RecordLine
            key={`${position.path} ${position.line} ${position.offset}`}
            position={position}
            first={i === 0}
          />
        ))}
        {event.differs && (
          <p className={styles.note}>
            <Icon name="warn" size="xs" />
            The records differ in some of their fields
          </p>
        )}
      </section>
      <RawRecords detail={detail} />
    </div>
  );
}

/** Changes drawn beside the table; a record can hold thousands. */
const changesShown = 200;

/** The changes with their places, the one in focus first: the others stand as they are logged. */
function inOrder(changes: readonly Change[], focus: number) {
  const all = changes.map((change, i) => ({ change, i }));
  return [...all.slice(focus, focus + 1), ...all.slice(0, focus), ...all.slice(focus + 1)].slice(0, changesShown);
}

function changesWords({ event }: EventDetail): string {
  if (event.changes.length > 0) return counted(event.changes.length, 'field');
  if (event.content_not_recorded) return 'content not recorded by Coder';
  return event.action === 'write' ? 'none recorded' : 'none';
}

/** The events that changed the same target. */
function HistoryOf({ detail }: { readonly detail: EventDetail }) {
  const { step } = useDesk();
  const { resource_target: target = '', resource_type: type } = detail.event;
  return (
    <Button
      variant="link"
      className={styles.history}
      onPress={() =>
        step(`history of ${visibleText(target)}`, (v) =>
          withListing({ ...v, tab: 'events' }, 'events', (l) => ({
            ...l,
            terms: [
              { field: 'target', values: [{ op: 'equal', text: target }] },
              ...(type === undefined
                ? []
                : [{ field: 'resource_type', values: [{ op: 'equal', text: type }] } as const]),
              { field: 'has', values: [{ op: 'equal', text: 'changes' }] },
            ],
          })),
        )
      }
    >
      <span className={styles.cut}>
        History of <LogText text={target} max={60} />
      </span>
    </Button>
  );
}

function FieldLine({ line, filter }: { readonly line: DetailLine; readonly filter: ReturnType<typeof useFilter> }) {
  const found = line.filter;
  return (
    <>
      <dt title={line.title.length > 10 ? visibleText(line.title) : undefined}>
        <LogText text={line.title} max={40} />
      </dt>
      <dd className={styles.line}>
        <span className={styles.value}>
          {line.text === undefined || line.text === '' ? (
            <NotRecorded words="not recorded" />
          ) : (
            <span className={line.mono ? styles.id : undefined} title={visibleText(line.text.slice(0, 2000))}>
              <LogText text={line.text} max={2000} />
            </span>
          )}
          {line.gloss !== undefined && (
            <span className={styles.quiet}>
              {' '}
              <LogText text={line.gloss} max={400} />
            </span>
          )}
        </span>
        {found !== undefined && (
          <span className={styles.acts}>
            <IconButton
              icon="equal"
              size="xs"
              className={styles.act}
              label={`Filter by this ${line.title.toLowerCase()}`}
              onPress={() => filter.by(found, 'add')}
            />
            <IconButton
              icon="notequal"
              size="xs"
              className={styles.act}
              label={`Exclude this ${line.title.toLowerCase()}`}
              onPress={() => filter.by(found, 'exclude')}
            />
          </span>
        )}
      </dd>
    </>
  );
}

function RecordLine({ position, first }: { readonly position: Position; readonly first: boolean }) {
  return (
    <p
      className={styles.record}
      title={`${visibleText(position.path)}, byte ${count(position.offset)}, ${position.form}`}
    >
      <Icon name={first ? 'file' : position.differs ? 'notequal' : 'equal'} size="s" />
      <PathText path={position.path} />
      {position.differs && <span className={styles.quiet}>differs</span>}
      <span className={styles.lineNumber}>line {count(position.line)}</span>
    </p>
  );
}

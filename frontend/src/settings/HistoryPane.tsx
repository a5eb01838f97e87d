import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, type KeyboardEvent, useMemo } from 'react';
import { useBackend } from '../backend/context';
import type { HistoryRow, Json, SettingHistory, SettingRow, SettingState } from '../backend/types';
import { OutcomeMark } from '../changes/Marks';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { CopyLine } from '../paper/CopyLine';
import { withoutDomain } from '../query/chipWords';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { epochMs, stamp } from '../view/time';
import styles from './HistoryPane.module.css';
import { instantText } from './instants';
import { StateBasis, StateValue, Value } from './StateValue';
import { useOpen } from './useOpen';
import { useSpan } from './useSpan';
import { useWrites } from './useWrites';
import { ValueStrip } from './ValueStrip';
import { belongsTo, glossOf, isCrossed } from './words';

export interface HistoryPaneProps {
  readonly settingKey: string;
  /** The row as the table has it, at the instants shown; undefined where it is not among its rows. */
  readonly row: SettingRow | undefined;
  readonly from: string | undefined;
  readonly at: string;
  onState(): void;
  onClose(): void;
}

/** Writes asked for at once; a setting can be written thousands of times. */
const pageRows = 200;

/** One setting beside the table: what was in force, and every recorded write to it. */
export function HistoryPane({ settingKey, row, from, at, onState, onClose }: HistoryPaneProps) {
  const backend = useBackend();
  const { caseInfo, zone } = useDesk();
  const answer = useInfiniteQuery({
    queryKey: ['settingHistory', caseInfo?.path, caseInfo?.generation, settingKey, zone],
    queryFn: ({ pageParam }) => backend.settingHistory({ key: settingKey, offset: pageParam, limit: pageRows, zone }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const have = pages.reduce((n, page) => n + page.rows.length, 0);
      return last.rows.length === 0 || have >= last.total ? undefined : have;
    },
  });
  const history = useMemo<SettingHistory | undefined>(() => {
    const [first] = answer.data?.pages ?? [];
    return first === undefined ? undefined : { ...first, rows: answer.data?.pages.flatMap((p) => p.rows) ?? [] };
  }, [answer.data]);
  const setting = row ?? history?.setting;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return (
    <div role="group" aria-label="Setting" className={styles.pane} onKeyDown={onKeyDown} aria-busy={answer.isFetching}>
      <header className={styles.head}>
        <Button variant="bare" size="s" icon="left" onPress={onClose}>
          Statements
        </Button>
        <span className={styles.grow} />
        {setting !== undefined && (
          <CopyLine
            line={{
              of: 'setting',
              key: setting.key,
              deployment: setting.deployment,
              at,
              ...(from === undefined ? {} : { from }),
            }}
            what="the setting"
          />
        )}
        <IconButton icon="x" label="Close" keys="Esc" onPress={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className={styles.body} tabIndex={0} role="group" aria-label="What is logged of the setting">
        {answer.error !== null && <ErrorLine error={troubleOf(answer.error)} />}
        {setting !== undefined && <About setting={setting} from={from} at={at} zone={zone} onState={onState} />}
        {history !== undefined && (
          <Writes
            history={history}
            from={from}
            at={at}
            zone={zone}
            onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
          />
        )}
      </div>
    </div>
  );
}

interface AboutProps {
  readonly setting: SettingRow;
  readonly from: string | undefined;
  readonly at: string;
  readonly zone: string;
  onState(): void;
}

function About({ setting, from, at, zone, onState }: AboutProps) {
  const { caseInfo } = useDesk();
  const gloss = glossOf(setting);
  const target = withoutDomain(setting.target, caseInfo?.mail_domain);
  const states = [
    ...(from === undefined || setting.then === undefined ? [] : [{ name: 'A', instant: from, state: setting.then }]),
    { name: from === undefined ? '' : 'B', instant: at, state: setting.now },
  ];
  return (
    <section className={styles.section} aria-label="The setting">
      <h2 className={styles.name}>
        {setting.field === '' ? (
          <span className={styles.quiet}>no field logged</span>
        ) : (
          <LogText text={setting.field} max={400} className={styles.field} />
        )}
      </h2>
      <p className={styles.gloss}>
        {gloss !== '' && <LogText text={gloss} max={300} />}
        {setting.panel !== '' && (
          <span className={styles.quiet}>
            , panel <LogText text={setting.panel} max={100} />
          </span>
        )}
      </p>
      <p className={styles.quiet}>
        {setting.setting !== '' && belongsTo(setting) !== '' && (
          <>
            <LogText text={belongsTo({ ...setting, target })} max={300} />,{' '}
          </>
        )}
        {setting.version}, <LogText text={setting.deployment} max={200} />
      </p>
      {setting.note !== undefined && (
        <p className={styles.note}>
          <Icon name={isCrossed(setting) ? 'crossed' : 'warn'} size="s" />
          <span>
            <LogText text={setting.note} max={400} />
            {isCrossed(setting) && '. The field is the record, the label a gloss.'}
          </span>
        </p>
      )}
      <dl className={styles.states}>
        {states.map(({ name, instant, state }) => (
          <div key={name}>
            <dt>
              {name !== '' && <b>{name}</b>} {instantText(instant, zone)} {zone}
            </dt>
            <dd>
              <span className={styles.stateValue}>
                <StateValue state={state} kind={setting.kind} zone={zone} />
              </span>
              <StateBasis state={state} zone={zone} whole />
              <Where {...(state.removed ?? state)} />
            </dd>
          </div>
        ))}
      </dl>
      <div className={styles.acts}>
        <Button size="s" icon="shield" onPress={onState}>
          New statement…
        </Button>
      </div>
    </section>
  );
}

/** Where the record stands that a state rests on. */
function Where({ source, line }: Pick<SettingState, 'source' | 'line'>) {
  if (source === undefined || source === '') return null;
  return (
    <span className={styles.where} title={visibleText(source)}>
      <LogText text={source} max={300} />
      {line !== undefined && `, line ${count(line)}`}
    </span>
  );
}

interface WritesProps {
  readonly history: SettingHistory;
  readonly from: string | undefined;
  readonly at: string;
  readonly zone: string;
  /** Brings older ones; undefined where all are here. */
  readonly onMore: (() => void) | undefined;
}

function Writes({ history, from, at, zone, onMore }: WritesProps) {
  const { rows: shown, total, setting } = history;
  const applied = shown.filter((r) => r.applied).length;
  const instants = [
    { name: from === undefined ? 'The instant' : 'B', ms: epochMs(at), text: at },
    ...(from === undefined ? [] : [{ name: 'A', ms: epochMs(from), text: from }]),
  ];
  // Each instant is drawn above the newest write that it has behind it.
  const marksAt = (i: number) => {
    const before = i === 0 ? Number.POSITIVE_INFINITY : epochMs(shown[i - 1]?.time ?? '');
    const own = i < shown.length ? epochMs(shown[i]?.time ?? '') : Number.NEGATIVE_INFINITY;
    return instants.filter((x) => x.ms < before && x.ms >= own);
  };
  return (
    <section className={styles.section} aria-label="History">
      <h3 className={styles.title}>
        Recorded writes{' '}
        <span className={styles.quiet}>
          {total === 0
            ? 'none'
            : applied === shown.length || shown.length < total
              ? count(total)
              : `${count(applied)}, and ${counted(shown.length - applied, 'attempt')} not applied`}
        </span>
      </h3>
      {total > 0 && <Values settingKey={setting.key} from={from} at={at} zone={zone} />}
      {total === 0 && (
        <p className={styles.quiet}>
          No write to it is recorded. That does not say that it was never changed, nor what it was set to.
        </p>
      )}
      <ol className={styles.list}>
        {shown.map((row, i) => (
          <Fragment key={`${row.event} ${row.ordinal}`}>
            {marksAt(i).map((x) => (
              <InstantMark key={x.name} name={x.name} text={instantText(x.text, zone)} zone={zone} />
            ))}
            <WriteItem row={row} setting={setting} zone={zone} />
            {row.break !== undefined ? (
              <BreakItem row={row} setting={setting} zone={zone} />
            ) : (
              row.gaps_before > 0 && (
                <li className={styles.gaps}>
                  <i className={styles.hatched} />
                  {counted(row.gaps_before, 'stretch', 'stretches')} without records
                </li>
              )
            )}
          </Fragment>
        ))}
        {onMore === undefined &&
          marksAt(shown.length).map((x) => (
            <InstantMark key={x.name} name={x.name} text={instantText(x.text, zone)} zone={zone} />
          ))}
      </ol>
      {onMore !== undefined && (
        <p className={styles.more}>
          <Button size="s" onPress={onMore}>
            Show older
          </Button>
          <span className={styles.quiet}>
            the newest {count(shown.length)} of {count(total)}
          </span>
        </p>
      )}
    </section>
  );
}

/** The writes as a strip over the case's period, with the instants that the table shows. */
function Values({
  settingKey,
  from,
  at,
  zone,
}: Pick<WritesProps, 'from' | 'at' | 'zone'> & { readonly settingKey: string }) {
  const open = useOpen();
  const span = useSpan();
  const writes = useWrites(settingKey).data;
  if (writes === undefined) return null;
  return (
    <div className={styles.values}>
      <ValueStrip
        writes={writes}
        span={span}
        zone={zone}
        chosen={-1}
        instants={[...(from === undefined ? [] : [{ name: 'A', at: from }]), { name: 'B', at }]}
        onOpen={(row) => open.change(row.event, row.ordinal, writes.setting.deployment)}
      />
    </div>
  );
}

function InstantMark({ name, text, zone }: { readonly name: string; readonly text: string; readonly zone: string }) {
  return (
    <li className={styles.instant}>
      <b>{name}</b> {text} {zone}
    </li>
  );
}

interface ItemProps {
  readonly row: HistoryRow;
  readonly setting: SettingRow;
  readonly zone: string;
}

function WriteItem({ row, setting, zone }: ItemProps) {
  const open = useOpen();
  const { caseInfo } = useDesk();
  return (
    <li className={[styles.write, !row.applied && styles.refused].filter(Boolean).join(' ')}>
      <p className={styles.when}>
        <button
          type="button"
          className={styles.link}
          title={`Open event ${row.event} in the Events view`}
          onClick={() => open.event(row.event, setting.deployment)}
        >
          {stamp(row.time, zone).replace(/\.000$/, '')}
          <Spoken>, open event {row.event}</Spoken>
        </button>
        <span className={styles.grow} />
        {row.applied ? (
          <span className={styles.quiet}>{row.status === undefined ? 'applied, no status recorded' : 'applied'}</span>
        ) : (
          <OutcomeMark outcome={row.outcome} status={row.status} />
        )}
      </p>
      <p className={styles.change}>
        <Change row={row} zone={zone} />
      </p>
      <p className={styles.who}>
        {row.user === undefined || row.user === '' ? (
          'account not recorded'
        ) : (
          <LogText text={withoutDomain(row.user, caseInfo?.mail_domain)} max={200} />
        )}
        {row.source !== '' && (
          <span className={styles.where} title={visibleText(row.source)}>
            <LogText text={row.source} max={300} />, line {count(row.line)}
          </span>
        )}
      </p>
    </li>
  );
}

/** was → now, or the words where the record holds no values. */
function Change({ row, zone }: Omit<ItemProps, 'setting'>) {
  // Secrets, writes without content, and values that are left out for their length have words alone.
  if (row.new === undefined || row.kind === 'secret' || row.value_bytes !== undefined)
    return <LogText text={row.words} max={600} />;
  return (
    <>
      {row.old !== undefined && (
        <>
          <Spoken>before </Spoken>
          <span className={row.basis === 'derived' ? styles.derived : styles.was}>
            <Value value={row.old} kind={row.kind} zone={zone} />
            {row.basis === 'derived' && <Spoken> derived</Spoken>}
          </span>
        </>
      )}
      <Icon name="arrow" size="s" className={styles.arrow} />
      <Spoken>, after </Spoken>
      <span className={styles.now}>
        <Value value={row.new} kind={row.kind} zone={zone} />
      </span>
      {!row.applied && <span className={styles.quiet}>not applied</span>}
    </>
  );
}

function Side({
  value,
  setting,
  zone,
}: {
  readonly value: Json | undefined;
  readonly setting: SettingRow;
  readonly zone: string;
}) {
  if (value === undefined) return <span className={styles.quiet}>not recorded</span>;
  return <Value value={value} kind={setting.kind} zone={zone} />;
}

/** Between two writes that don't follow from each other. */
function BreakItem({ row, setting, zone }: ItemProps) {
  const broken = row.break;
  if (broken === undefined) return null;
  return (
    <li className={styles.broken}>
      <Icon name="warn" size="s" />
      <div>
        <b>A change that the log lacks</b>
        <p>
          logged as <Side value={broken.value_then} setting={setting} zone={zone} /> on{' '}
          {stamp(broken.after_time, zone).slice(0, 19)}, then recorded as having been{' '}
          <Side value={broken.old_logged} setting={setting} zone={zone} />
          {broken.gaps > 0
            ? `; ${counted(broken.gaps, 'stretch', 'stretches')} without records between`
            : '; no stretch without records between'}
        </p>
      </div>
    </li>
  );
}

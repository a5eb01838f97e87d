import type { AuditEvent, EventRow, Field, Outcome, Value } from '../backend/types';
import { NotRecorded, sidesOf } from '../changes/sides';
import { isApplied } from '../changes/values';
import { withoutDomain } from '../query/chipWords';
import { actionIcon, Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import type { Column } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { notRecorded } from '../view/terms';
import { localOf } from '../view/time';
import styles from './columns.module.css';

/** What a column is called in the chooser, in the order in which all of them are offered. */
export const columnTitles: Readonly<Record<string, string>> = {
  time: 'Time',
  user: 'User',
  ip: 'IP',
  action: 'Action',
  target: 'Target',
  status: 'Status',
  changes: 'Changes',
  organization: 'Organization',
  deployment: 'Deployment',
  version: 'Version',
  log: 'Log',
  ref: 'Ref',
};

export interface ColumnOptions {
  /** IANA name of the shown zone. */
  readonly zone: string;
  readonly mailDomain: string | undefined;
}

const widths: Readonly<Record<string, string>> = {
  time: '98px',
  user: 'minmax(112px, clamp(144px, 11cqi, 220px))',
  ip: 'clamp(106px, 9cqi, 240px)', // an IPv4 never cut; a wide table has room for most of an IPv6
  action: 'minmax(78px, 88px)',
  target: 'minmax(140px, clamp(196px, 20cqi, 280px))', // in a wide table, target and type stand whole
  status: '112px', // the mark, the code and "unknown"
  changes: 'minmax(120px, 1fr)',
  organization: 'minmax(80px, 120px)',
  deployment: 'minmax(100px, 180px)',
  version: '64px',
  log: '84px',
  ref: '136px',
};

/** How a person of an event is named: as facets name it, else by e-mail, username or id of the event itself. */
export function personLabel(event: EventRow): string | undefined {
  return event.person ?? event.user?.email ?? event.user?.username ?? event.user?.id;
}

export const outcomeWord: Readonly<Record<Outcome, string>> = {
  ok: 'applied',
  denied: 'denied',
  failed: 'failed',
  unknown: 'failed, effect unknown',
};

export function eventColumn(id: string, { zone, mailDomain }: ColumnOptions): Column<EventRow> | undefined {
  const title = columnTitles[id];
  const width = widths[id];
  if (title === undefined || width === undefined) return undefined;
  const column = { id, title, width };
  switch (id) {
    case 'time':
      return {
        ...column,
        title: `Time (${zone})`,
        head: <span className={styles.headTime}>Time ({zone})</span>,
        render: (e) => <Time event={e} zone={zone} />,
      };
    case 'user':
      return {
        ...column,
        className: styles.cut,
        render: (e) => <Recorded text={personLabel(e)} shown={(t) => withoutDomain(t, mailDomain)} />,
      };
    case 'ip':
      return {
        ...column,
        className: `${styles.cut} ${styles.quiet}`,
        render: (e) => <Recorded text={e.ip} shown={(t) => t} />,
      };
    case 'action':
      return { ...column, render: (e) => <Action action={e.action} /> };
    case 'target':
      return {
        ...column,
        head: (
          <>
            Target<span className={styles.headType}>type</span>
          </>
        ),
        render: (e) => <Target event={e} mailDomain={mailDomain} />,
      };
    case 'status':
      return { ...column, render: (e) => <Status event={e} /> };
    case 'changes':
      return { ...column, render: (e) => <Changes event={e} zone={zone} /> };
    default:
      return { ...column, className: styles.cut, render: (e) => <Plain id={id} event={e} /> };
  }
}

/** What a click on a cell can filter by; the value is as the facet of the field lists it. */
export function cellFilter(
  event: EventRow,
  column: string,
): { readonly field: Field; readonly value: Value; readonly text: string } | undefined {
  const of = (field: Field, text: string | number | undefined) => ({
    field,
    value: text === undefined || text === '' ? notRecorded : { op: 'equal' as const, text: String(text) },
    text: text === undefined ? '' : String(text),
  });
  switch (column) {
    case 'user':
      return of('user', personLabel(event));
    case 'ip':
      return of('ip', event.ip);
    case 'action':
      return of('action', event.action);
    case 'target':
      return of('target', event.resource_target);
    case 'type':
      return of('resource_type', event.resource_type);
    case 'status':
      return of('status', event.status_code);
    case 'changes': {
      const [first] = event.changes;
      return first === undefined || first.field === '' ? undefined : of('changed', first.field);
    }
    case 'organization':
      return of('organization', event.organization);
    case 'deployment':
      return of('deployment', event.deployment);
    case 'version':
      return of('version', event.version);
    case 'log':
      return of('log', event.log);
    case 'ref':
      return of('ref', event.ref);
    default:
      return undefined;
  }
}

function Time({ event, zone }: { readonly event: AuditEvent; readonly zone: string }) {
  const local = localOf(event.time, zone);
  if (local === undefined) return <LogText text={event.time} />;
  return (
    <span className={styles.time} title={`${local.day} ${local.time}${local.milli} ${zone}`}>
      {local.time}
      <span className={styles.milli}>{local.milli}</span>
    </span>
  );
}

/** Text that may be missing: then it says so, for an empty cell would read as "nothing". */
function Recorded({ text, shown }: { readonly text: string | undefined; readonly shown: (text: string) => string }) {
  if (text === undefined || text === '') return <NotRecorded words="not recorded" />;
  return (
    <span title={visibleText(text)}>
      <LogText text={shown(text)} max={200} />
    </span>
  );
}

function Whole({ text }: { readonly text: string }) {
  return (
    <span title={visibleText(text)}>
      <LogText text={text} max={200} />
    </span>
  );
}

function Action({ action }: { readonly action: string }) {
  const icon = actionIcon(action);
  return (
    <span className={styles.action}>
      {icon !== undefined && <Icon name={icon} />}
      <span className={styles.cut}>
        <LogText text={action} max={80} />
      </span>
    </span>
  );
}

function Target({ event, mailDomain }: { readonly event: AuditEvent; readonly mailDomain: string | undefined }) {
  const { resource_target: target, resource_type: type } = event;
  const local = target === undefined ? '' : withoutDomain(target, mailDomain);
  return (
    <span className={styles.target}>
      {target === undefined || target === '' ? (
        <NotRecorded words="not recorded" />
      ) : (
        <span className={styles.cut} title={visibleText(target)}>
          <LogText text={local} max={200} />
          {local !== target && (
            <span className={styles.quiet}>
              <LogText text={target.slice(local.length)} />
            </span>
          )}
        </span>
      )}
      {type !== undefined && type !== target && (
        <span className={styles.type} title={visibleText(type)}>
          <LogText text={type} max={80} />
        </span>
      )}
    </span>
  );
}

function Status({ event }: { readonly event: AuditEvent }) {
  const { status_code: code, outcome } = event;
  if (code === undefined) {
    return event.log === 'connection' ? (
      <span className={styles.quiet}>none logged</span>
    ) : (
      <NotRecorded words="not recorded" />
    );
  }
  if (outcome === undefined || outcome === 'ok') return <span className={styles.status}>{code}</span>;
  return (
    <span className={styles.failed} title={outcomeWord[outcome]}>
      <Icon name="failed" size="xs" />
      {code}
      <span className={styles.outcome}>{outcome}</span>
    </span>
  );
}

/** The first change in short, and how many more there are. */
function Changes({ event, zone }: { readonly event: AuditEvent; readonly zone: string }) {
  const [first, ...rest] = event.changes;
  if (first === undefined) return event.content_not_recorded ? <NotRecorded words="not recorded" /> : null;
  const sides = sidesOf(first, { zone, version: event.version, short: true });
  const more = rest.length > 0 && <span className={styles.more}>+{rest.length}</span>;
  const list = Array.isArray(first.old) || Array.isArray(first.new);
  const title = visibleText(`${first.field} ${first.words}`.slice(0, 400));
  if (first.kind === 'unrecorded' || first.field === '') {
    return (
      <span className={styles.changes} title={title}>
        <NotRecorded words="not recorded" />
        {more}
      </span>
    );
  }
  return (
    <span className={styles.changes} title={title}>
      <span className={styles.field}>
        <LogText text={first.field} max={120} />
      </span>
      {'all' in sides ? (
        <span className={styles.whole}>{sides.all}</span>
      ) : !isApplied(first) ? (
        <span className={styles.denied}>not applied</span>
      ) : list || first.secret || first.kind === 'object' ? (
        <span className={first.secret ? styles.whole : styles.now}>{sides.now}</span>
      ) : (
        <span className={`${styles.now} ${styles.single}`}>
          <span className={styles.arrow}>→</span>
          {sides.now}
        </span>
      )}
      {more}
    </span>
  );
}

function Plain({ id, event }: { readonly id: string; readonly event: EventRow }) {
  const text = cellFilter(event, id)?.text ?? '';
  if (text === '') return <NotRecorded words="not recorded" />;
  return <Whole text={text} />;
}

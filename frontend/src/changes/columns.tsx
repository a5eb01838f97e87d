import type { ChangeRow, Field, Value } from '../backend/types';
import { withoutDomain } from '../query/chipWords';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import type { Column } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { eventKey } from '../view/eventKey';
import { notRecorded } from '../view/terms';
import { localOf } from '../view/time';
import styles from './columns.module.css';
import { FieldName } from './FieldName';
import { BasisMark, ChangeTags, OutcomeMark } from './Marks';
import { NotRecorded, sidesOf } from './sides';

export interface ColumnOptions {
  /** IANA name of the shown zone. */
  readonly zone: string;
  readonly mailDomain: string | undefined;
  onOpenEvent(ref: string): void;
}

/** The columns of the table of changes, in their order. */
export function changeColumnsOf({ zone, mailDomain, onOpenEvent }: ColumnOptions): readonly Column<ChangeRow>[] {
  return [
    { id: 'time', title: `Time (${zone})`, width: '164px', render: (row) => <Time row={row} zone={zone} /> },
    {
      id: 'user',
      title: 'User',
      width: 'minmax(100px, 150px)',
      render: (row) => <User row={row} mailDomain={mailDomain} />,
    },
    {
      id: 'field',
      title: 'Logged field, panel label',
      head: (
        <>
          Logged field<span className={styles.quietHead}>panel label</span>
        </>
      ),
      width: 'minmax(140px, clamp(268px, 22cqi, 420px))',
      render: (row) => <FieldName change={row} of={subjectOf(row, mailDomain)} />,
    },
    {
      id: 'was',
      title: 'Was and now',
      head: (
        <span className={styles.pair}>
          <span>Was</span>
          <span />
          <span>Now</span>
        </span>
      ),
      width: 'minmax(216px, 1fr)',
      render: (row) => <Cells row={row} zone={zone} onOpenEvent={onOpenEvent} />,
    },
    { id: 'basis', title: 'Basis', width: 'minmax(108px, 120px)', render: (row) => <BasisMark change={row} /> },
    {
      id: 'outcome',
      title: 'Outcome',
      width: 'minmax(100px, 112px)',
      render: (row) => <OutcomeMark outcome={row.outcome} status={row.status_code} />,
    },
  ];
}

/** What the field belongs to, for fields without a label of the vendor's, and writes without a field: "user j.ito". */
function subjectOf(row: ChangeRow, mailDomain: string | undefined): string | undefined {
  if (row.version === 'v1' && row.panel !== undefined && row.field !== '') return undefined;
  const target = row.target === undefined ? undefined : withoutDomain(row.target, mailDomain);
  const words = new Set([row.resource_type?.replaceAll('_', ' '), target].filter(Boolean));
  return words.size === 0 ? undefined : [...words].join(' ');
}

/** What a click on a cell can filter by; the value is as the facet of the field lists it. */
export function cellFilter(
  row: ChangeRow,
  column: string,
): { readonly field: Field; readonly value: Value; readonly text: string } | undefined {
  const of = (field: Field, text: string | undefined) => ({
    field,
    value: text === undefined || text === '' ? notRecorded : { op: 'equal' as const, text },
    text: text ?? '',
  });
  switch (column) {
    case 'user':
      return of('user', row.user);
    case 'field':
      return row.field === '' ? undefined : of('changed', row.field);
    case 'basis':
      return of('basis', row.basis);
    case 'outcome':
      return of('outcome', row.outcome);
    case 'panel':
      return of('panel', row.panel);
    default:
      return undefined;
  }
}

function Time({ row, zone }: { readonly row: ChangeRow; readonly zone: string }) {
  const local = localOf(row.time, zone);
  if (local === undefined) return <LogText text={row.time} max={60} />;
  return (
    <span className={styles.time} title={`${local.day} ${local.time}${local.milli} ${zone}`}>
      <span className={styles.quiet}>{local.day.slice(0, 5)}</span>
      {local.day.slice(5)} {local.time}
      <span className={styles.quiet}>{local.milli}</span>
    </span>
  );
}

function User({ row, mailDomain }: { readonly row: ChangeRow; readonly mailDomain: string | undefined }) {
  if (row.user === undefined) return <NotRecorded words="not recorded" />;
  return (
    <span className={styles.cut} title={visibleText(row.user)}>
      <LogText text={withoutDomain(row.user, mailDomain)} max={200} />
    </span>
  );
}

interface CellsProps {
  readonly row: ChangeRow;
  readonly zone: string;
  onOpenEvent(ref: string): void;
}

/** Was and now side by side, or one statement over both. */
function Cells({ row, zone, onOpenEvent }: CellsProps) {
  const open = (ref: string) => onOpenEvent(eventKey(ref, row.deployment));
  const sides = sidesOf(row, { zone, version: row.version, onOpenEvent: open });
  if ('all' in sides) {
    return (
      <span className={styles.all}>
        {sides.all}
        {row.value_bytes !== undefined && <ChangeTags change={row} />}
      </span>
    );
  }
  return (
    <span className={styles.pair}>
      <span className={styles.side}>
        <Spoken>before </Spoken>
        {sides.was}
      </span>
      <Icon name="arrow" size="s" className={styles.arrow} />
      <span className={styles.side}>
        <Spoken>, after </Spoken>
        {sides.now}
        <ChangeTags change={row} />
      </span>
    </span>
  );
}

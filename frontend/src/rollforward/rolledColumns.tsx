import type { RolledRow } from '../backend/types';
import { withoutDomain } from '../query/chipWords';
import cells from '../settings/columns.module.css';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import type { Column } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import styles from './rolledColumns.module.css';
import { changesWords, type End, rolledGloss, rolledName } from './rollWords';
import { SnapshotValue } from './SnapshotValue';

export interface RolledColumnOptions {
  readonly zone: string;
  readonly mailDomain: string | undefined;
  /** Whether the deployment must be named: the case has several. */
  readonly named: boolean;
}

/** The columns of a roll-forward, in their order. */
export function rolledColumnsOf({ zone, mailDomain, named }: RolledColumnOptions): readonly Column<RolledRow>[] {
  const value = (end: End): Column<RolledRow> => ({
    id: end,
    title: end === 'opening' ? 'Opening value' : 'Closing value',
    width: 'minmax(120px, clamp(130px, 16cqi, 260px))',
    render: (row) => <ValueCell row={row} end={end} zone={zone} />,
  });
  return [
    {
      id: 'setting',
      title: 'Setting',
      width: 'minmax(170px, clamp(190px, 22cqi, 340px))',
      render: (row) => <SettingCell row={row} mailDomain={mailDomain} named={named} />,
    },
    value('opening'),
    {
      id: 'changes',
      title: 'Logged in between',
      width: '126px',
      render: (row) => (
        <span className={row.changes === 0 ? styles.quiet : undefined}>
          <Spoken>, in between </Spoken>
          {changesWords(row)}
        </span>
      ),
    },
    value('closing'),
    {
      id: 'why',
      title: 'Why',
      width: 'minmax(160px, 1fr)',
      render: (row) => (
        <span className={styles.why} title={visibleText(row.words)}>
          <Spoken>, {row.verdict}: </Spoken>
          <LogText text={row.words} max={400} />
        </span>
      ),
    },
  ];
}

interface SettingCellProps {
  readonly row: RolledRow;
  readonly mailDomain: string | undefined;
  readonly named: boolean;
}

function SettingCell({ row, mailDomain, named }: SettingCellProps) {
  const gloss = [
    rolledGloss({ ...row, target: withoutDomain(row.target ?? '', mailDomain) }),
    named ? (row.deployment ?? '') : '',
  ]
    .filter((w) => w !== '')
    .join(', ');
  return (
    <span className={cells.cell} title={visibleText([rolledName(row), gloss].filter(Boolean).join(' · '))}>
      <span className={cells.first}>
        <LogText text={rolledName(row)} max={200} className={cells.field} />
      </span>
      <span className={cells.second}>
        <LogText text={gloss} max={200} className={cells.cut} />
      </span>
    </span>
  );
}

function ValueCell({ row, end, zone }: { readonly row: RolledRow; readonly end: End; readonly zone: string }) {
  const line = end === 'opening' ? row.opening_line : row.closing_line;
  return (
    <span className={cells.cell}>
      <span className={`${cells.first} ${end === 'closing' && row.verdict === 'differs' ? cells.strong : ''}`}>
        <Spoken>{end === 'opening' ? ', opening ' : ', closing '}</Spoken>
        <SnapshotValue
          value={end === 'opening' ? row.opening_value : row.closing_value}
          line={line}
          bytes={end === 'opening' ? row.opening_bytes : row.closing_bytes}
          secret={row.secret}
          zone={zone}
        />
      </span>
      {line !== undefined && <span className={cells.second}>line {count(line)}</span>}
    </span>
  );
}

import type { Source } from '../backend/types';
import grid from '../ui/Grid.module.css';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { totalOf } from './accounting';
import { PathText } from './PathText';
import { commonFolder } from './paths';
import { shapeWords } from './shapeWords';

const columns = [
  { key: 'lines', title: 'Lines', width: 92 },
  { key: 'record_lines', title: 'Record lines', width: 92 },
  { key: 'other', title: 'Other lines', width: 92 },
  { key: 'records', title: 'Records', width: 92 },
  { key: 'events', title: 'Events', width: 96 },
  { key: 'matching', title: 'Matching', width: 84 },
  { key: 'duplicates', title: 'Duplicates', width: 84 },
  { key: 'unreadable', title: 'Unreadable', width: 104 },
] as const;

export interface AccountingTableProps {
  readonly sources: readonly Source[];
  readonly caption: string;
  /** Number of the chosen source. */
  readonly chosen?: number | undefined;
  /** What the rows are called in the total: "source" or "file". */
  readonly noun?: string;
  /** Says under each name what the file turned out to be, where no list beside the table does. */
  readonly shapes?: boolean;
  onChoose?(source: number): void;
  /** Opens the events of a source. */
  onEvents?(source: Source): void;
}

/** What every line of every source became. Lines of records have a column only where a line is not a record. */
export function AccountingTable({
  sources,
  caption,
  chosen,
  noun = 'source',
  shapes = false,
  onChoose,
  onEvents,
}: AccountingTableProps) {
  const shown = columns.filter((c) => c.key !== 'record_lines' || sources.some((s) => s.record_lines !== s.records));
  const total = totalOf(sources);
  const folder = commonFolder(sources.map((s) => s.path));
  return (
    <table className={grid.grid} aria-label={caption}>
      <colgroup>
        <col />
        {shown.map((c) => (
          <col key={c.key} style={{ width: `calc(${c.width}px * var(--figure-scale, 1))` }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{noun === 'file' ? 'File' : 'Source'}</th>
          {shown.map((c) => (
            <th key={c.key} scope="col" className={grid.num}>
              {c.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sources.map((s) => (
          <tr
            key={s.number}
            className={s.number === chosen ? grid.chosen : undefined}
            onClick={onChoose === undefined ? undefined : () => onChoose(s.number)}
          >
            <th scope="row" title={visibleText(s.path)}>
              <PathText path={s.path} below={folder} />
              {shapes && s.state !== 'repeat' && <span className={grid.under}>{shapeWords(s)}</span>}
            </th>
            {s.state === 'repeat' ? (
              <td colSpan={shown.length} className={grid.quiet}>
                <LogText text={s.note ?? 'read already, same SHA-256 as an earlier file: adds nothing'} />
              </td>
            ) : (
              shown.map((c) => (
                <Figure
                  key={c.key}
                  n={s[c.key]}
                  bad={c.key === 'unreadable'}
                  label={c.key === 'events' ? `Show every event of which ${visibleText(s.path)} holds a record` : ''}
                  onOpen={c.key === 'events' && onEvents !== undefined ? () => onEvents(s) : undefined}
                />
              ))
            )}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{counted(sources.length, noun)}</th>
          {shown.map((c) => (
            <td key={c.key} className={grid.num}>
              {count(total[c.key])}
            </td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

interface FigureProps {
  readonly n: number;
  readonly bad: boolean;
  readonly label: string;
  readonly onOpen: (() => void) | undefined;
}

function Figure({ n, bad, label, onOpen }: FigureProps) {
  const look = n === 0 ? grid.zero : bad ? grid.bad : undefined;
  return (
    <td className={[grid.num, look].filter(Boolean).join(' ')}>
      {onOpen === undefined || n === 0 ? (
        count(n)
      ) : (
        <button
          type="button"
          className={grid.open}
          title={label}
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          {count(n)}
        </button>
      )}
    </td>
  );
}

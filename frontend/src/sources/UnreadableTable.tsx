import type { Unreadable } from '../backend/types';
import grid from '../ui/Grid.module.css';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import styles from './Leftovers.module.css';
import { PathText } from './PathText';
import { shortName } from './shortName';

/** The line is never cut off: the name gives way. */
export function Place({
  path,
  line,
  folder,
}: {
  readonly path: string;
  readonly line: number;
  readonly folder: string;
}) {
  return (
    <span className={styles.place}>
      <PathText path={shortName(path)} below={folder} />:{count(line)}
    </span>
  );
}

export function UnreadableTable({ rows, folder }: { readonly rows: readonly Unreadable[]; readonly folder: string }) {
  return (
    <table className={grid.grid} aria-label="Unreadable records">
      <colgroup>
        <col style={{ width: '38%' }} />
        <col style={{ width: 170 }} />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">File and line</th>
          <th scope="col">Reason</th>
          <th scope="col">Excerpt, masked</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((u) => (
          <tr key={`${u.path} ${u.offset}`}>
            <td title={`${visibleText(u.path)}, line ${count(u.line)}, byte ${count(u.offset)}`}>
              <Place path={u.path} line={u.line} folder={folder} />
            </td>
            <td className={grid.reason} title={visibleText(u.reason)}>
              <LogText text={u.reason} max={200} />
            </td>
            <td className={grid.mono}>
              <LogText text={u.excerpt} max={300} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

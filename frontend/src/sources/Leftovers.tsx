import { useState } from 'react';
import type { OtherLines, Sources } from '../backend/types';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import grid from '../ui/Grid.module.css';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import styles from './Leftovers.module.css';
import { commonFolder } from './paths';
import { SectionHead } from './SectionHead';
import { UnreadableDialog } from './UnreadableDialog';
import { Place, UnreadableTable } from './UnreadableTable';

/** Rows shown on the page; all are in the dialog. */
const shownHere = 4;

/** What is no event: other lines by their pattern, and records that could not be read. */
export function Leftovers({ sources }: { readonly sources: Sources }) {
  const [open, setOpen] = useState<'other' | 'unreadable'>();
  const lines = sources.other.reduce((n, o) => n + o.count, 0);
  const { unreadable, unreadable_total: total } = sources;
  const folder = commonFolder(sources.sources.map((s) => s.path));
  const close = () => setOpen(undefined);
  return (
    <div className={styles.two}>
      <section aria-label="Other lines by pattern">
        <SectionHead
          title="Other lines by pattern"
          note={`${counted(lines, 'line')}, ${counted(sources.other.length, 'pattern')}`}
        >
          {sources.other.length > 0 && (
            <Button variant="link" size="s" onPress={() => setOpen('other')}>
              Show all
            </Button>
          )}
        </SectionHead>
        {sources.other.length === 0 ? (
          <p className={styles.none}>Every line read was an audit record.</p>
        ) : (
          <OtherTable rows={sources.other.slice(0, shownHere)} folder={folder} />
        )}
      </section>
      <section aria-label="Unreadable records">
        <SectionHead
          title="Unreadable records"
          note={
            total === 0
              ? 'none'
              : `${count(Math.min(shownHere, unreadable.length))} of ${count(total)}, kept with their place and reason`
          }
        >
          {total > 0 && (
            <Button variant="link" size="s" onPress={() => setOpen('unreadable')}>
              Show all
            </Button>
          )}
        </SectionHead>
        {total === 0 ? (
          <p className={styles.none}>Every record of the sources was understood.</p>
        ) : (
          <UnreadableTable rows={unreadable.slice(0, shownHere)} folder={folder} />
        )}
      </section>
      <Dialog title="Other lines by pattern" isOpen={open === 'other'} onClose={close} width={900} flush>
        <OtherTable rows={sources.other} folder={folder} place />
      </Dialog>
      {open === 'unreadable' && (
        <UnreadableDialog reasons={sources.unreadable_reasons} folder={folder} onClose={close} />
      )}
    </div>
  );
}

interface OtherTableProps {
  readonly rows: readonly OtherLines[];
  /** What all sources lie in. */
  readonly folder: string;
  readonly place?: boolean;
}

function OtherTable({ rows, folder, place }: OtherTableProps) {
  return (
    <table className={grid.grid} aria-label="Other lines by pattern">
      <colgroup>
        <col style={{ width: 160 }} />
        <col style={{ width: 76 }} />
        {place && <col style={{ width: 260 }} />}
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Pattern</th>
          <th scope="col" className={grid.num}>
            Lines
          </th>
          {place && <th scope="col">First seen</th>}
          <th scope="col">Example</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((o) => (
          <tr key={o.pattern}>
            <td title={visibleText(o.pattern)}>
              <LogText text={o.pattern} max={200} />
            </td>
            <td className={grid.num}>{count(o.count)}</td>
            {place && (
              <td title={visibleText(o.path)}>
                <Place path={o.path} line={o.line} folder={folder} />
              </td>
            )}
            <td className={grid.mono} title={visibleText(o.example.slice(0, 600))}>
              {o.example === '' ? '(empty)' : <LogText text={o.example} max={300} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

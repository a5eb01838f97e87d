import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { OtherLines, Sources, Unreadable } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import grid from '../ui/Grid.module.css';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import styles from './Leftovers.module.css';
import { PathText } from './PathText';
import { commonFolder } from './paths';
import { SectionHead } from './SectionHead';
import { shortName } from './shortName';

/** Rows shown on the page; all are in the dialog. */
const shownHere = 4;
const pageSize = 100;

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
      {open === 'unreadable' && <UnreadableDialog total={total} folder={folder} onClose={close} />}
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

/** The line is never cut off: the name gives way. */
function Place({ path, line, folder }: { readonly path: string; readonly line: number; readonly folder: string }) {
  return (
    <span className={styles.place}>
      <PathText path={shortName(path)} below={folder} />:{count(line)}
    </span>
  );
}

function UnreadableTable({ rows, folder }: { readonly rows: readonly Unreadable[]; readonly folder: string }) {
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

interface UnreadableDialogProps {
  readonly total: number;
  readonly folder: string;
  onClose(): void;
}

function UnreadableDialog({ total, folder, onClose }: UnreadableDialogProps) {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const [page, setPage] = useState(0);
  const offset = page * pageSize;
  const answer = useQuery({
    queryKey: ['unreadable', caseInfo?.path, caseInfo?.generation, offset],
    queryFn: () => backend.unreadable({ offset, limit: pageSize }),
    placeholderData: (last) => last,
  });
  const to = Math.min(total, offset + pageSize);
  return (
    <Dialog
      title={`Unreadable records: ${count(total)}`}
      isOpen
      onClose={onClose}
      width={1000}
      flush
      footer={
        <>
          <span className={form.note}>
            <b>
              {count(offset + 1)} to {count(to)}
            </b>{' '}
            of {count(total)}
          </span>
          <span className={form.grow} />
          <Button isDisabled={page === 0} onPress={() => setPage(page - 1)}>
            Previous
          </Button>
          <Button isDisabled={to >= total} onPress={() => setPage(page + 1)}>
            Next
          </Button>
        </>
      }
    >
      {answer.error !== null && <ErrorLine error={troubleOf(answer.error)} />}
      <UnreadableTable rows={answer.data ?? []} folder={folder} />
    </Dialog>
  );
}

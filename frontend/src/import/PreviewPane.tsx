import type { ReactNode } from 'react';
import type { AuditEvent, Preview } from '../backend/types';
import { outcomeWord, personLabel } from '../events/columns';
import grid from '../ui/Grid.module.css';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { ScrollArea } from '../ui/ScrollArea';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { stamp } from '../view/time';
import { ErrorLine } from './Plan';
import styles from './PreviewPane.module.css';
import { countWords, lookedWords, periodWords, shapeOf } from './previewWords';
import type { Look } from './usePreviews';

interface PreviewPaneProps {
  readonly id: string;
  readonly name: string;
  readonly look: Look | undefined;
}

/** What a look at a file shows. It is as high before the answer as after it. */
export function PreviewPane({ id, name, look }: PreviewPaneProps) {
  const label = `Preview of ${visibleText(name)}`;
  return (
    <section id={id} className={styles.pane} aria-label={label}>
      <ScrollArea label={label} className={styles.scroll}>
        {look?.preview !== undefined ? (
          <PreviewBody p={look.preview} />
        ) : look?.error !== undefined ? (
          <ErrorLine error={look.error} />
        ) : (
          <p role="status" className={styles.reading}>
            Reading the beginning of the file…
          </p>
        )}
      </ScrollArea>
    </section>
  );
}

function PreviewBody({ p }: { readonly p: Preview }) {
  return (
    <>
      <p className={styles.head}>
        <b>
          <LogText text={shapeOf(p)} />
        </b>{' '}
        {p.first !== undefined && <span>{periodWords(p)} (UTC).</span>} <span>{countWords(p)}.</span>{' '}
        <span className={styles.quiet}>{lookedWords(p)}</span>
      </p>
      {p.warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Warnings">
          {p.warnings.map((w) => (
            <li key={w.words}>
              <Icon name="warn" size="s" />
              <LogText text={w.words} />
            </li>
          ))}
        </ul>
      )}
      {p.members !== undefined && p.members.length > 0 && <Members archive={p} members={p.members} />}
      {p.events.length > 0 && <FirstEvents events={p.events} />}
      {p.other_lines.length > 0 && (
        <Part title="Other lines by pattern">
          <table className={grid.grid} aria-label="Other lines by pattern">
            <Columns widths={[200, 84, undefined]} />
            <Heads titles={['Pattern', 'Lines', 'Example, masked']} numbers={[1]} />
            <tbody>
              {p.other_lines.map((o) => (
                <tr key={o.pattern}>
                  <td title={visibleText(o.pattern)}>
                    <LogText text={o.pattern} max={200} />
                  </td>
                  <td className={grid.num}>{count(o.count)}</td>
                  <td className={grid.mono}>{o.example === '' ? '(empty)' : <LogText text={o.example} max={300} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {p.unreadable_records.length > 0 && (
        <Part title={`Unreadable records: ${p.reasons.map((r) => `${count(r.count)} ${r.reason}`).join(', ')}`}>
          <table className={grid.grid} aria-label="Unreadable records">
            <Columns widths={[100, 240, undefined]} />
            <Heads titles={['Line', 'Reason', 'Excerpt, masked']} numbers={[]} />
            <tbody>
              {p.unreadable_records.map((u) => (
                <tr key={`${u.path} ${u.offset} ${u.line}`}>
                  <td>{count(u.line)}</td>
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
        </Part>
      )}
    </>
  );
}

function Members({ archive, members }: { readonly archive: Preview; readonly members: readonly Preview[] }) {
  return (
    <Part title="Members">
      <table className={grid.grid} aria-label="Members of the archive">
        <Columns widths={[undefined, 84, 250, 208, 84]} />
        <Heads titles={['Member', 'Size', 'Shape', 'Period (UTC)', 'Records']} numbers={[1, 4]} />
        <tbody>
          {members.map((m) => {
            const name = m.path.startsWith(`${archive.path}/`) ? m.path.slice(archive.path.length + 1) : m.path;
            return (
              <tr key={m.path}>
                <td title={visibleText([name, ...m.warnings.map((w) => w.words)].join('\n'))}>
                  <span className={styles.member}>
                    {m.warnings.length > 0 && (
                      <Icon name="warn" size="s" label={m.warnings.map((w) => visibleText(w.words)).join('; ')} />
                    )}
                    <LogText text={name} max={300} />
                  </span>
                </td>
                <td className={grid.num}>{bytesWords(m.bytes)}</td>
                <td>
                  <LogText text={shapeOf(m)} max={200} />
                </td>
                <td>{periodWords(m)}</td>
                <td className={grid.num}>
                  {count(m.records)}
                  {m.whole ? '' : '+'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Part>
  );
}

function FirstEvents({ events }: { readonly events: readonly AuditEvent[] }) {
  return (
    <Part title={events.length === 1 ? 'First event' : `First ${count(events.length)} events`}>
      <table className={grid.grid} aria-label="First events">
        <Columns widths={[186, 170, 78, 190, 112, undefined]} />
        <Heads titles={['Time (UTC)', 'User', 'Action', 'Target', 'Status', 'Changes']} numbers={[]} />
        <tbody>
          {events.map((e) => (
            <tr key={`${e.ref} ${e.sources[0]?.path} ${e.sources[0]?.offset}`}>
              <td>{stamp(e.time, 'UTC')}</td>
              <Cell text={personLabel(e)} />
              <Cell text={e.action} />
              <Cell text={[e.resource_target, e.resource_type].filter(Boolean).join(', ')} />
              <td className={e.outcome === 'ok' || e.outcome === undefined ? undefined : grid.bad}>
                {e.status_code === undefined
                  ? 'not recorded'
                  : e.outcome === 'ok' || e.outcome === undefined
                    ? e.status_code
                    : `${e.status_code} ${outcomeWord[e.outcome].split(',')[0]}`}
              </td>
              <Cell
                text={e.changes.map((c) => (c.field === '' ? c.words : `${c.field}: ${c.words}`)).join('; ')}
                none=""
              />
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function Cell({ text, none = 'not recorded' }: { readonly text: string | undefined; readonly none?: string }) {
  if (text === undefined || text === '') return <td className={grid.quiet}>{none}</td>;
  return (
    <td title={visibleText(text.slice(0, 600))}>
      <LogText text={text} max={300} />
    </td>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <h3 className={styles.title}>
        <LogText text={title} max={300} />
      </h3>
      {children}
    </>
  );
}

// Columns never move within one table, so their places are their keys.
function Columns({ widths }: { readonly widths: readonly (number | undefined)[] }) {
  return (
    <colgroup>
      {widths.map((width, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
        <col key={place} style={width === undefined ? {} : { width }} />
      ))}
    </colgroup>
  );
}

function Heads({ titles, numbers }: { readonly titles: readonly string[]; readonly numbers: readonly number[] }) {
  return (
    <thead>
      <tr>
        {titles.map((t, place) => (
          <th key={t} scope="col" className={numbers.includes(place) ? grid.num : undefined}>
            {t}
          </th>
        ))}
      </tr>
    </thead>
  );
}

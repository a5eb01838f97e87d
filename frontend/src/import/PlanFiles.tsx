import { type KeyboardEvent, useId, useState } from 'react';
import type { ImportPlan, PlanFile } from '../backend/types';
import { Button } from '../ui/Button';
import grid from '../ui/Grid.module.css';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { ErrorLine } from './Plan';
import styles from './PlanFiles.module.css';
import { PreviewPane } from './PreviewPane';
import { periodWords, shapeOf } from './previewWords';
import { type Look, pageFiles, usePreviews } from './usePreviews';

/** The files that are about to be imported, each with what a look at it shows; one of them opened below. */
export function PlanFiles({ plan }: { readonly plan: ImportPlan }) {
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState(0);
  const pane = useId();
  const { files, looks, error } = usePreviews(plan, page);
  const open = files.find((f) => f.file === chosen);
  const last = Math.max(0, Math.ceil(plan.files / pageFiles) - 1);
  const turn = (to: number) => {
    setPage(to);
    setChosen(to * pageFiles);
  };
  return (
    <div className={styles.whole}>
      {error !== undefined && <ErrorLine error={error} />}
      <div className={styles.files}>
        <table className={`${grid.grid} ${styles.table}`} aria-label="Files to import">
          <colgroup>
            <col />
            <col className={styles.size} />
            <col className={styles.shape} />
            <col className={styles.period} />
            <col className={styles.number} />
            <col className={styles.number} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className={grid.num}>
                Size
              </th>
              <th scope="col" className={styles.shapeCell}>
                Shape
              </th>
              <th scope="col" className={styles.periodCell}>
                Period (UTC)
              </th>
              <th scope="col" className={grid.num}>
                Records
              </th>
              <th scope="col" className={grid.num}>
                Unreadable
              </th>
            </tr>
          </thead>
          <tbody onKeyDown={moveFocus}>
            {files.map((f) => (
              <FileRow
                key={f.file}
                file={f}
                look={looks.get(f.file)}
                chosen={f.file === chosen}
                pane={pane}
                onChoose={() => setChosen(f.file)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {last > 0 && (
        <div className={styles.pages}>
          <span>
            <b>
              {count(page * pageFiles + 1)} to {count(Math.min(plan.files, (page + 1) * pageFiles))}
            </b>{' '}
            of {counted(plan.files, 'file')}; those on this page are looked at
          </span>
          <span className={styles.grow} />
          <Button size="s" isDisabled={page === 0} onPress={() => turn(page - 1)}>
            Previous files
          </Button>
          <Button size="s" isDisabled={page === last} onPress={() => turn(page + 1)}>
            Next files
          </Button>
        </div>
      )}
      <PreviewPane id={pane} name={open?.name ?? ''} look={looks.get(chosen)} />
    </div>
  );
}

interface FileRowProps {
  readonly file: PlanFile;
  readonly look: Look | undefined;
  readonly chosen: boolean;
  readonly pane: string;
  onChoose(): void;
}

function FileRow({ file, look, chosen, pane, onChoose }: FileRowProps) {
  const p = look?.preview;
  const odd = p === undefined ? 0 : p.warnings.length;
  return (
    <tr className={chosen ? grid.chosen : undefined} onClick={onChoose}>
      <th scope="row" title={visibleText(file.name)}>
        <span className={styles.item}>
          <Icon name="file" size="s" />
          <button
            type="button"
            className={styles.name}
            aria-pressed={chosen}
            aria-controls={pane}
            onClick={(event) => {
              event.stopPropagation();
              onChoose();
            }}
          >
            <LogText text={file.name} max={400} />
          </button>
          {odd > 0 && (
            <span className={styles.warn}>
              <Icon name="warn" size="s" label={counted(odd, 'warning')} />
            </span>
          )}
          {look?.error !== undefined && (
            <span className={styles.bad}>
              <Icon name="failed" size="s" label="can’t be read" />
            </span>
          )}
        </span>
      </th>
      <td className={grid.num}>{bytesWords(file.bytes)}</td>
      {p === undefined ? (
        <td colSpan={4} className={grid.quiet}>
          {look?.error === undefined ? 'reading…' : <LogText text={look.error.message} max={200} />}
        </td>
      ) : (
        <>
          <td className={styles.shapeCell} title={visibleText(shapeOf(p))}>
            <LogText text={shapeOf(p)} max={200} />
          </td>
          <td className={styles.periodCell} title={periodWords(p)}>
            {periodWords(p)}
          </td>
          <td className={grid.num} title={p.whole ? undefined : 'in what was looked at'}>
            {count(p.records)}
            {p.whole ? '' : '+'}
          </td>
          <td className={`${grid.num} ${p.unreadable > 0 ? grid.bad : grid.zero}`}>{count(p.unreadable)}</td>
        </>
      )}
    </tr>
  );
}

/** The arrows go from file to file. */
function moveFocus(event: KeyboardEvent<HTMLElement>) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined || !(event.target instanceof HTMLButtonElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const next = buttons[buttons.indexOf(event.target) + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}

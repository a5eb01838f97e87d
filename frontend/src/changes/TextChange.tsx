import { type ReactNode, useMemo, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { Change } from '../backend/types';
import { IconButton } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { Segmented } from '../ui/Segmented';
import { Spoken } from '../ui/Spoken';
import { counted } from '../ui/words';
import styles from './TextChange.module.css';
import { type DiffLine, lineCount, lineDiff, type Piece, withContext } from './textdiff';
import { plainText } from './values';

export interface TextChangeProps {
  readonly change: Change;
  /** Instants and the like, beside the field's name. */
  readonly caption?: ReactNode;
  /** For the details: unified, without a bar of controls. */
  readonly compact?: boolean;
}

type Layout = 'unified' | 'sides';

/** A text of several lines, line by line, opened in place. */
export function TextChange({ change, caption, compact }: TextChangeProps) {
  const backend = useBackend();
  const [layout, setLayout] = useState<Layout>('unified');
  const [spaces, setSpaces] = useState(false);
  const old = change.old === undefined ? '' : plainText(change.old);
  const now = change.new === undefined ? '' : plainText(change.new);
  const diff = useMemo(() => lineDiff(old, now), [old, now]);
  return (
    <section className={styles.block} aria-label={`Lines of ${change.field || 'a field that is not logged'}`}>
      {!compact && (
        <header className={styles.head}>
          <LogText text={change.field} max={200} className={styles.field} />
          <span className={styles.caption}>{caption}</span>
          <Segmented<Layout>
            label="Layout"
            value={layout}
            onChange={setLayout}
            options={[
              { value: 'unified', label: 'Unified' },
              { value: 'sides', label: 'Side by side' },
            ]}
          />
          <ToggleButton isSelected={spaces} onChange={setSpaces} className={styles.toggle ?? ''}>
            White space
          </ToggleButton>
          <IconButton icon="copy" label="Copy the new text" size="s" onPress={() => backend.copyText(now)} />
        </header>
      )}
      {diff === undefined ? (
        <p className={styles.tooBig}>
          Too long or too different to compare line by line: {counted(lineCount(old), 'line')} before,{' '}
          {counted(lineCount(now), 'line')} after.
        </p>
      ) : layout === 'unified' ? (
        <Unified lines={diff.lines} spaces={spaces} />
      ) : (
        <SideBySide lines={diff.lines} spaces={spaces} />
      )}
    </section>
  );
}

const signs = { same: '', old: '−', new: '+' } as const;
const spoken = { same: '', old: 'removed: ', new: 'added: ' } as const;

/** Lines drawn at most; a longer diff is for the raw record. */
const maxLines = 600;

function Unified({ lines, spaces }: { readonly lines: readonly DiffLine[]; readonly spaces: boolean }) {
  const shown = withContext(lines);
  return (
    <div className={styles.lines}>
      {shown.slice(0, maxLines).map((line) =>
        line.sign === 'gap' ? (
          <p key={`gap ${line.after}`} className={styles.gap}>
            {counted(line.lines, 'unchanged line')}
          </p>
        ) : (
          <p key={`${line.old ?? ''} ${line.now ?? ''}`} className={[styles.line, styles[line.sign]].join(' ')}>
            <span className={styles.number}>{line.old}</span>
            <span className={styles.number}>{line.now}</span>
            <span className={styles.sign} aria-hidden="true">
              {signs[line.sign]}
            </span>
            <span className={styles.text}>
              <Spoken>{spoken[line.sign]}</Spoken>
              <Pieces pieces={line.pieces} spaces={spaces} />
            </span>
          </p>
        ),
      )}
      <MoreLines more={shown.length - maxLines} />
    </div>
  );
}

/** Says what is not drawn. */
function MoreLines({ more }: { readonly more: number }) {
  return more <= 0 ? null : <p className={styles.gap}>{counted(more, 'more line')}; see the raw record</p>;
}

interface Pair {
  readonly old?: DiffLine;
  readonly now?: DiffLine;
}

/** Lines beside each other: a removed one stands beside the one that took its place. */
function paired(lines: readonly DiffLine[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let gone: DiffLine[] = [];
  let come: DiffLine[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) {
      const old = gone[i];
      const now = come[i];
      pairs.push({ ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { now }) });
    }
    gone = [];
    come = [];
  };
  for (const line of lines) {
    if (line.sign === 'old') gone.push(line);
    else if (line.sign === 'new') come.push(line);
    else {
      flush();
      pairs.push({ old: line, now: line });
    }
  }
  flush();
  return pairs;
}

function SideBySide({ lines, spaces }: { readonly lines: readonly DiffLine[]; readonly spaces: boolean }) {
  const pairs = paired(withContext(lines).filter((l) => l.sign !== 'gap'));
  return (
    <div className={styles.lines}>
      {pairs.slice(0, maxLines).map(({ old, now }) => (
        <div key={`${old?.old ?? ''} ${now?.now ?? ''}`} className={styles.pair}>
          <Half line={old} number={old?.old} spaces={spaces} />
          <Half line={now} number={now?.now} spaces={spaces} />
        </div>
      ))}
      <MoreLines more={pairs.length - maxLines} />
    </div>
  );
}

function Half({
  line,
  number,
  spaces,
}: {
  readonly line: DiffLine | undefined;
  readonly number: number | undefined;
  readonly spaces: boolean;
}) {
  if (line === undefined) return <p className={styles.blank} />;
  return (
    <p className={[styles.half, styles[line.sign]].join(' ')}>
      <span className={styles.number}>{number}</span>
      <span className={styles.sign} aria-hidden="true">
        {signs[line.sign]}
      </span>
      <span className={styles.text}>
        <Spoken>{spoken[line.sign]}</Spoken>
        <Pieces pieces={line.pieces} spaces={spaces} />
      </span>
    </p>
  );
}

function Pieces({ pieces, spaces }: { readonly pieces: readonly Piece[]; readonly spaces: boolean }) {
  return pieces.map((p, i) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line never move
      key={i}
      className={p.sign === 'old' ? styles.wordOld : p.sign === 'new' ? styles.wordNew : undefined}
    >
      <LogText text={spaces ? p.text.replaceAll(' ', '·') : p.text} lines={!spaces} max={4000} />
    </span>
  ));
}

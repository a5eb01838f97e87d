import { type ReactNode, useMemo } from 'react';
import type { Change, Json } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { counted } from '../ui/words';
import styles from './sides.module.css';
import { lineCount, lineDiff } from './textdiff';
import {
  asList,
  contrastOn,
  durationWords,
  emptyWord,
  hasLines,
  isApplied,
  listChange,
  objectChange,
  plainText,
  rgbOf,
  secretWord,
  shortHash,
  timeWords,
} from './values';

export interface SideOptions {
  /** IANA name of the shown zone, for values that are times. */
  readonly zone: string;
  /** v2 leaves zero values out of a diff; v1 logs only what is new. */
  readonly version?: 'v1' | 'v2' | undefined;
  /** In a narrow column: of a secret only what became of it. */
  readonly short?: boolean | undefined;
  /** Opens the event that a derived value was logged by. */
  readonly onOpenEvent?: ((ref: string) => void) | undefined;
}

/** The two sides of a change, or one statement in the place of both. */
export type Sides = { readonly was: ReactNode; readonly now: ReactNode } | { readonly all: ReactNode };

/** Letters of one value drawn in a row. */
const rowLetters = 400;

export function sidesOf(change: Change, options: SideOptions): Sides {
  if (
    change.kind === 'unrecorded' ||
    (change.basis === 'not recorded' && change.old === undefined && change.new === undefined)
  ) {
    return { all: <NotRecorded words={change.words || 'changed, content not recorded by Coder'} /> };
  }
  const sides = change.secret || change.kind === 'secret' ? secretSides(change, options) : weakened(change, options);
  if (isApplied(change) || 'all' in sides) return sides;
  return {
    was: <span className={styles.none}>not applied</span>,
    now: <span className={styles.struck}>{sides.now}</span>,
  };
}

function secretSides(change: Change, { short = false }: SideOptions): Sides {
  const whole = secretWord(change);
  const word = short ? whole.replace(/, value never logged$/, '') : whole;
  // Whether there was a value before is known only of one that was replaced or removed.
  const before = /^(replaced|removed)/.test(word);
  const now = <Secret word={word} />;
  if (before) return { was: <Secret word="set" />, now };
  return isApplied(change) ? { all: now } : { was: null, now };
}

/** A derived value never looks like a logged one. */
function weakened(change: Change, options: SideOptions): Sides {
  const sides = valueSides(change, options);
  if (change.basis !== 'derived' || change.old === undefined || 'all' in sides) return sides;
  return {
    was: (
      <Derived from={change.from} onOpen={options.onOpenEvent}>
        {sides.was}
      </Derived>
    ),
    now: sides.now,
  };
}

function valueSides(change: Change, options: SideOptions): Sides {
  if (change.value_bytes !== undefined) return { all: <LeftOut words={change.words} bytes={change.value_bytes} /> };
  const old = change.old;
  const now = change.new;
  const absent = <Absent version={options.version} />;
  if (Array.isArray(old) || Array.isArray(now)) return listSides(old, now, absent);
  if (hasLines(change)) {
    return { was: old === undefined ? absent : <Lines value={old} />, now: <Lines value={now ?? ''} than={old} /> };
  }
  const object = change.kind === 'object' ? objectChange(old, now) : undefined;
  const [first] = object?.changes ?? [];
  if (object !== undefined && first !== undefined) {
    const side = (value: Json | undefined) => (
      <>
        <LogText text={first.path} max={200} className={styles.key} />
        {value === undefined ? (
          <span className={styles.none}>(none)</span>
        ) : (
          <Value change={change} value={value} side="was" zone={options.zone} />
        )}
      </>
    );
    const more = object.changes.length - 1;
    return {
      was: side(first.old),
      now: (
        <>
          {side(first.now)}
          {more > 0 && <span className={styles.quiet}>{counted(more, 'more key')}</span>}
        </>
      ),
    };
  }
  const value = (v: Json | undefined, side: 'was' | 'now') =>
    v === undefined ? absent : <Value change={change} value={v} side={side} zone={options.zone} />;
  return { was: value(old, 'was'), now: value(now, 'now') };
}

function listSides(old: Json | undefined, now: Json | undefined, absent: ReactNode): Sides {
  const { added, removed, kept } = listChange(asList(old), asList(now));
  const some = (items: readonly string[], sign: 'added' | 'removed') => (
    <>
      {items.slice(0, 4).map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same name can stand in a list twice
        <Item key={i} sign={sign} text={text} />
      ))}
      {items.length > 4 && <span className={styles.quiet}>and {items.length - 4} more</span>}
    </>
  );
  const nothing = (list: Json | undefined) =>
    list === undefined ? absent : asList(list).length === 0 ? <span className={styles.none}>(none)</span> : undefined;
  return {
    was:
      removed.length > 0
        ? some(removed, 'removed')
        : (nothing(old) ?? <span className={styles.none}>nothing removed</span>),
    now: (
      <>
        {added.length > 0 ? some(added, 'added') : (nothing(now) ?? <span className={styles.none}>nothing added</span>)}
        {kept > 0 && <span className={styles.quiet}>{kept} kept</span>}
      </>
    ),
  };
}

function Item({ sign, text }: { readonly sign: 'added' | 'removed'; readonly text: string }) {
  return (
    <span className={sign === 'added' ? styles.added : styles.removed}>
      <span className={styles.sign} aria-hidden="true">
        {sign === 'added' ? '+' : '−'}
      </span>
      <Spoken>{sign} </Spoken>
      <LogText text={text} max={rowLetters} />
    </span>
  );
}

interface ValueProps {
  readonly change: Change;
  readonly value: Json;
  readonly side: 'was' | 'now';
  readonly zone: string;
}

function Value({ change, value, side, zone }: ValueProps) {
  const empty = emptyWord(value);
  if (empty !== undefined) return <span className={styles.none}>{empty}</span>;
  const look = side === 'now' ? styles.now : styles.was;
  const text = plainText(value);
  const title = visibleText(text.length > rowLetters ? `${text.slice(0, rowLetters)}…` : text);
  switch (change.kind) {
    case 'hash': {
      const { short, noneYet } = shortHash(text);
      return (
        <>
          <span className={look} title={title}>
            <LogText text={short} max={rowLetters} />
          </span>
          {noneYet && <span className={styles.quiet}>none yet</span>}
        </>
      );
    }
    case 'colour': {
      const rgb = rgbOf(text);
      if (rgb === undefined) break;
      const contrast = contrastOn(rgb);
      return (
        <>
          <span className={look} title={title}>
            <i className={styles.swatch} style={{ background: `rgb(${rgb.join(' ')})` }} />
            <LogText text={text} />
          </span>
          <span className={styles.quiet} title={`contrast of ${contrast.text} text on it`}>
            {contrast.ratio}
          </span>
        </>
      );
    }
    case 'duration':
      if (typeof value !== 'number') break;
      return (
        <>
          <span className={look} title={`${text} ns, as logged`}>
            {durationWords(value)}
          </span>
          {side === 'now' && <span className={styles.quiet}>{text} ns</span>}
        </>
      );
    case 'time':
      return (
        <span className={look} title={title}>
          <LogText text={timeWords(value, zone)} max={rowLetters} />
        </span>
      );
  }
  return (
    <span className={look} title={title}>
      <LogText text={text} max={rowLetters} />
    </span>
  );
}

function Derived({
  from,
  onOpen,
  children,
}: {
  readonly from: string | undefined;
  readonly onOpen: SideOptions['onOpenEvent'];
  readonly children: ReactNode;
}) {
  if (from === undefined || onOpen === undefined) return <span className={styles.derived}>{children}</span>;
  return (
    <button
      type="button"
      className={`${styles.derived} ${styles.link}`}
      title={`derived from event ${from}: open it`}
      onClick={(e) => {
        e.stopPropagation();
        onOpen(from);
      }}
    >
      {children}
      <Spoken> derived from event {from}</Spoken>
    </button>
  );
}

function Secret({ word }: { readonly word: string }) {
  return (
    <span className={styles.secret}>
      <Icon name="lock" size="xs" label="secret" />
      <span className={styles.cut}>{word}</span>
    </span>
  );
}

/** Values that are too long for a row. */
function LeftOut({ words, bytes }: { readonly words: string; readonly bytes: number }) {
  return (
    <span className={styles.now} title={visibleText(words)}>
      <LogText text={words} max={rowLetters} /> <span className={styles.quiet}>{bytesWords(bytes)}</span>
    </span>
  );
}

/** A value that the record does not hold. */
function Absent({ version }: { readonly version: SideOptions['version'] }) {
  if (version !== 'v2') return <NotRecorded words="not recorded" />;
  return (
    <span className={styles.none} title="the record holds no value here: it was zero or none">
      (zero or none)
    </span>
  );
}

/** The hatched box: nobody can know, and nothing is left blank that would read as "nothing". */
export function NotRecorded({ words }: { readonly words: string }) {
  return (
    <span className={styles.unrecorded} title={words}>
      <span className={styles.cut}>{words}</span>
    </span>
  );
}

/** A text of several lines by their number; what came and went beside the new one. */
function Lines({ value, than }: { readonly value: Json; readonly than?: Json | undefined }) {
  const text = plainText(value);
  const other = than === undefined ? undefined : plainText(than);
  const diff = useMemo(() => (other === undefined ? undefined : lineDiff(other, text)), [other, text]);
  return (
    <>
      <span className={styles.lines}>{text === '' ? '(empty)' : counted(lineCount(text), 'line')}</span>
      {diff !== undefined && diff.removed > 0 && (
        <span className={styles.gone}>
          <b>−</b>
          {diff.removed}
          <Spoken> removed</Spoken>
        </span>
      )}
      {diff !== undefined && diff.added > 0 && (
        <span className={styles.come}>
          <b>+</b>
          {diff.added}
          <Spoken> added</Spoken>
        </span>
      )}
    </>
  );
}

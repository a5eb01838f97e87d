import { Fragment, useMemo } from 'react';
import type { Change } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import styles from './ChangeValue.module.css';
import { ChangeTags } from './Marks';
import { type SideOptions, sidesOf } from './sides';
import { TextChange } from './TextChange';
import { type Piece, wordDiff } from './textdiff';
import { emptyWord, hasLines, isApplied, objectChange, plainText } from './values';

export interface ChangeValueProps extends SideOptions {
  readonly change: Change;
}

/**
 * A change with room around it, as in the details: was → now for a single value, `−` and `+` for lists and lines, words inside
 * each other for a short text. A screen reader hears "before …, after …".
 */
export function ChangeValue({ change, ...options }: ChangeValueProps) {
  if (hasLines(change) && change.old !== undefined && isApplied(change)) {
    return <TextChange change={change} compact />;
  }
  if (change.kind === 'object' && isApplied(change)) return <ByKey change={change} {...options} />;
  return <OneLine change={change} {...options} />;
}

function OneLine({ change, ...options }: ChangeValueProps) {
  const { old, new: now } = change;
  const words = useMemo(
    () =>
      change.kind === 'text' &&
      isApplied(change) &&
      change.basis === 'logged' &&
      typeof old === 'string' &&
      typeof now === 'string'
        ? wordDiff(old, now)
        : undefined,
    [change, old, now],
  );
  if (words !== undefined && !change.secret) {
    return (
      <span className={styles.line}>
        <Words pieces={words} />
        <ChangeTags change={change} />
      </span>
    );
  }
  const sides = sidesOf(change, options);
  if ('all' in sides) return <span className={styles.line}>{sides.all}</span>;
  return (
    <span className={styles.line}>
      <Spoken>before </Spoken>
      <span className={styles.side}>{sides.was}</span>
      <Icon name="arrow" size="s" className={styles.arrow} />
      <Spoken>, after </Spoken>
      <span className={styles.side}>{sides.now}</span>
      <ChangeTags change={change} />
    </span>
  );
}

/** One text with what went and what came inside each other: struck and underlined, not coloured alone. */
export function Words({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <span className={styles.words}>
      {pieces.map((p, i) =>
        p.sign === 'same' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
          <LogText key={i} text={p.text} lines max={20_000} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
          <Fragment key={i}>
            {p.sign === 'old' ? (
              <del className={styles.old}>
                <Spoken>before </Spoken>
                <LogText text={p.text} lines max={20_000} />
              </del>
            ) : (
              <ins className={styles.new}>
                <Spoken>after </Spoken>
                <LogText text={p.text} lines max={20_000} />
              </ins>
            )}
          </Fragment>
        ),
      )}
    </span>
  );
}

/** Keys shown of an object; the rest is counted. */
const keysShown = 40;

function ByKey({ change, ...options }: ChangeValueProps) {
  const { changes, kept } = useMemo(() => objectChange(change.old, change.new), [change.old, change.new]);
  if (changes.length === 0) return <OneLine change={{ ...change, kind: 'unknown' }} {...options} />;
  return (
    <ul className={styles.keys}>
      {changes.slice(0, keysShown).map((key) => (
        <li key={key.path} className={styles.line}>
          <LogText text={key.path} max={300} className={styles.key} />
          <Spoken>before </Spoken>
          <KeyValue value={key.old} look={styles.was} />
          <Icon name="arrow" size="s" className={styles.arrow} />
          <Spoken>, after </Spoken>
          <KeyValue value={key.now} look={styles.now} />
        </li>
      ))}
      {changes.length > keysShown && <li className={styles.quiet}>and {changes.length - keysShown} more keys</li>}
      {kept > 0 && <li className={styles.quiet}>{kept} kept</li>}
    </ul>
  );
}

function KeyValue({ value, look }: { readonly value: Change['old']; readonly look: string | undefined }) {
  if (value === undefined) return <span className={styles.quiet}>(no such key)</span>;
  const empty = emptyWord(value);
  if (empty !== undefined) return <span className={styles.quiet}>{empty}</span>;
  return <LogText text={plainText(value)} max={600} className={look} />;
}

import type { Json, Kind, Removal, SettingState } from '../backend/types';
import { durationWords, emptyWord, nameOf, plainText, rgbOf, shortHash, timeWords } from '../changes/values';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { bytesWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { counted } from '../ui/words';
import { minuteStamp } from '../view/time';
import styles from './StateValue.module.css';
import { weakenings } from './words';

/** Letters of a value drawn in a row. */
const rowLetters = 400;

export interface StateValueProps {
  readonly state: SettingState;
  readonly kind: Kind;
  readonly zone: string;
}

/** The value of a setting at an instant; what is secret or unknown has a shape of its own and never looks like a value. */
export function StateValue({ state, kind, zone }: StateValueProps) {
  if (state.removed !== undefined) {
    return (
      <span className={styles.gone} title={visibleText(state.words)}>
        <span className={styles.removed}>removed</span>
        <span className={styles.until}>
          <Spoken>, until then </Spoken>
          <StateValue state={untilRemoved(state, state.removed)} kind={kind} zone={zone} />
        </span>
      </span>
    );
  }
  if (state.known === 'unknown' || state.known === 'not recorded') {
    return (
      <span className={styles.unknown} title={visibleText(state.words)}>
        unknown
      </span>
    );
  }
  if (state.known === 'secret') {
    // That its value is never logged stands below it.
    const word = state.words.replace(/,? ?value never logged$/, '').trim();
    return (
      <span className={styles.secret} title={visibleText(state.words)}>
        <Icon name="lock" size="xs" label="secret" />
        <LogText text={word || (state.secret_state ?? 'set')} max={80} />
      </span>
    );
  }
  // No value: v2 leaves zero ones out, long ones are cut, and what is not there yet has none. The words say it.
  if (state.value === undefined) {
    return (
      <span
        className={`${styles.value} ${state.value_bytes === undefined ? styles.quiet : ''}`}
        title={visibleText(state.words)}
      >
        <LogText text={state.words} max={rowLetters} />
        {state.value_bytes !== undefined && <span className={styles.quiet}> {bytesWords(state.value_bytes)}</span>}
      </span>
    );
  }
  return <Value value={state.value} kind={kind} zone={zone} />;
}

/** What was known of a setting until what it is of was deleted. */
function untilRemoved({ removed: _, ...state }: SettingState, { known, words }: Removal): SettingState {
  return { ...state, known, words };
}

/** A logged value on one line. */
export function Value({ value, kind, zone }: { readonly value: Json; readonly kind: Kind; readonly zone: string }) {
  const empty = emptyWord(value);
  if (empty !== undefined) return <span className={styles.none}>{empty}</span>;
  const text = plainText(value);
  const title = visibleText(text.length > rowLetters ? `${text.slice(0, rowLetters)}…` : text);
  const rgb = kind === 'colour' ? rgbOf(text) : undefined;
  return (
    <span className={styles.value} title={title}>
      {rgb !== undefined && <i className={styles.swatch} style={{ background: `rgb(${rgb.join(' ')})` }} />}
      <Inner value={value} text={text} kind={kind} zone={zone} />
    </span>
  );
}

function Inner({
  value,
  text,
  kind,
  zone,
}: {
  readonly value: Json;
  readonly text: string;
  readonly kind: Kind;
  readonly zone: string;
}) {
  if (Array.isArray(value)) return <LogText text={value.map(nameOf).join(', ')} max={rowLetters} />;
  if (kind === 'hash') {
    const { short, noneYet } = shortHash(text);
    return (
      <>
        <LogText text={short} max={rowLetters} className={styles.mono} />
        {noneYet && <span className={styles.quiet}> none yet</span>}
      </>
    );
  }
  if (kind === 'duration' && typeof value === 'number') return <>{durationWords(value)}</>;
  if (kind === 'time') return <LogText text={timeWords(value, zone)} max={rowLetters} />;
  if (typeof value === 'object') return <LogText text={nameOf(value)} max={rowLetters} />;
  const [first = '', ...more] = text.split('\n', 1_000);
  if (more.length > 0) {
    return (
      <>
        <span className={styles.quiet}>{counted(more.length + 1, 'line')} </span>
        <LogText text={first} max={rowLetters} />
      </>
    );
  }
  return <LogText text={text} max={rowLetters} />;
}

export interface StateBasisProps {
  readonly state: SettingState;
  readonly zone: string;
  /** On as many lines as it takes, not cut at the end of one. */
  readonly whole?: boolean;
}

/** On what a state rests, and what weakens it. */
export function StateBasis({ state, zone, whole }: StateBasisProps) {
  const basis = whole ? `${styles.basis} ${styles.wrapped}` : styles.basis;
  const weak = weakenings(state);
  const first = /^(last logged|known from|recorded as deleted)/.test(weak[0] ?? '') ? weak[0] : undefined;
  const rest = first === undefined ? weak : weak.slice(1);
  const tail = rest.length > 0 && <span className={styles.since}>{visibleText(rest.join('; '))}</span>;
  const title = visibleText([...(first === undefined ? [] : [first]), ...rest].join('; '));
  if (state.removed !== undefined) {
    return (
      <span className={basis} title={title}>
        <i className={styles.ended} />
        resource recorded as deleted {minuteStamp(state.removed.time, zone)}
        {rest.length > 0 && ', '}
        {tail}
      </span>
    );
  }
  if (state.known === 'unknown') {
    return (
      <Absent title={title} look={basis}>
        {visibleText(state.words.replace(/^unknown:? */, '')) || 'before the first event'}
        {rest.length > 0 && ', '}
        {tail}
      </Absent>
    );
  }
  if (state.known === 'not recorded') {
    return (
      <Absent title={title} look={basis}>
        content not recorded{rest.length > 0 && ', '}
        {tail}
      </Absent>
    );
  }
  if (state.known === 'secret') {
    return (
      <span className={`${basis} ${styles.hidden}`} title={title}>
        write logged, value never{rest.length > 0 && ', '}
        {tail}
      </span>
    );
  }
  if (state.known === 'earlier' || state.basis === 'derived') {
    const words = state.known === 'earlier' && weak.length === 0 ? laterWords(state, zone) : title;
    return (
      <span className={`${basis} ${styles.derived}`} title={words}>
        <Icon name="link" size="xs" />
        derived{whole && state.known === 'earlier' && ` from a record of ${minuteStamp(state.time ?? '', zone)}`}
        {rest.length > 0 && ', '}
        {tail}
      </span>
    );
  }
  return (
    <span className={basis} title={title}>
      <i className={styles.dot} />
      {first ?? 'logged'}
      {rest.length > 0 && ', '}
      {tail}
    </span>
  );
}

function laterWords({ time }: SettingState, zone: string): string {
  return time === undefined
    ? 'a later record logs this as the value before it'
    : `the record of ${minuteStamp(time, zone)} ${zone} logs this as the value before it`;
}

interface AbsentProps {
  readonly title: string;
  readonly look: string | undefined;
  readonly children: React.ReactNode;
}

function Absent({ title, look, children }: AbsentProps) {
  return (
    <span className={`${look} ${styles.absent}`} title={title}>
      <i className={styles.hatched} />
      {children}
    </span>
  );
}

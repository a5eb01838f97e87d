import type { Json, Kind, SettingState } from '../backend/types';
import { durationWords, emptyWord, nameOf, plainText, rgbOf, shortHash, timeWords } from '../changes/values';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
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
  if (state.known === 'unknown' || state.known === 'not recorded' || state.secret_state === 'unknown') {
    return (
      <span className={styles.unknown} title={visibleText(state.words)}>
        unknown
      </span>
    );
  }
  if (state.known === 'secret') {
    const word = state.words.replace(/^.*?\bsecret\b:?\s*/, '').trim();
    return (
      <span className={styles.secret}>
        <Icon name="lock" size="xs" label="secret" />
        <LogText text={word || (state.secret_state ?? 'set')} max={80} />
      </span>
    );
  }
  return <Value value={state.value ?? null} kind={kind} zone={zone} />;
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

/** On what a state rests, and what weakens it. */
export function StateBasis({ state, zone }: { readonly state: SettingState; readonly zone: string }) {
  if (state.known === 'unknown') return <Absent>before the first event</Absent>;
  const weak = weakenings(state);
  const first = weak[0]?.startsWith('last logged') ? weak[0] : undefined;
  const rest = first === undefined ? weak : weak.slice(1);
  const tail = rest.length > 0 && <span className={styles.since}>{visibleText(rest.join('; '))}</span>;
  const title = visibleText([...(first === undefined ? [] : [first]), ...rest].join('; '));
  if (state.known === 'not recorded') {
    return (
      <Absent title={title}>
        content not recorded{rest.length > 0 && ', '}
        {tail}
      </Absent>
    );
  }
  if (state.known === 'secret') {
    return (
      <span className={`${styles.basis} ${styles.hidden}`} title={title}>
        write logged, value never{rest.length > 0 && ', '}
        {tail}
      </span>
    );
  }
  if (state.known === 'earlier' || state.basis === 'derived') {
    const words = state.known === 'earlier' ? laterWords(state, zone) : title;
    return (
      <span className={`${styles.basis} ${styles.derived}`} title={words}>
        <Icon name="link" size="xs" />
        derived{rest.length > 0 && ', '}
        {tail}
      </span>
    );
  }
  return (
    <span className={styles.basis} title={title}>
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

function Absent({ title, children }: { readonly title?: string; readonly children: React.ReactNode }) {
  return (
    <span className={`${styles.basis} ${styles.absent}`} title={title}>
      <i className={styles.hatched} />
      {children}
    </span>
  );
}

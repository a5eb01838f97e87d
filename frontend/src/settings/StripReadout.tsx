import type { HistoryRow } from '../backend/types';
import { BasisMark, OutcomeMark } from '../changes/Marks';
import { secretWord } from '../changes/values';
import { useDesk } from '../desk';
import { withoutDomain } from '../query/chipWords';
import type { Stretch } from '../timeline/geometry';
import { rangeWords } from '../timeline/words';
import { LogText } from '../ui/LogText';
import { counted } from '../ui/words';
import { epochMs, minuteStamp } from '../view/time';
import { type Band, lasts, lookOf } from './bands';
import { Value } from './StateValue';
import styles from './StripReadout.module.css';
import type { Writes } from './useWrites';

export interface StripReadoutProps {
  readonly writes: Writes;
  readonly bands: readonly Band[];
  readonly gaps: readonly Stretch[];
  /** The first and last write that are pointed at; -1 for what lies before the first. */
  readonly first: number;
  readonly last: number;
  readonly zone: string;
}

/** What the strip shows at a place, in words. It is as tall whatever it says, so that nothing moves under the pointer. */
export function StripReadout({ writes, bands, gaps, first, last, zone }: StripReadoutProps) {
  const { rows } = writes;
  const write = rows[first];
  return (
    <div className={styles.readout} aria-hidden="true">
      {last > first ? (
        <Several rows={rows.slice(Math.max(0, first), last + 1)} zone={zone} />
      ) : write === undefined ? (
        <Before writes={writes} bands={bands} zone={zone} />
      ) : (
        <One write={write} at={first} bands={bands} gaps={gaps} zone={zone} />
      )}
    </div>
  );
}

function Several({ rows, zone }: { readonly rows: readonly HistoryRow[]; readonly zone: string }) {
  const refused = rows.filter((r) => !r.applied).length;
  return (
    <>
      <p className={styles.said}>
        {counted(rows.length - refused, 'write')}
        {refused > 0 && `, ${counted(refused, 'attempt')} not applied`}
      </p>
      <p className={styles.quiet}>
        {rangeWords(epochMs(rows[0]?.time ?? ''), epochMs(rows.at(-1)?.time ?? ''), zone)}; arrow keys go through them
      </p>
    </>
  );
}

function Before({ writes, bands, zone }: Pick<StripReadoutProps, 'writes' | 'bands' | 'zone'>) {
  const first = writes.rows.find((r) => r.applied);
  const [band] = bands;
  if (band?.look !== 'earlier' || first?.old === undefined) {
    return <p className={styles.quiet}>Unknown before the first logged value</p>;
  }
  return (
    <>
      <p className={styles.said}>
        <Value value={first.old} kind={first.kind} zone={zone} />
      </p>
      <p className={styles.derived}>
        derived: the first write, of {minuteStamp(first.time, zone)} {zone}, logs it as the value before
      </p>
    </>
  );
}

interface OneProps {
  readonly write: HistoryRow;
  readonly at: number;
  readonly bands: readonly Band[];
  readonly gaps: readonly Stretch[];
  readonly zone: string;
}

function One({ write, at, bands, gaps, zone }: OneProps) {
  const { caseInfo } = useDesk();
  const time = lasts(bands, at);
  const missing = time === undefined ? 0 : gaps.filter((g) => g.from < time.to && g.to > time.from).length;
  const weak = [
    ...(write.break === undefined ? [] : ['break before it']),
    ...(missing === 0 ? [] : [`${counted(missing, 'stretch', 'stretches')} without records since`]),
  ];
  return (
    <>
      <p className={styles.said}>
        <WrittenValue write={write} zone={zone} />
        <span className={styles.end}>
          {write.applied ? (
            <BasisMark change={{ basis: lookOf(write) === 'not recorded' ? 'not recorded' : 'logged' }} />
          ) : (
            <OutcomeMark outcome={write.outcome} status={write.status} />
          )}
        </span>
      </p>
      <p>{timeWords(write, time, bands.at(-1)?.from === time?.from, zone)}</p>
      <p className={styles.quiet}>
        by{' '}
        <LogText text={withoutDomain(write.user ?? '', caseInfo?.mail_domain) || 'an account not recorded'} max={100} />
        , event {write.event}
      </p>
      {write.applied && weak.length > 0 && <p className={styles.caution}>{weak.join('; ')}</p>}
    </>
  );
}

/** When an attempt was made; of a value from when to when no other one is recorded. */
function timeWords(
  write: HistoryRow,
  time: { readonly from: number; readonly to: number } | undefined,
  last: boolean,
  zone: string,
): string {
  if (!write.applied || time === undefined) return `${minuteStamp(write.time, zone)} ${zone}, no value moved`;
  return last ? `${minuteStamp(time.from, zone)} ${zone}, the last recorded` : rangeWords(time.from, time.to, zone);
}

/** The value that a write records; of a secret only what was done to it. */
function WrittenValue({ write, zone }: { readonly write: HistoryRow; readonly zone: string }) {
  if (write.kind === 'secret') return <LogText text={secretWord(write)} max={100} />;
  if (write.new === undefined || write.value_bytes !== undefined) return <LogText text={write.words} max={200} />;
  return (
    <span className={write.applied ? styles.value : styles.struck}>
      <Value value={write.new} kind={write.kind} zone={zone} />
    </span>
  );
}

import type { SettingRow, SettingState } from '../backend/types';
import { withoutDomain } from '../query/chipWords';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import type { Column } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { localOf } from '../view/time';
import styles from './columns.module.css';
import { StateBasis, StateValue } from './StateValue';
import { differsWords, glossOf, isCrossed, settingName, stateWords } from './words';

export interface SettingColumnOptions {
  readonly zone: string;
  readonly mailDomain: string | undefined;
  readonly two: boolean;
}

/** The columns of the settings table, in their order. */
export function settingColumnsOf({ zone, mailDomain, two }: SettingColumnOptions): readonly Column<SettingRow>[] {
  const field: Column<SettingRow> = {
    id: 'field',
    title: 'Logged field, panel label below',
    head: <Head title="Logged field" note="panel label below" />,
    width: two ? 'minmax(176px, clamp(220px, 26cqi, 360px))' : 'minmax(200px, 34cqi)',
    render: (row) => <Field row={row} mailDomain={mailDomain} />,
  };
  const by: Column<SettingRow> = {
    id: 'by',
    title: two ? 'Recorded as set by, at B' : 'Recorded as set by',
    head: <Head title="Recorded as set by" />,
    width: 'minmax(122px, clamp(138px, 16cqi, 220px))',
    render: (row) => <SetBy state={row.now} zone={zone} mailDomain={mailDomain} />,
  };
  const value = (id: string, title: string, of: (row: SettingRow) => SettingState | undefined): Column<SettingRow> => ({
    id,
    title: `${title}, its basis below`,
    head: <Head title={title} note="its basis below" />,
    width: 'minmax(130px, 1fr)',
    render: (row) => {
      const state = of(row);
      return state === undefined ? null : (
        <State row={row} state={state} zone={zone} side={!two ? 'only' : id === 'then' ? 'then' : 'now'} />
      );
    },
  });
  if (!two) return [field, value('now', 'Value', (row) => row.now), by];
  return [
    field,
    value('then', 'Value at A', (row) => row.then),
    {
      id: 'differs',
      title: 'Differs',
      head: <Spoken>Differs</Spoken>,
      width: '30px',
      className: styles.differsCell,
      render: (row) => <Differs differs={row.differs} />,
    },
    value('now', 'Value at B', (row) => row.now),
    by,
  ];
}

function Head({ title, note }: { readonly title: string; readonly note?: string }) {
  return (
    <>
      {title}
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </>
  );
}

function Field({ row, mailDomain }: { readonly row: SettingRow; readonly mailDomain: string | undefined }) {
  const gloss = glossOf({ ...row, target: withoutDomain(row.target, mailDomain) });
  return (
    <span className={styles.cell} title={visibleText([settingName(row), gloss, row.note].filter(Boolean).join(' · '))}>
      <span className={styles.first}>
        {row.field === '' ? (
          <span className={`${styles.field} ${styles.none}`}>no field logged</span>
        ) : (
          <LogText text={row.field} max={200} className={styles.field} />
        )}
      </span>
      <span className={styles.second}>
        <LogText
          text={gloss || (row.documented ? row.target : 'not in the catalogue')}
          max={200}
          className={styles.cut}
        />
        {isCrossed(row) && (
          <span className={styles.crossed}>
            <Icon name="crossed" size="xs" label="label and field look crossed" />
          </span>
        )}
      </span>
    </span>
  );
}

interface StateProps {
  readonly row: SettingRow;
  readonly state: SettingState;
  readonly zone: string;
  readonly side: 'then' | 'now' | 'only';
}

function State({ row, state, zone, side }: StateProps) {
  const strong = side === 'now' && row.differs === 'yes';
  return (
    <span className={styles.cell}>
      <span className={`${styles.first} ${strong ? styles.strong : ''}`}>
        {side === 'then' && <Spoken>before </Spoken>}
        {side === 'now' && <Spoken>, after </Spoken>}
        <StateValue state={state} kind={row.kind} zone={zone} />
      </span>
      <span className={styles.second}>
        <StateBasis state={state} zone={zone} />
      </span>
    </span>
  );
}

function Differs({ differs }: { readonly differs: SettingRow['differs'] }) {
  if (differs === 'yes')
    return (
      <span className={styles.differs} title={differsWords(differs)}>
        <Icon name="notequal" size="s" label={differsWords(differs)} />
      </span>
    );
  if (differs === 'unknown')
    return (
      <span className={styles.differs} title={differsWords(differs)}>
        <i className={styles.hatched} role="img" aria-label={differsWords(differs)} />
      </span>
    );
  return <Spoken>{differsWords(differs)}</Spoken>;
}

interface SetByProps {
  readonly state: SettingState;
  readonly zone: string;
  readonly mailDomain: string | undefined;
}

/** Who is recorded as setting the value, or deleting what it is of, and when; of a value known from a later record that is nobody. */
function SetBy({ state, zone, mailDomain }: SetByProps) {
  const { user, time } = state.removed ?? state;
  if (
    state.removed === undefined &&
    (state.event === undefined || state.known === 'earlier' || state.known === 'unknown')
  ) {
    return (
      <span className={styles.cell}>
        <span className={`${styles.first} ${styles.quiet}`}>nobody on record</span>
        {state.known === 'earlier' && state.time !== undefined && (
          <span className={`${styles.second} ${styles.cut}`} title={stateWords(state)}>
            logged later, {instant(state.time, zone).slice(0, 10)}
          </span>
        )}
      </span>
    );
  }
  return (
    <span className={styles.cell}>
      <span className={styles.first}>
        {user === undefined || user === '' ? (
          <span className={styles.quiet}>account not recorded</span>
        ) : (
          <span className={styles.cut} title={visibleText(user)}>
            <LogText text={withoutDomain(user, mailDomain)} max={200} />
          </span>
        )}
      </span>
      <span className={`${styles.second} ${styles.cut}`}>
        {state.removed !== undefined && 'deleted '}
        {time !== undefined && instant(time, zone)}
      </span>
    </span>
  );
}

function instant(time: string, zone: string): string {
  const local = localOf(time, zone);
  return local === undefined ? visibleText(time) : `${local.day} ${local.time}`;
}

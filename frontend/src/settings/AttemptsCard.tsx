import type { Attempt, SettingsResult } from '../backend/types';
import { outcomeWords } from '../changes/values';
import { useDesk } from '../desk';
import { withoutDomain } from '../query/chipWords';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { minuteStamp } from '../view/time';
import styles from './Card.module.css';
import { useOpen } from './useOpen';
import { settingName } from './words';

/** Attempts that the card lists; the Admin changes view has them all. */
const listed = 12;

export interface AttemptsCardProps {
  readonly attempts: SettingsResult['attempts'];
  /** Whether they lie between two instants. */
  readonly two: boolean;
  readonly zone: string;
}

/** Writes that were denied or failed: they moved no value. */
export function AttemptsCard({ attempts, two, zone }: AttemptsCardProps) {
  const { total, rows } = attempts;
  const where = two ? 'between A and B' : 'up to the instant';
  if (total === 0) {
    return <p className={styles.none}>No denied or failed attempt to change a setting is logged {where}.</p>;
  }
  const years = new Set(rows.slice(0, listed).map((a) => minuteStamp(a.time, zone).slice(0, 4)));
  return (
    <article className={styles.card} aria-label="Attempts that were not applied">
      <header className={styles.head}>
        <Icon name="failed" className={styles.bad} />
        <h3 className={styles.heading}>
          {count(total)} {total === 1 ? 'attempt' : 'attempts'} denied or failed {where}, not applied
        </h3>
      </header>
      <ul className={`${styles.body} ${styles.flush}`}>
        {rows.slice(0, listed).map((a) => (
          <AttemptLine key={`${a.event} ${a.key}`} attempt={a} zone={zone} withYear={years.size > 1} />
        ))}
        {total > listed && (
          <li className={styles.quiet}>and {count(total - listed)} more, in Admin changes under Outcome</li>
        )}
      </ul>
    </article>
  );
}

interface AttemptLineProps {
  readonly attempt: Attempt;
  readonly zone: string;
  readonly withYear: boolean;
}

function AttemptLine({ attempt, zone, withYear }: AttemptLineProps) {
  const open = useOpen();
  const { caseInfo } = useDesk();
  const { event, deployment, time, user = '', status, outcome, words, target = '' } = attempt;
  const code = status > 0 ? status : undefined;
  const name = settingName(attempt);
  return (
    <li>
      <button
        type="button"
        className={styles.attempt}
        title={visibleText(
          [`${minuteStamp(time, zone)} ${zone}`, name, target, user, words, outcomeWords(outcome, code)]
            .filter((w) => w !== '')
            .join(' · '),
        )}
        onClick={() => open.event(event, deployment)}
      >
        <span className={styles.field}>
          <LogText text={name} max={100} />
        </span>
        <span className={styles.cut}>
          <LogText text={withoutDomain(user, caseInfo?.mail_domain) || 'account not recorded'} max={100} />
        </span>
        <span className={styles.end}>
          {withYear ? minuteStamp(time, zone).slice(0, 10) : minuteStamp(time, zone).slice(5)}{' '}
          <b className={styles.bad}>{code ?? outcome}</b>
        </span>
        <Spoken>, {outcomeWords(outcome, code)}, open the event</Spoken>
      </button>
    </li>
  );
}

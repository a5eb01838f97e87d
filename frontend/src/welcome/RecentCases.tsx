import { useBackend } from '../backend/context';
import type { RecentCase } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { openedWords } from './opened';
import styles from './RecentCases.module.css';

/** Cases opened lately. One that is gone says so and can be forgotten; nothing is removed by itself. */
export function RecentCases() {
  const { app } = useDesk();
  const recent = app?.recent ?? [];
  return (
    <section aria-label="Recent cases">
      <h2 className={styles.heading}>
        Recent cases
        {recent.length > 0 && <span className={styles.column}>events</span>}
      </h2>
      {recent.length === 0 ? (
        <p className={styles.none}>None yet. A case that you open or create is listed here.</p>
      ) : (
        <ul className={styles.list}>
          {recent.map((r) => (
            <Recent key={r.id} recent={r} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Recent({ recent }: { readonly recent: RecentCase }) {
  const backend = useBackend();
  const { setCase, refreshApp, report } = useDesk();
  const open = async () => {
    try {
      setCase(await backend.openRecent(recent.id));
    } catch (error) {
      report(error);
    }
    await refreshApp();
  };
  const forget = async () => {
    try {
      await backend.forgetRecent(recent.id);
      await refreshApp();
    } catch (error) {
      report(error);
    }
  };
  if (recent.missing) {
    return (
      <li className={styles.item}>
        <div className={styles.row}>
          <Icon name="warn" className={styles.warn} />
          <span className={styles.words}>
            <span className={`${styles.name} ${styles.quiet}`}>
              <LogText text={recent.title} max={200} />
            </span>
            <span className={styles.path} title={visibleText(recent.path)}>
              file not found: <LogText text={recent.path} max={300} />
            </span>
          </span>
          <Button variant="link" size="s" aria-label={`Forget ${visibleText(recent.title)}`} onPress={forget}>
            Forget
          </Button>
        </div>
      </li>
    );
  }
  return (
    <li className={styles.item}>
      <button type="button" className={`${styles.row} ${styles.open}`} onClick={open}>
        <Icon name="case" />
        <span className={styles.words}>
          <span className={styles.name}>
            <LogText text={recent.title} max={200} />
            {recent.made_up && <span className={styles.tag}>MADE-UP</span>}
          </span>
          <span className={styles.path} title={visibleText(recent.path)}>
            <LogText text={recent.path} max={300} />
          </span>
        </span>
        <span className={styles.end}>
          {recent.events !== undefined && <span>{count(recent.events)}</span>}
          <span className={styles.quiet}>{openedWords(recent.opened, new Date())}</span>
        </span>
      </button>
    </li>
  );
}

import { useDesk } from '../desk';
import { IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import styles from './Trouble.module.css';

/** What went wrong outside a form: it stays until it is dismissed. */
export function Trouble() {
  const { trouble, report } = useDesk();
  return (
    <div role="alert" className={styles.place}>
      {trouble !== undefined && (
        <div className={styles.trouble}>
          <Icon name="failed" size="s" />
          <p className={styles.text}>
            <LogText text={trouble.message} />
            {trouble.hint !== undefined && (
              <span className={styles.hint}>
                <LogText text={trouble.hint} />
              </span>
            )}
          </p>
          <IconButton icon="x" label="Dismiss" size="s" onPress={() => report(undefined)} />
        </div>
      )}
    </div>
  );
}

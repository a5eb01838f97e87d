import { actionOf } from '../actions/actions';
import { useActions } from '../actions/useActions';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import styles from './DropZone.module.css';

/** Where files can be dropped, and the same by dialogs. The whole window takes files; this is where it says so. */
export function DropZone({ hint, autoFocus }: { readonly hint: string; readonly autoFocus?: boolean }) {
  const { run } = useActions();
  const start = (id: string) => () => {
    const action = actionOf(id);
    if (action !== undefined) run(action);
  };
  return (
    <div className={styles.zone}>
      <Icon name="import" className={styles.icon} />
      <div className={styles.words}>
        <p>
          <b>Drop log files or a folder here</b>
        </p>
        <p className={styles.hint}>{hint}</p>
      </div>
      <div className={styles.buttons}>
        <Button variant="primary" onPress={start('new-import')} autoFocus={autoFocus ?? false}>
          Choose files…
        </Button>
        <Button size="s" variant="link" onPress={start('import-folder')}>
          Choose a folder…
        </Button>
      </div>
    </div>
  );
}

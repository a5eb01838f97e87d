import { useDesk } from '../desk';
import { IconButton } from '../ui/Button';
import { keysOf } from '../ui/words';
import styles from './HistoryButtons.module.css';

export function HistoryButtons() {
  const { undo, redo, undoLabel, redoLabel, app } = useDesk();
  return (
    <div className={styles.buttons} role="group" aria-label="History of the view">
      <IconButton
        icon="undo"
        label={undoLabel === undefined ? 'Undo' : `Undo: ${undoLabel}`}
        keys={keysOf(app?.platform, 'mod', 'Z')}
        isDisabled={undoLabel === undefined}
        onPress={undo}
      />
      <IconButton
        icon="redo"
        label={redoLabel === undefined ? 'Redo' : `Redo: ${redoLabel}`}
        keys={keysOf(app?.platform, 'mod', 'shift', 'Z')}
        isDisabled={redoLabel === undefined}
        onPress={redo}
      />
    </div>
  );
}

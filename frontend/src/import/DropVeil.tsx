import { useEffect, useState } from 'react';
import { useDesk } from '../desk';
import { Icon } from '../ui/icons';
import styles from './DropVeil.module.css';

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/**
 * The whole window takes files. The page only shows that it does and keeps the web view from opening them: the program takes the
 * paths of what is dropped and answers with a plan.
 */
export function DropVeil() {
  const { caseInfo } = useDesk();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Leaving one element for another inside the window is no end of it: only a leave without a next element is.
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles.veil} role="status">
      <div className={styles.words}>
        <Icon name="import" className={styles.icon} />
        <p>
          <b>Drop to import</b>
        </p>
        <p className={styles.hint}>
          {caseInfo === undefined
            ? 'The files start a new case.'
            : 'You will be asked before anything is added to the case.'}
        </p>
      </div>
    </div>
  );
}

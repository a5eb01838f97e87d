import { useDesk } from '../desk';
import { Dialog } from '../ui/Dialog';
import styles from './AboutDialog.module.css';

/** What the program is, and what it does not claim. */
export function AboutDialog() {
  const { dialog, closeDialog, app } = useDesk();
  return (
    <Dialog title="About Auditdesk" isOpen={dialog === 'about'} onClose={closeDialog} width={460}>
      <div className={styles.text}>
        <p>
          <b>Auditdesk {app?.version}</b>
        </p>
        <p>Audit logs of Coder deployments. It makes no network connection.</p>
        <p>
          A log line is a report, not a fact: what stands here is what the records received say. It cannot show what was
          never logged, nor what was taken out of a file before it was handed over.
        </p>
      </div>
    </Dialog>
  );
}

import { actionOf } from '../actions/actions';
import { useActions } from '../actions/useActions';
import { useDesk } from '../desk';
import { DropZone } from '../import/DropZone';
import { Button } from '../ui/Button';
import { RecentCases } from './RecentCases';
import { Start } from './Start';
import styles from './Welcome.module.css';

const shapes = [
  ['Coder v1', 'log lines (JSON and human), REST answer, CSV'],
  ['Coder v2', 'REST answer, server log, connection log'],
  ['Wrapped by', 'Docker, Kubernetes CRI, Fluent Bit, Loki, Splunk, Cloud Logging'],
  ['Packed as', 'plain, gzip, zstd, zip, tar'],
] as const;

/** No case is open: start one, open one, or look at a made-up one. */
export function Welcome() {
  const { app } = useDesk();
  const { run } = useActions();
  const start = (id: string) => () => {
    const action = actionOf(id);
    if (action !== undefined) run(action);
  };
  return (
    <div className={styles.window}>
      <main className={styles.main}>
        <section className={styles.left}>
          <h1 className={styles.title}>Auditdesk</h1>
          <p className={styles.about}>
            Audit logs of Coder deployments.
            <br />
            It makes no network connection.
          </p>
          <DropZone hint="They start a new case. .gz, .zst, .zip and .tar are read as they are." autoFocus />
          <div className={styles.buttons}>
            <Button icon="folder" onPress={start('open-case')}>
              Open a case…
            </Button>
            <Button icon="case" onPress={start('demo')}>
              Open the demo case
            </Button>
          </div>
          <p className={styles.hint}>
            The demo: 50,000 made-up events, labelled <span className={styles.tag}>MADE-UP</span> everywhere.
          </p>
          <RecentCases />
          <h2 className={styles.heading}>Shapes understood</h2>
          <dl className={styles.shapes}>
            {shapes.map(([name, what]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
        <Start />
      </main>
      <footer className={styles.status}>
        <span>No case open</span>
        <span className={styles.grow} />
        <span>Auditdesk {app?.version}</span>
        <span className={styles.line} />
        <span>UTC</span>
      </footer>
    </div>
  );
}

import styles from './Explained.module.css';

/** What a roll-forward is, and what the client is to be asked for, where nothing is compared yet. */
export function Explained() {
  return (
    <div className={styles.explained}>
      <p>
        The client gives two snapshots of settings. The opening value, then the applied changes that are logged in
        between, must be the closing value: each difference names the change that the log lacks, or says why it can’t be
        tested.
      </p>
      <dl>
        <dt>JSON</dt>
        <dd>
          An object of fields and values; a list of objects with <code>field</code> (or <code>setting</code>) and{' '}
          <code>value</code>; or Coder’s own answers, each under the name of its resource:{' '}
          <code>{'{"appearance": {…}, "organization": [{"id": …}]}'}</code>
        </dd>
        <dt>CSV</dt>
        <dd>
          A header with <code>value</code>, and <code>field</code> or <code>setting</code>; where needed{' '}
          <code>deployment</code>, <code>panel</code>, <code>resource_type</code>, <code>target</code>
        </dd>
      </dl>
      <p className={styles.quiet}>
        That the snapshots are of the instants that you name, and whole, is the client’s word. Of secrets no more is
        compared, or shown, than whether they are set.
      </p>
    </div>
  );
}

import type { AppError, ImportResult } from '../backend/types';
import { AccountingTable } from '../sources/AccountingTable';
import { totalOf } from '../sources/accounting';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { count } from '../ui/words';
import { isError, readSources, resultSummary, verdictOf } from './ending';
import { ErrorLine } from './Plan';
import styles from './Result.module.css';

/** How an import ended: what every line became, file by file, and what could not be read. */
export function ResultBody({ end }: { readonly end: ImportResult | AppError }) {
  if (isError(end)) return <ErrorLine error={end} />;
  const total = totalOf(readSources(end));
  const verdict = verdictOf(end);
  return (
    <>
      <p className={styles.summary}>{resultSummary(end)}</p>
      {end.sources.length > 0 && (
        <>
          <div className={styles.numbers}>
            <Figure title="Events" n={total.events} hint="stored" />
            <Figure title="Matching records" n={total.matching} hint="of an event already known" />
            <Figure title="Duplicates" n={total.duplicates} hint="same id, same source" />
            <Figure title="Other lines" n={total.other} hint="no audit records" />
            <Figure title="Unreadable" n={total.unreadable} hint="kept with reason" bad />
          </div>
          <AccountingTable sources={end.sources} caption="Accounting of the import" noun="file" shapes />
        </>
      )}
      {verdict !== undefined && (
        <p className={verdict.adds ? styles.verdict : `${styles.verdict} ${styles.wrong}`}>
          <Icon name={verdict.adds ? 'equal' : 'warn'} size="s" />
          <LogText text={verdict.words} />
        </p>
      )}
      {(end.errors ?? []).map((error) => (
        <ErrorLine key={error.message} error={error} />
      ))}
    </>
  );
}

function Figure({
  title,
  n,
  hint,
  bad,
}: {
  readonly title: string;
  readonly n: number;
  readonly hint: string;
  readonly bad?: boolean;
}) {
  const alarming = bad === true && n > 0;
  return (
    <div>
      <p className={alarming ? styles.bad : styles.title}>
        {alarming && <Icon name="failed" size="s" />}
        {title}
      </p>
      <p className={styles.figure}>{count(n)}</p>
      <p className={styles.hint}>{hint}</p>
    </div>
  );
}

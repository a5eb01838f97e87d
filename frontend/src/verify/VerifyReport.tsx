import type { ReactNode } from 'react';
import type { Verified, VerifyCheck } from '../backend/types';
import { Button } from '../ui/Button';
import grid from '../ui/Grid.module.css';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { count } from '../ui/words';
import styles from './VerifyReport.module.css';
import { checkWords, exportTitle, exportWords, notedWords, revealWords, soundWords } from './verifyWords';

/** Exports and notes that are listed; the copied report has all. */
const shown = 200;

/** What a check of the case found: the verdict, each check, the heads, and which records were shown unmasked. */
export function VerifyReport({ report, onCopy }: { readonly report: Verified; onCopy(text: string): void }) {
  const noted = notedWords(report);
  return (
    <div className={styles.report}>
      {report.sound ? (
        <p className={styles.verdict}>
          <Icon name="check" size="s" className={styles.sound} />
          <span>{soundWords(report)}</span>
        </p>
      ) : (
        <div role="alert" className={`${styles.verdict} ${styles.damage}`}>
          <Icon name="failed" size="s" />
          <div>
            {report.first !== undefined && (
              <>
                <p>
                  <b>First damage:</b> <LogText text={report.first} max={1000} />
                </p>
                <p>
                  <b>Still sound:</b> <LogText text={report.still ?? ''} max={1000} />
                </p>
              </>
            )}
            {report.noted?.agrees === false && <p>The head noted elsewhere is none that the chain ever had.</p>}
          </div>
        </div>
      )}
      <table className={grid.grid} aria-label="Checks">
        <thead>
          <tr>
            <th>Check</th>
            <th className={`${grid.num} ${styles.count}`}>Looked at</th>
            <th className={styles.found}>Found</th>
          </tr>
        </thead>
        <tbody>
          {report.checks.map((check) => (
            <Row key={check.name} check={check} />
          ))}
        </tbody>
      </table>
      <Part title="Head of the chain">
        <p className={styles.headLine}>
          <code className={styles.digest}>{report.head}</code>
          <Button size="s" icon="copy" onPress={() => onCopy(report.head)}>
            Copy head
          </Button>
        </p>
        <p className={styles.quiet}>
          Write it where nobody who can write the case can change it: it shows later that what the case holds now is
          still the same.
        </p>
      </Part>
      {noted !== undefined && (
        <Part title="Head noted elsewhere">
          <Head head={report.noted?.head ?? ''} agrees={report.noted?.agrees === true} words={noted} />
        </Part>
      )}
      <Part title={`Heads noted with exports: ${count(report.exports.length)}`}>
        {report.exports.length === 0 ? (
          <p className={styles.quiet}>No export is noted in this case.</p>
        ) : (
          <ul className={styles.list}>
            {report.exports.slice(0, shown).map((e) => (
              <li key={`${e.time} ${e.name} ${e.head}`}>
                <LogText text={exportTitle(e)} max={400} />
                <Head head={e.head} agrees={e.agrees} words={exportWords(e, report.links)} />
              </li>
            ))}
            <More n={report.exports.length - shown} />
          </ul>
        )}
      </Part>
      <Part title={`Records shown unmasked: ${count(report.reveals.length)}`}>
        {report.reveals.length === 0 ? (
          <p className={styles.quiet}>The case has no note of a record shown unmasked.</p>
        ) : (
          <ul className={styles.list}>
            {report.reveals.slice(0, shown).map((r) => (
              <li key={`${r.time} ${r.ref}`}>
                <LogText text={revealWords(r)} max={200} />
              </li>
            ))}
            <More n={report.reveals.length - shown} />
          </ul>
        )}
      </Part>
    </div>
  );
}

function Row({ check }: { readonly check: VerifyCheck }) {
  const words = checkWords(check);
  const damage = check.damage ?? [];
  const notes = check.notes ?? [];
  const further = check.further ?? 0;
  const says = damage.length + notes.length > 0;
  return (
    <>
      <tr className={says ? styles.above : undefined}>
        <th scope="row">{check.name}</th>
        <td className={grid.num}>{count(check.count)}</td>
        <td className={words === 'sound' ? undefined : grid.bad}>{words}</td>
      </tr>
      {says && (
        <tr className={styles.below}>
          <td colSpan={3}>
            {damage.map((d) => (
              <p key={d} className={styles.said}>
                <LogText text={d} max={2000} />
              </p>
            ))}
            {further > 0 && <p className={styles.said}>and {count(further)} more</p>}
            {notes.map((n) => (
              <p key={n} className={styles.noteLine}>
                <LogText text={n} max={2000} />
              </p>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}

function Head({ head, agrees, words }: { readonly head: string; readonly agrees: boolean; readonly words: string }) {
  return (
    <p className={styles.noted}>
      <code className={styles.digest}>{head}</code>
      <span className={agrees ? styles.agrees : styles.differs}>
        <Icon name={agrees ? 'check' : 'notequal'} size="s" />
        {words}
      </span>
    </p>
  );
}

function More({ n }: { readonly n: number }) {
  return n > 0 ? <li className={styles.quiet}>and {count(n)} more, which the copied report lists</li> : null;
}

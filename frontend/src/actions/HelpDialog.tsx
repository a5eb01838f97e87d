import { useDesk } from '../desk';
import { Dialog } from '../ui/Dialog';
import { visibleText } from '../ui/visible';
import type { ActionGroup } from './action';
import { actions } from './actions';
import styles from './HelpDialog.module.css';
import { shortcutWords } from './shortcuts';
import { useActions } from './useActions';

const groups: readonly ActionGroup[] = ['Case', 'View', 'Program'];

const tableKeys = [
  ['↑ ↓', 'one row'],
  ['Page Up, Page Down', 'one screen'],
  ['Home, End', 'first and last row'],
  ['Enter', 'show the event beside the table'],
  ['Esc', 'close the event'],
  ['Shift+F10', 'filter by a value of the row, or exclude it'],
] as const;

const facetKeys = [
  ['Enter', 'only this value'],
  ['Space', 'add the value'],
  ['−', 'exclude the value'],
] as const;

const queries = [
  ['action:write,create', 'writes or creations'],
  ['-user:ci-bot', 'without this account'],
  ['status:>=400', 'what did not succeed; outcome:denied for 401 and 403'],
  ['changed:"gpu vendor"', 'events that changed this field'],
  ['target:prod-*', 'targets that begin so'],
  ['ip:*', 'an IP is recorded; ip:"" where none is'],
  ['date_from:2026-06-01', 'whole days of the shown zone, date_to too, both inclusive'],
  ['class:admin', 'changes of settings, roles and access'],
  ['maintenance', 'this text in targets, accounts, fields or their values'],
] as const;

/** Keys and the query language, on one page. */
export function HelpDialog() {
  const { dialog, closeDialog, app } = useDesk();
  const { reach } = useActions();
  return (
    <Dialog title="Keys and query language" isOpen={dialog === 'help'} onClose={closeDialog} width={860}>
      <div className={styles.columns}>
        <div>
          {groups.map((group) => (
            <Keys
              key={group}
              title={group}
              rows={actions
                .filter((a) => a.group === group && a.shortcuts.length > 0)
                .map((a) => [
                  a.shortcuts.map((s) => shortcutWords(s, app?.platform)).join(' or '),
                  visibleText(a.label(reach)),
                ])}
            />
          ))}
        </div>
        <div>
          <Keys title="Table" rows={tableKeys} />
          <Keys title="Facet" rows={facetKeys} />
          <Keys title="Query" rows={queries} mono />
          <p className={styles.hint}>
            Values of one field are alternatives, fields are joined by “and”, a leading minus excludes. Facets, chips
            and the text say the same query.
          </p>
        </div>
      </div>
    </Dialog>
  );
}

interface KeysProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly mono?: boolean;
}

function Keys({ title, rows, mono }: KeysProps) {
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.keys}>
        {rows.map(([keys, what]) => (
          <div key={keys + what} className={styles.row}>
            <dt>{mono ? <code className={styles.code}>{keys}</code> : <kbd className={styles.kbd}>{keys}</kbd>}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

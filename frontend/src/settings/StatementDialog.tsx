import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Input, ListBox, ListBoxItem, SearchField } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { SettingRow } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { ErrorLine } from '../import/Plan';
import { withoutDomain } from '../query/chipWords';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { TextField } from '../ui/TextField';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { epochMs } from '../view/time';
import { withSettings } from '../view/view';
import { instantText, typedInstant } from './instants';
import styles from './StatementDialog.module.css';
import { glossOf, settingName } from './words';

/** Settings offered at once; the search narrows them. */
const offered = 60;

export interface StatementDialogProps {
  /** The setting that is chosen in the table. */
  readonly chosen: SettingRow | undefined;
  readonly from: string;
  readonly to: string;
}

/** Asks for a setting and two instants; the answer stands among the statements. */
export function StatementDialog(props: StatementDialogProps) {
  const { dialog } = useDesk();
  return dialog === 'statement' ? <Form {...props} /> : null;
}

function Form({ chosen, from, to }: StatementDialogProps) {
  const backend = useBackend();
  const { caseInfo, zone, step, closeDialog } = useDesk();
  const [search, setSearch] = useState('');
  const [setting, setSetting] = useState(chosen);
  const [start, setStart] = useState(instantText(from, zone));
  const [end, setEnd] = useState(instantText(to, zone));
  const [told, setTold] = useState<{ readonly start?: string; readonly end?: string; readonly setting?: string }>({});

  const request = {
    at: '',
    unseen: true,
    ...(search.trim() === '' ? {} : { search: search.trim() }),
    offset: 0,
    limit: offered,
  };
  const answer = useQuery({
    queryKey: ['settingRows', caseInfo?.path, caseInfo?.generation, request],
    queryFn: () => backend.settingRows(request),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const found = answer.data?.rows ?? [];
  // What was chosen stands first until something else is searched for, and never goes from the list.
  const first =
    search.trim() === '' ? (chosen ?? setting) : found.some((r) => r.key === setting?.key) ? undefined : setting;
  const rows = first === undefined ? found : [first, ...found.filter((r) => r.key !== first.key)];

  const state = () => {
    // The field shows seconds: an instant that nobody touched keeps its fraction.
    const a = start === instantText(from, zone) ? from : typedInstant(start, zone);
    const b = end === instantText(to, zone) ? to : typedInstant(end, zone);
    const how = 'Write a day as 2026-06-30, with a time as 2026-06-30 23:59:59.';
    const problems = {
      ...(setting === undefined ? { setting: 'Choose a setting.' } : {}),
      ...(a === undefined ? { start: how } : {}),
      ...(b === undefined
        ? { end: how }
        : a !== undefined && epochMs(b) <= epochMs(a)
          ? { end: 'The second instant must be after the first.' }
          : {}),
    };
    setTold(problems);
    if (Object.keys(problems).length > 0 || setting === undefined || a === undefined || b === undefined) return;
    const asked = { key: setting.key, deployment: setting.deployment, name: settingName(setting), from: a, to: b };
    step(`statement on ${visibleText(asked.name)}`, (v) =>
      withSettings(v, (s) => ({
        ...s,
        pane: 'statements',
        statements: [
          asked,
          ...s.statements.filter(
            (x) =>
              x.key !== asked.key || x.deployment !== asked.deployment || x.from !== asked.from || x.to !== asked.to,
          ),
        ],
      })),
    );
    closeDialog();
  };

  return (
    <Dialog
      title="New statement"
      isOpen
      onClose={closeDialog}
      width={560}
      flush
      footer={
        <>
          <span className={styles.grow} />
          <Button onPress={closeDialog}>Cancel</Button>
          <Button variant="primary" onPress={state}>
            State it
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          state();
        }}
      >
        <p className={styles.note}>
          Whether a successful write to one setting is logged between two instants. It is stated only where the records
          received cover the time; else the stretches that are missing are named.
        </p>
        <div>
          <SearchField
            aria-label="Find a setting"
            value={search}
            onChange={setSearch}
            autoFocus={setting === undefined}
            className={styles.search ?? ''}
          >
            <Icon name="search" size="s" />
            <Input
              className={styles.input ?? ''}
              placeholder="Setting, field, panel, target or deployment"
              spellCheck="false"
              autoComplete="off"
            />
          </SearchField>
          <ListBox
            aria-label="Setting"
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={setting === undefined ? [] : [setting.key]}
            onSelectionChange={(keys) => {
              if (keys === 'all') return;
              const [key] = keys;
              setSetting(rows.find((r) => r.key === key));
              setTold({});
            }}
            className={styles.list ?? ''}
            renderEmptyState={() => (
              <p className={styles.none}>
                {answer.isPending ? 'Looking…' : 'No setting of that name. Search for part of it.'}
              </p>
            )}
          >
            {rows.map((r) => (
              <ListBoxItem key={r.key} id={r.key} textValue={optionWords(r)} className={styles.option ?? ''}>
                <span className={styles.field}>
                  {r.field === '' ? 'no field logged' : <LogText text={r.field} max={120} />}
                </span>
                <Spoken>, </Spoken>
                <span className={styles.gloss}>
                  <LogText
                    text={[
                      glossOf({ ...r, target: withoutDomain(r.target, caseInfo?.mail_domain) }),
                      (caseInfo?.deployments.length ?? 0) > 1 ? r.deployment : '',
                    ]
                      .filter((w) => w !== '')
                      .join(', ')}
                    max={200}
                  />
                </span>
              </ListBoxItem>
            ))}
          </ListBox>
          {found.length === offered && (
            <p className={styles.none}>The first {count(offered)}; search to find others.</p>
          )}
          {told.setting !== undefined && (
            <p role="alert" className={styles.error}>
              {told.setting}
            </p>
          )}
        </div>
        {answer.error !== null && <ErrorLine error={troubleOf(answer.error)} />}
        <div className={styles.dates}>
          <TextField
            label={`From, ${zone}`}
            value={start}
            onChange={(text) => {
              setStart(text);
              setTold({});
            }}
            error={told.start}
            mono
          />
          <TextField
            label={`To, ${zone}`}
            value={end}
            onChange={(text) => {
              setEnd(text);
              setTold({});
            }}
            error={told.end}
            mono
          />
        </div>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

function optionWords(row: SettingRow): string {
  return visibleText([settingName(row), glossOf(row), row.deployment].filter((w) => w !== '').join(', '));
}

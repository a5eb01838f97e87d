import { type FormEvent, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useBackend } from '../backend/context';
import type { AppError, RolledRow, Verdict } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { Panes } from '../frame/Panes';
import { useStatus } from '../frame/StatusBar';
import { ErrorLine } from '../import/Plan';
import { formats } from '../paper/CopyLine';
import { focusRollForward } from '../settings/focusSearch';
import { useOpen } from '../settings/useOpen';
import { Button } from '../ui/Button';
import type { MenuGroup } from '../ui/Menu';
import { Segmented } from '../ui/Segmented';
import { VirtualTable, type VirtualTableHandle } from '../ui/VirtualTable';
import { count, counted } from '../ui/words';
import type { RollForwardView as View } from '../view/rollForward';
import { withRollForward } from '../view/view';
import { Explained } from './Explained';
import { RolledPane } from './RolledPane';
import styles from './RollForwardView.module.css';
import { rolledColumnsOf } from './rolledColumns';
import { countOf, type End, type Problems, requestOf, verdicts, verdictTitles, whenEmpty } from './rollWords';
import { SaveMenu } from './SaveMenu';
import { SnapshotFields } from './SnapshotFields';
import { Summary } from './Summary';
import { useRollForward } from './useRollForward';
import { VerdictHeader } from './VerdictHeader';

const ends: readonly End[] = ['opening', 'closing'];

/** Two snapshots of settings, compared with the changes that are logged in between. It stands in place of the settings. */
export function RollForwardView() {
  const backend = useBackend();
  const { view, zone, caseInfo, amend, report } = useDesk();
  const { opening, closing, openingAt, closingAt, asked, only, folded, selected } = view.rollForward;
  const { answer, pending, error } = useRollForward();
  const open = useOpen();
  const table = useRef<VirtualTableHandle>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [unread, setUnread] = useState<Partial<Record<End, AppError>>>({});
  const choosing = useRef(false);
  const set = (change: Partial<View>) => amend((v) => withRollForward(v, change));

  const choose = async (end: End) => {
    // One dialog at a time. The button stays as it is: one that were disabled would lose the focus.
    if (choosing.current) return;
    choosing.current = true;
    setUnread(({ [end]: _, ...others }) => others);
    try {
      const file = await backend.chooseSnapshot(end);
      // The answer on screen is not of this file.
      if (file !== undefined) set({ [end]: file, asked: undefined, selected: undefined });
    } catch (thrown) {
      setUnread((u) => ({ ...u, [end]: troubleOf(thrown) }));
    } finally {
      choosing.current = false;
    }
  };
  const leave = () => {
    flushSync(() => set({ shown: false }));
    focusRollForward();
  };
  const compare = (event: FormEvent) => {
    event.preventDefault();
    const { request, problems } = requestOf(view.rollForward, zone);
    setProblems(problems);
    if (request !== undefined) set({ asked: request, selected: undefined });
  };
  const typeAt = (end: End, text: string) => {
    setProblems({});
    set(end === 'opening' ? { openingAt: text } : { closingAt: text });
  };

  const rows = answer?.rows;
  const shown = useMemo(
    () => rows?.flatMap((row, n) => (only === undefined || row.verdict === only ? [{ row, n }] : [])) ?? [],
    [rows, only],
  );
  const sections = useMemo(
    () =>
      verdicts
        .map((verdict) => ({
          key: verdict,
          count: shown.filter(({ row }) => row.verdict === verdict).length,
          folded: only === undefined && folded.includes(verdict),
        }))
        .filter((s) => s.count > 0),
    [shown, only, folded],
  );
  const columns = useMemo(
    () =>
      rolledColumnsOf({
        zone,
        mailDomain: caseInfo?.mail_domain,
        named: (caseInfo?.deployments.length ?? 0) > 1,
      }),
    [zone, caseInfo],
  );
  const cursor = shown.findIndex(({ n }) => n === selected);
  const chosen = selected === undefined ? undefined : rows?.[selected];

  const copyRow = async (n: number, format: (typeof formats)[number]['format']) => {
    if (asked === undefined || answer === undefined) return;
    const { generation } = answer;
    await backend.copyText(await backend.rollForwardLine({ ...asked, generation, row: n, format }));
  };
  const menu = (row: RolledRow): readonly MenuGroup[] => [
    {
      items: (row.events ?? []).map((event) => ({
        id: event,
        label: `Open event ${event}`,
        icon: 'link' as const,
        run: () => open.event(event, row.deployment),
      })),
    },
    {
      title: 'Copy line',
      items: formats.map(({ format, label }) => ({
        id: format,
        label,
        icon: 'copy' as const,
        run: () => void copyRow(rows?.indexOf(row) ?? -1, format).catch(report),
      })),
    },
  ];

  useStatus(
    answer === undefined ? 'Roll-forward' : `Roll-forward: ${counted(shown.length, 'setting')} shown`,
    cursor >= 0 ? `Row ${count(cursor + 1)} of ${count(shown.length)}` : undefined,
  );
  return (
    <>
      <section className={styles.bar} aria-label="Roll-forward">
        <Button variant="bare" icon="left" onPress={leave}>
          Settings
        </Button>
        <h2 className={styles.title}>Roll-forward</h2>
        {answer !== undefined && (
          <Segmented
            label="Verdict"
            value={only ?? 'all'}
            options={[
              { value: 'all', label: 'All' },
              ...verdicts.map((v) => ({ value: v, label: `${verdictTitles[v]} ${count(countOf(answer, v))}` })),
            ]}
            onChange={(next: Verdict | 'all') => set({ only: next === 'all' ? undefined : next })}
          />
        )}
        <span className={styles.grow} />
        <SaveMenu key={JSON.stringify(asked)} request={answer === undefined ? undefined : asked} />
      </section>
      <Panes
        detailsFirst={348}
        details={
          chosen !== undefined && answer !== undefined && selected !== undefined ? (
            <RolledPane
              key={selected}
              row={chosen}
              answer={answer}
              zone={zone}
              copy={(format) => copyRow(selected, format)}
              onClose={() => {
                set({ selected: undefined });
                table.current?.focus();
              }}
            />
          ) : undefined
        }
      >
        <form className={styles.form} noValidate onSubmit={compare} aria-label="Snapshots">
          {ends.map((end) => (
            <SnapshotFields
              key={end}
              end={end}
              file={end === 'opening' ? opening : closing}
              at={end === 'opening' ? openingAt : closingAt}
              zone={zone}
              otherwise={caseInfo === undefined ? '' : whenEmpty(end, caseInfo, zone)}
              unread={unread[end]}
              problem={problems[end]}
              onChoose={() => void choose(end)}
              onAt={(text) => typeAt(end, text)}
            />
          ))}
          <Button
            type="submit"
            variant="primary"
            className={styles.compare}
            isDisabled={opening === undefined || closing === undefined}
          >
            Compare
          </Button>
        </form>
        {error !== undefined && <ErrorLine error={error} />}
        {answer !== undefined && <Summary answer={answer} zone={zone} />}
        {answer === undefined ? (
          pending ? (
            <p role="status" className={styles.pending}>
              Comparing…
            </p>
          ) : (
            error === undefined && <Explained />
          )
        ) : (
          <VirtualTable
            ref={table}
            label="Compared settings"
            columns={columns}
            sections={sections}
            rowHeight={38}
            sectionHeight={28}
            renderSection={(section) => {
              const verdict = verdicts.find((v) => v === section.key);
              return verdict === undefined ? null : (
                <VerdictHeader
                  verdict={verdict}
                  count={section.count}
                  all={countOf(answer, verdict)}
                  folded={section.folded ?? false}
                  onFold={
                    only === undefined
                      ? () =>
                          set({
                            folded: folded.includes(verdict)
                              ? folded.filter((v) => v !== verdict)
                              : [...folded, verdict],
                          })
                      : undefined
                  }
                />
              );
            }}
            row={(index) => shown[index]?.row}
            onRange={() => undefined}
            cursor={cursor}
            onCursor={(index) => set({ selected: shown[index]?.n })}
            onOpen={(index) => set({ selected: shown[index]?.n })}
            onClose={() => set({ selected: undefined })}
            resetKey={JSON.stringify([asked, only])}
            menu={menu}
            busy={pending}
            empty={<p>No setting came to this verdict.</p>}
          />
        )}
      </Panes>
    </>
  );
}

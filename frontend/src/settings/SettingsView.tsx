import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { actionOf } from '../actions/actions';
import { useActions } from '../actions/useActions';
import { useBackend } from '../backend/context';
import type { SettingRow, SettingsRequest } from '../backend/types';
import { useDesk } from '../desk';
import { Panes } from '../frame/Panes';
import { hasScope, scopeOf } from '../frame/period';
import { useStatus } from '../frame/StatusBar';
import { useSoFar } from '../frame/soFar';
import { ErrorLine } from '../import/Plan';
import { formats, useCopyLine } from '../paper/CopyLine';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import type { MenuGroup } from '../ui/Menu';
import { VirtualTable, type VirtualTableHandle } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { withSettings } from '../view/view';
import { settingColumnsOf } from './columns';
import { DateStrip, type Which } from './DateStrip';
import { HistoryPane } from './HistoryPane';
import { boundsOf, firstInstant, instantText } from './instants';
import { PanelHeader } from './PanelHeader';
import { SettingsBar } from './SettingsBar';
import { SettingsStatus } from './SettingsStatus';
import styles from './SettingsView.module.css';
import { StatementDialog } from './StatementDialog';
import { StatementsPane } from './StatementsPane';
import { useOpen } from './useOpen';
import { fetchSetting, useSettings } from './useSettings';
import { useSpan } from './useSpan';
import { useWide } from './useWide';
import { panelKey } from './words';

/** Every admin setting as of an instant, or of two side by side, each value with what it rests on. */
export function SettingsView() {
  const backend = useBackend();
  const client = useQueryClient();
  const { view, zone, caseInfo, step, amend, report, openDialog } = useDesk();
  const settings = view.settings;
  const two = settings.instants === 'two';
  const soFar = useSoFar();
  const wide = useWide();
  const open = useOpen();
  const copyLine = useCopyLine();
  const { reach, run } = useActions();
  const importing = actionOf('new-import');
  const table = useRef<VirtualTableHandle>(null);

  const span = useSpan();

  // While an instant is dragged it is looked at without being a step of the history yet.
  const [moving, setMoving] = useState<{ readonly which: Which; readonly instant: string }>();
  const bounds = useMemo(
    () => (caseInfo === undefined ? undefined : boundsOf(span, caseInfo.engagement, settings.from, settings.at)),
    [span, caseInfo, settings.from, settings.at],
  );
  const restingFrom = settings.from !== '' || bounds === undefined ? settings.from : firstInstant(bounds);
  const askedFrom = moving?.which === 'from' ? moving.instant : restingFrom;
  const askedAt = moving?.which === 'at' ? moving.instant : settings.at;

  const { search, onlyDiffer } = settings;
  const request = useMemo<SettingsRequest>(
    () => ({
      at: askedAt,
      // Absence is information: what is documented and was never seen stands among the others.
      unseen: true,
      ...(two && askedFrom !== '' ? { from: askedFrom } : {}),
      ...(search.trim() === '' ? {} : { search: search.trim() }),
      ...(two && onlyDiffer ? { only_differ: true } : {}),
      zone,
    }),
    [askedAt, askedFrom, two, search, onlyDiffer, zone],
  );
  const { shown, pending, error, row, placeOf, want } = useSettings(request);
  const result = shown?.result;
  const total = result?.total ?? 0;

  const at = askedAt !== '' ? askedAt : (result?.at ?? bounds?.toText ?? '');
  const from = two ? askedFrom : undefined;
  const shownZone = shown?.request.zone ?? zone;
  const shownTwo = result?.from !== undefined;

  const { folded } = settings;
  const sections = useMemo(
    () =>
      (result?.panels ?? []).map((p) => {
        const key = panelKey(p);
        return { key, count: p.settings, folded: folded.includes(key) };
      }),
    [result, folded],
  );
  const fold = (key: string) =>
    amend((v) =>
      withSettings(v, (s) => ({
        ...s,
        folded: s.folded.includes(key) ? s.folded.filter((k) => k !== key) : [...s.folded, key],
      })),
    );

  const engagement = caseInfo?.engagement;
  const mailDomain = caseInfo?.mail_domain;
  const columns = useMemo(
    () => settingColumnsOf({ zone: shownZone, mailDomain, two: shownTwo }),
    [shownZone, mailDomain, shownTwo],
  );

  // The chosen row is known by its key: its place changes with what is searched and with the instants.
  const place = placeOf(settings.selected);
  const [last, setLast] = useState<SettingRow>();
  const chosen = place < 0 ? (last?.key === settings.selected ? last : undefined) : row(place);
  if (place >= 0 && chosen !== undefined && chosen !== last) setLast(chosen);
  const latest = useRef(0);
  const choose = (index: number, more: { readonly pane?: 'history' } = {}) => {
    if (shown === undefined || index < 0) return;
    latest.current += 1;
    const mine = latest.current;
    fetchSetting(client, backend, shown, index)
      .then((found) => {
        // Only the last of several quick moves counts.
        if (found === undefined || mine !== latest.current) return;
        setLast(found);
        amend((v) => withSettings(v, (s) => ({ ...s, ...more, selected: found.key })));
      })
      .catch(report);
  };

  const pane = settings.pane === 'auto' ? (wide ? 'statements' : 'none') : settings.pane;
  const showPane = (next: typeof settings.pane) => amend((v) => withSettings(v, (s) => ({ ...s, pane: next })));
  const closeHistory = () => {
    // On a wide window the statements come back; on a narrow one the table does.
    showPane(wide ? 'statements' : 'none');
    table.current?.focus();
  };

  const rest = (which: Which, instant: string) => {
    setMoving(undefined);
    const name = !two ? 'the instant' : which === 'from' ? 'A' : 'B';
    step(`${name} to ${instantText(instant, zone)}`, (v) =>
      v.settings[which] === instant ? v : withSettings(v, (s) => ({ ...s, [which]: instant })),
    );
  };

  const lineOf = (setting: SettingRow) => ({
    of: 'setting' as const,
    key: setting.key,
    deployment: setting.deployment,
    at,
    ...(from === undefined ? {} : { from }),
  });
  const menu = (setting: SettingRow): readonly MenuGroup[] => {
    const event = setting.now.event;
    const before = setting.then?.event;
    return [
      {
        items: [
          {
            id: 'history',
            label: 'Show its history',
            icon: 'right',
            run: () => amend((v) => withSettings(v, (s) => ({ ...s, selected: setting.key, pane: 'history' }))),
          },
          ...(event === undefined
            ? []
            : [
                {
                  id: 'event',
                  label: shownTwo ? 'Open the event behind the value at B' : 'Open the event behind the value',
                  icon: 'link' as const,
                  run: () => open.event(event, setting.deployment),
                },
              ]),
          ...(before === undefined || before === event
            ? []
            : [
                {
                  id: 'before',
                  label: 'Open the event behind the value at A',
                  icon: 'link' as const,
                  run: () => open.event(before, setting.deployment),
                },
              ]),
          {
            id: 'statement',
            label: 'New statement…',
            icon: 'shield',
            run: () => {
              setLast(setting);
              amend((v) => withSettings(v, (s) => ({ ...s, selected: setting.key })));
              openDialog('statement');
            },
          },
        ],
      },
      {
        title: 'Copy line',
        items: formats.map(({ format, label }) => ({
          id: format,
          label,
          icon: 'copy' as const,
          run: () => void copyLine(lineOf(setting), format).catch(report),
        })),
      },
    ];
  };

  const status = useMemo(
    () => (result === undefined ? null : <SettingsStatus result={result} soFar={soFar} />),
    [result, soFar],
  );
  useStatus(status, place >= 0 ? `Row ${count(place + 1)} of ${count(total)}` : undefined);

  const searched = search.trim() !== '';
  return (
    <>
      <SettingsBar
        statements={pane === 'statements'}
        onStatements={() => showPane(pane === 'statements' ? 'none' : 'statements')}
      />
      <Panes
        detailsFirst={348}
        details={
          pane === 'history' && settings.selected !== undefined ? (
            <HistoryPane
              key={settings.selected}
              settingKey={settings.selected}
              row={chosen}
              from={from}
              at={at}
              onState={() => openDialog('statement')}
              onClose={closeHistory}
            />
          ) : pane === 'statements' || pane === 'history' ? (
            <StatementsPane result={result} zone={shownZone} onClose={() => showPane('none')} />
          ) : undefined
        }
      >
        <p className={styles.notice}>
          <Icon name="warn" size="s" />
          <span className={styles.noticeWords}>
            v2 server options set by flags, environment or files are not in any audit record.
          </span>
          {engagement !== undefined && hasScope(engagement) && (
            <span className={styles.scope} title="Change it under the case’s title, Engagement">
              <Icon name="lock" size="xs" />
              Scope {visibleText(scopeOf(engagement))}
              {engagement.from !== undefined && '; a value set before it still counts'}
            </span>
          )}
        </p>
        {bounds !== undefined && at !== '' && (
          <DateStrip
            bounds={bounds}
            span={span}
            zone={zone}
            from={from}
            at={at}
            result={result}
            soFar={soFar}
            onMove={(which, instant) => setMoving({ which, instant })}
            onRest={rest}
            onCancel={() => setMoving(undefined)}
          />
        )}
        {error !== undefined && <ErrorLine error={error} />}
        <VirtualTable
          ref={table}
          label="Settings"
          columns={columns}
          sections={sections}
          rowHeight={38}
          sectionHeight={28}
          renderSection={(section, i) => {
            const panel = result?.panels[i];
            return panel === undefined ? null : (
              <PanelHeader
                panel={panel}
                two={shownTwo}
                named={(caseInfo?.deployments.length ?? 0) > 1}
                folded={section.folded ?? false}
                onFold={() => fold(section.key)}
              />
            );
          }}
          row={row}
          onRange={want}
          cursor={place}
          onCursor={(index) => choose(index)}
          onOpen={(index) => choose(index, { pane: 'history' })}
          onClose={() => {
            if (pane === 'history') closeHistory();
          }}
          resetKey={JSON.stringify([shown?.path, shown?.request.search, shown?.request.only_differ])}
          menu={menu}
          busy={pending && moving === undefined}
          empty={
            result === undefined ? undefined : (
              <div className={styles.empty}>
                {searched ? (
                  <>
                    <p>No setting matches “{visibleText(search.trim())}”.</p>
                    <Button
                      onPress={() => step('clear the search', (v) => withSettings(v, (s) => ({ ...s, search: '' })))}
                    >
                      Clear the search
                    </Button>
                  </>
                ) : two && onlyDiffer ? (
                  <>
                    <p>
                      No setting is logged as different at A and B, and none is unknown. That does not say that nothing
                      was changed.
                    </p>
                    <Button
                      onPress={() => step('all settings', (v) => withSettings(v, (s) => ({ ...s, onlyDiffer: false })))}
                    >
                      Show all settings
                    </Button>
                  </>
                ) : (
                  <>
                    <p>
                      No record of a write to a setting was received{soFar}. That does not say that no setting was
                      changed.
                    </p>
                    {importing !== undefined && (
                      <Button icon="import" isDisabled={!importing.enabled(reach)} onPress={() => run(importing)}>
                        Import files…
                      </Button>
                    )}
                  </>
                )}
              </div>
            )
          }
        />
      </Panes>
      <StatementDialog chosen={chosen} from={two ? askedFrom : restingFrom} to={at} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Tab as AriaTab, TabList, TabPanel, Tabs } from 'react-aria-components';
import styles from './App.module.css';
import { Actions } from './actions/Actions';
import { useBackend } from './backend/context';
import type { Theme } from './backend/types';
import { useDesk, useJobs } from './desk';
import { EngagementDialog } from './engagement/EngagementDialog';
import { ExportDialog } from './export/ExportDialog';
import { CaseBar } from './frame/CaseBar';
import { HistoryButtons } from './frame/HistoryButtons';
import { StatusBar, StatusProvider } from './frame/StatusBar';
import { useSoFar } from './frame/soFar';
import { Trouble } from './frame/Trouble';
import { ImportDialog } from './import/ImportDialog';
import { count } from './ui/words';
import { VerifyDialog } from './verify/VerifyDialog';
import type { Tab } from './view/view';

// Each view is a chunk of its own: the window stands before the tables are loaded.
const Welcome = lazy(() => import('./welcome/Welcome').then((m) => ({ default: m.Welcome })));
const SourcesView = lazy(() => import('./sources/SourcesView').then((m) => ({ default: m.SourcesView })));
const EventsView = lazy(() => import('./events/EventsView').then((m) => ({ default: m.EventsView })));
const ChangesView = lazy(() => import('./changes/ChangesView').then((m) => ({ default: m.ChangesView })));
const RollForwardView = lazy(() =>
  import('./rollforward/RollForwardView').then((m) => ({ default: m.RollForwardView })),
);
const SettingsView = lazy(() => import('./settings/SettingsView').then((m) => ({ default: m.SettingsView })));

export function App() {
  const { app, caseInfo, viewed } = useDesk();
  useTheme(app?.theme ?? 'system');
  return (
    <>
      {caseInfo !== undefined
        ? viewed && <Frame />
        : app !== undefined && (
            <Suspense>
              <Welcome />
            </Suspense>
          )}
      <Trouble />
      <ImportDialog />
      <ExportDialog />
      <EngagementDialog />
      <VerifyDialog key={caseInfo?.path} />
      <Actions />
    </>
  );
}

function Frame() {
  const { caseInfo, view, show } = useDesk();
  const settings = useSettingsTotal();
  if (caseInfo === undefined) return null;
  const tabs: readonly { readonly id: Tab; readonly title: string; readonly total: number | undefined }[] = [
    { id: 'sources', title: 'Sources & completeness', total: caseInfo.sources },
    { id: 'events', title: 'Events', total: caseInfo.events },
    { id: 'changes', title: 'Admin changes', total: caseInfo.admin_changes },
    { id: 'settings', title: 'Settings', total: settings },
  ];
  return (
    <StatusProvider>
      <div className={styles.frame}>
        <CaseBar caseInfo={caseInfo} />
        {/* A tab's panel is content by itself for a screen reader, so the landmark stands around them. */}
        <main className={styles.main}>
          <Tabs
            selectedKey={view.tab}
            onSelectionChange={(key) => {
              const tab = tabs.find((t) => t.id === key);
              if (tab !== undefined) show(tab.id);
            }}
            className={styles.tabs ?? ''}
          >
            <nav className={styles.tabBar} aria-label="Views and history">
              <TabList aria-label="Views" className={styles.tabList ?? ''}>
                {tabs.map((t) => (
                  <AriaTab key={t.id} id={t.id} className={styles.tab ?? ''}>
                    <span className={styles.tabTitle} data-text={t.title}>
                      {t.title}
                    </span>
                    {t.total !== undefined && (
                      <span className={styles.tabCount}>
                        <Total of={t.id} total={t.total} />
                      </span>
                    )}
                  </AriaTab>
                ))}
              </TabList>
              <HistoryButtons />
            </nav>
            <TabPanel id="sources" className={styles.panel ?? ''}>
              <Suspense>
                <SourcesView />
              </Suspense>
            </TabPanel>
            <TabPanel id="events" className={styles.panel ?? ''}>
              <Suspense>
                <EventsView />
              </Suspense>
            </TabPanel>
            <TabPanel id="changes" className={styles.panel ?? ''}>
              <Suspense>
                <ChangesView />
              </Suspense>
            </TabPanel>
            <TabPanel id="settings" className={styles.panel ?? ''}>
              <Suspense>{view.rollForward.shown ? <RollForwardView /> : <SettingsView />}</Suspense>
            </TabPanel>
          </Tabs>
        </main>
        <StatusBar caseInfo={caseInfo} />
      </div>
    </StatusProvider>
  );
}

/** Admin changes up to which their settings are counted as soon as the case is open: more take memory and a moment. */
const countedAtOnce = 50_000;

/** How many settings the case knows; asked apart, for nobody waits for it. */
function useSettingsTotal(): number | undefined {
  const backend = useBackend();
  const { caseInfo, view } = useDesk();
  const { importing } = useJobs();
  const cheap = (caseInfo?.admin_changes ?? 0) <= countedAtOnce;
  const request = { at: '', unseen: true };
  const answer = useQuery({
    queryKey: ['settings', caseInfo?.path, caseInfo?.generation, request],
    queryFn: () => backend.settings(request),
    // Each batch of an import makes a new state.
    enabled: caseInfo !== undefined && importing === undefined && (cheap || view.tab === 'settings'),
    placeholderData: (last, query) => (query?.queryKey[1] === caseInfo?.path ? last : undefined),
  });
  return answer.data?.total;
}

function Total({ of, total }: { readonly of: Tab; readonly total: number }) {
  const soFar = useSoFar();
  return <>{of === 'sources' ? count(total) : `${count(total)}${soFar}`}</>;
}

/** The system's theme unless the auditor chose one: no attribute lets the style sheet follow the system. */
function useTheme(theme: Theme) {
  useEffect(() => {
    const root = document.documentElement;
    if (theme === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', theme);
  }, [theme]);
}

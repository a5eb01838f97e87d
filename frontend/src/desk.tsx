import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { BackendError } from './backend/backend';
import { useBackend } from './backend/context';
import type {
  AppError,
  AppState,
  CaseInfo,
  ExportProgress,
  ExportResult,
  ImportPlan,
  ImportProgress,
  ImportResult,
  Of,
  Verified,
  VerifyProgress,
} from './backend/types';
import { useKeptView } from './useKeptView';
import { amend, begin, type History, redo, step, undo } from './view/history';
import { type Clock, initialView, type Tab, type ViewState } from './view/view';

export type DialogName = 'import' | 'export' | 'engagement' | 'verify' | 'statement' | 'palette' | 'help' | 'about';

/** What every part of the window can reach: the program's state, the open case, the view with its history, one dialog. */
export interface Desk {
  /** Undefined until the program answered. */
  readonly app: AppState | undefined;
  readonly caseInfo: CaseInfo | undefined;
  /** IANA name of the shown zone. */
  readonly zone: string;
  readonly view: ViewState;
  /** Whether the view is that of the open case: false while the one that the case was left with is read. */
  readonly viewed: boolean;
  /** What undo and redo would take back or do again, in words; undefined where there is nothing. */
  readonly undoLabel: string | undefined;
  readonly redoLabel: string | undefined;
  /** Changes the view as one step of the history; the label says what was done ("exclude ci-bot"). */
  step(label: string, change: (view: ViewState) => ViewState): void;
  /** Changes the view without making a step: the tab, the selection, what is folded. */
  amend(change: (view: ViewState) => ViewState): void;
  undo(): void;
  redo(): void;
  show(tab: Tab): void;
  setClock(clock: Clock): void;
  readonly dialog: DialogName | undefined;
  openDialog(name: DialogName): void;
  closeDialog(): void;
  /** Something that went wrong and that the auditor must see; undefined dismisses it. */
  readonly trouble: AppError | undefined;
  report(error: unknown): void;
  /** Reads the program's state again, after a change that it does not tell by itself. */
  refreshApp(): Promise<void>;
  /** Puts a case on the desk that a call answered with; the program's own word follows. */
  setCase(info: CaseInfo | undefined): void;
}

/** The work that goes on beside the view. It changes many times a second, so it stands apart from the desk. */
export interface Jobs {
  /** Files that wait for the auditor's word. */
  readonly plan: ImportPlan | undefined;
  readonly importing: ImportProgress | undefined;
  readonly imported: ImportResult | AppError | undefined;
  readonly exporting: ExportProgress | undefined;
  readonly exported: ExportResult | AppError | undefined;
  readonly verifying: VerifyProgress | undefined;
  readonly verified: Verified | AppError | undefined;
  /** Takes over a plan that a call answered with, or drops it; the dialog for it is opened with it. */
  setPlan(plan: ImportPlan | undefined): void;
  /** Forgets how the last import, export or check of the case ended, when its dialog is closed or a new one begins. */
  clearImported(): void;
  clearExported(): void;
  clearVerified(): void;
}

const DeskContext = createContext<Desk | undefined>(undefined);
const JobsContext = createContext<Jobs | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error('useDesk needs a DeskProvider around it');
  return desk;
}

export function useJobs(): Jobs {
  const jobs = useContext(JobsContext);
  if (jobs === undefined) throw new Error('useJobs needs a DeskProvider around it');
  return jobs;
}

/** What a person is told of an error, whatever was thrown. */
export function troubleOf(error: unknown): AppError {
  if (error instanceof BackendError) return error.detail;
  return { message: error instanceof Error ? error.message : 'Something went wrong that has no description' };
}

export function DeskProvider({
  children,
  view: startView,
}: {
  readonly children: ReactNode;
  readonly view?: ViewState;
}) {
  const backend = useBackend();
  const client = useQueryClient();
  const app = useQuery({ queryKey: ['state'], queryFn: () => backend.state() });
  const [told, setTold] = useState<{ readonly info: CaseInfo | undefined }>();
  const [history, setHistory] = useState<History>(() => begin(startView ?? initialView()));
  const [dialog, setDialog] = useState<DialogName>();
  const [trouble, setTrouble] = useState<AppError>();
  const [plan, setPlanState] = useState<ImportPlan>();
  const [importing, setImporting] = useState<ImportProgress>();
  const [imported, setImported] = useState<ImportResult | AppError>();
  const [exporting, setExporting] = useState<ExportProgress>();
  const [exported, setExported] = useState<ExportResult | AppError>();

  const [verifying, setVerifying] = useState<VerifyProgress>();
  const [verified, setVerified] = useState<Verified | AppError>();

  const caseInfo = told === undefined ? app.data?.open : told.info;
  const path = caseInfo?.path;

  const setPlan = useCallback((next: ImportPlan | undefined) => {
    setPlanState(next);
    if (next !== undefined) setDialog('import');
  }, []);

  const [shownPath, setShownPath] = useState(path);
  if (shownPath !== path) {
    // Another case: its own view, and nothing of the last one's.
    setShownPath(path);
    if (shownPath !== undefined) setHistory(begin(initialView()));
    setVerifying(undefined);
    setVerified(undefined);
  }

  useEffect(() => {
    const stops = [
      backend.on('case', (info) => setTold({ info })),
      backend.on('plan', setPlan),
      backend.on('importProgress', (p) => {
        setImported(undefined);
        setImporting(p);
      }),
      backend.on('importDone', (end) => {
        setImporting(undefined);
        setImported(end);
      }),
      backend.on('exportProgress', (p) => {
        setExported(undefined);
        setExporting(p);
      }),
      backend.on('exportDone', (end) => {
        setExporting(undefined);
        setExported(end);
      }),
      backend.on('verifyProgress', (p) => {
        setVerified(undefined);
        setVerifying(p);
      }),
      backend.on('verifyDone', (end) => {
        setVerifying(undefined);
        setVerified(end);
      }),
      backend.on('error', setTrouble),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [backend, setPlan]);

  const report = useCallback((error: unknown) => setTrouble(error === undefined ? undefined : troubleOf(error)), []);
  const restore = useCallback((view: ViewState) => setHistory(begin(view)), []);
  const viewed = useKeptView(path, history.present.view, restore, report);

  const zone = history.present.view.clock === 'utc' ? 'UTC' : (caseInfo?.engagement.zone ?? 'UTC');
  // What the desk can do never changes, so that handing it down draws nothing again.
  const doings = useMemo(
    () => ({
      step: (label: string, change: (view: ViewState) => ViewState) =>
        setHistory((h) => step(h, label, change(h.present.view))),
      amend: (change: (view: ViewState) => ViewState) => setHistory((h) => amend(h, change(h.present.view))),
      undo: () => setHistory(undo),
      redo: () => setHistory(redo),
      show: (tab: Tab) => setHistory((h) => amend(h, { ...h.present.view, tab })),
      setClock: (clock: Clock) => setHistory((h) => step(h, 'change the zone', { ...h.present.view, clock })),
      openDialog: (name: DialogName) => setDialog(name),
      closeDialog: () => setDialog(undefined),
      report,
      refreshApp: () => client.invalidateQueries({ queryKey: ['state'] }),
      setCase: (info: CaseInfo | undefined) => setTold({ info }),
    }),
    [client, report],
  );
  const desk = useMemo<Desk>(
    () => ({
      ...doings,
      app: app.data,
      caseInfo,
      zone,
      view: history.present.view,
      viewed,
      undoLabel: history.past.length > 0 ? history.present.label : undefined,
      redoLabel: history.future[0]?.label,
      dialog,
      // A program that does not answer at all leaves an empty window: it must say so.
      trouble: trouble ?? (app.error === null ? undefined : troubleOf(app.error)),
    }),
    [doings, app.data, app.error, caseInfo, zone, history, viewed, dialog, trouble],
  );
  const jobs = useMemo<Jobs>(
    () => ({
      plan,
      importing,
      imported,
      exporting,
      exported,
      verifying,
      verified,
      setPlan,
      clearImported: () => setImported(undefined),
      clearExported: () => setExported(undefined),
      clearVerified: () => setVerified(undefined),
    }),
    [plan, importing, imported, exporting, exported, verifying, verified, setPlan],
  );
  return (
    <DeskContext value={desk}>
      <JobsContext value={jobs}>{children}</JobsContext>
    </DeskContext>
  );
}

/** Which listing a tab shows. */
export function listingOf(tab: Tab): Of {
  return tab === 'changes' ? 'changes' : 'events';
}

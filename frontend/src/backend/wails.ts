import * as generated from '../../wailsjs/go/main/App';
import * as runtime from '../../wailsjs/runtime/runtime';
import { type Backend, BackendError, type BackendEvents } from './backend';
import type { AppError } from './types';

// The program's own backend, the only importer of the generated bindings. Every bound method takes one JSON-able argument
// (or none) and answers with a string of JSON, {"value": …} or {"error": AppError}: Wails itself can only reject with a
// plain string, which would lose the hint and the position.

/**
 * The methods by their generated names, so that a missing one does not compile. The generated types of the arguments are
 * mutable classes for what this page has as read-only data; what crosses is the same JSON.
 */
const app = generated as unknown as Readonly<Record<keyof typeof generated, (argument?: unknown) => Promise<string>>>;

type Answer<T> = { readonly value?: T; readonly error?: AppError };

async function ask<T>(call: Promise<string>): Promise<T> {
  let text: string;
  try {
    text = await call;
  } catch (thrown) {
    throw new BackendError({ message: typeof thrown === 'string' ? thrown : 'The program did not answer' });
  }
  const answer = JSON.parse(text) as Answer<T>;
  if (answer.error) throw new BackendError(answer.error);
  // A dialog that was cancelled and a method without a result answer null.
  return (answer.value ?? undefined) as T;
}

export function createWailsBackend(): Backend {
  return {
    state: () => ask(app.State()),
    setTheme: (theme) => ask(app.SetTheme(theme)),

    openCaseDialog: () => ask(app.OpenCaseDialog()),
    openRecent: (id) => ask(app.OpenRecent(id)),
    forgetRecent: (id) => ask(app.ForgetRecent(id)),
    openDemo: () => ask(app.OpenDemo()),
    closeCase: () => ask(app.CloseCase()),
    caseInfo: () => ask(app.CaseInfo()),
    view: () => ask(app.View()),
    keepView: (view) => ask(app.KeepView(view)),
    saveEngagement: (engagement) => ask(app.SaveEngagement(engagement)),

    chooseFiles: () => ask(app.ChooseFiles()),
    chooseFolder: () => ask(app.ChooseFolder()),
    chooseCasePath: (planId) => ask(app.ChooseCasePath(planId)),
    planFiles: (request) => ask(app.PlanFiles(request)),
    previewFile: (request) => ask(app.PreviewFile(request)),
    dropPlan: (planId) => ask(app.DropPlan(planId)),
    startImport: (request) => ask(app.StartImport(request)),
    cancelImport: () => ask(app.CancelImport()),

    parseQuery: (text) => ask(app.ParseQuery(text)),
    search: (request) => ask(app.Search(request)),
    eventRows: (request) => ask(app.EventRows(request)),
    changeRows: (request) => ask(app.ChangeRows(request)),
    locate: (request) => ask(app.Locate(request)),
    event: (ref) => ask(app.Event(ref)),
    revealRaw: (ref) => ask(app.RevealRaw(ref)),
    checkReceipt: (request) => ask(app.CheckReceipt(request)),
    saveReceipt: (request) => ask(app.SaveReceipt(request)),
    compareSources: (request) => ask(app.CompareSources(request)),
    sources: () => ask(app.Sources()),
    completeness: (zone) => ask(app.Completeness(zone)),
    unreadable: (request) => ask(app.Unreadable(request)),
    exportUnreadable: (request) => ask(app.ExportUnreadable(request)),
    retry: () => ask(app.Retry()),
    summary: (request) => ask(app.Summary(request)),

    settings: (request) => ask(app.Settings(request)),
    settingRows: (request) => ask(app.SettingRows(request)),
    settingsSpan: () => ask(app.SettingsSpan()),
    settingHistory: (request) => ask(app.SettingHistory(request)),
    settingOf: (request) => ask(app.SettingOf(request)),
    statement: (request) => ask(app.Statement(request)),
    paperLine: (request) => ask(app.PaperLine(request)),

    chooseSnapshot: (end) => ask(app.ChooseSnapshot(end)),
    rollForward: (request) => ask(app.RollForward(request)),
    rollForwardLine: (request) => ask(app.RollForwardLine(request)),
    saveRollForward: (request) => ask(app.SaveRollForward(request)),

    startExport: (request) => ask(app.StartExport(request)),
    cancelExport: () => ask(app.CancelExport()),
    showExportInFolder: () => ask(app.ShowExportInFolder()),

    startVerify: (request) => ask(app.StartVerify(request)),
    cancelVerify: () => ask(app.CancelVerify()),

    copyText: (text) => ask(app.CopyText(text)),
    on<K extends keyof BackendEvents>(name: K, listener: (payload: BackendEvents[K]) => void) {
      return runtime.EventsOn(name, (payload: unknown) => {
        // A closed case is told as null.
        listener((payload ?? undefined) as BackendEvents[K]);
      });
    },
  };
}

import type {
  AppError,
  AppState,
  CaseInfo,
  CaseView,
  ChangeRows,
  Completeness,
  Engagement,
  EventDetail,
  EventRows,
  ExportProgress,
  ExportRequest,
  ExportResult,
  ImportPlan,
  ImportProgress,
  ImportResult,
  PaperLineRequest,
  ParsedQuery,
  PlanFile,
  Preview,
  RawRecord,
  ReceiptAnswer,
  ReceiptRequest,
  RetryResult,
  RollForward,
  RollForwardLineRequest,
  RollForwardRequest,
  RowsRequest,
  SearchRequest,
  SearchResult,
  SettingHistory,
  SettingHistoryRequest,
  SettingRows,
  SettingRowsRequest,
  SettingsRequest,
  SettingsResult,
  SettingsSpan,
  SnapshotFile,
  Source,
  SourceComparison,
  Sources,
  Statement,
  StatementRequest,
  Theme,
  Unreadable,
  Verified,
  VerifyProgress,
  WrittenSetting,
} from './types';

/** Thrown by every method of a Backend that could not do its work. */
export class BackendError extends Error {
  readonly detail: AppError;
  constructor(detail: AppError) {
    super(detail.message);
    this.name = 'BackendError';
    this.detail = detail;
  }
}

/** What the backend tells the page by itself. */
export interface BackendEvents {
  /** The case changed: opened, closed (undefined), imported into, renamed. */
  readonly case: CaseInfo | undefined;
  /** Files were dropped, or chosen from the native menu: ask the auditor what to do with them. */
  readonly plan: ImportPlan;
  readonly importProgress: ImportProgress;
  readonly importDone: ImportResult | AppError;
  readonly exportProgress: ExportProgress;
  readonly exportDone: ExportResult | AppError;
  readonly verifyProgress: VerifyProgress;
  readonly verifyDone: Verified | AppError;
  /** A native menu item was chosen: the id of an action (see actions/). */
  readonly action: string;
  /** Something went wrong outside a call. */
  readonly error: AppError;
}

/**
 * Everything the page asks of the program. There are two: the Wails one (wails.ts, the only importer of wailsjs) and a fake
 * for tests (fake.ts). No method takes a path: the backend opens the dialogs. A dialog that was cancelled answers undefined.
 */
export interface Backend {
  state(): Promise<AppState>;
  setTheme(theme: Theme): Promise<void>;

  openCaseDialog(): Promise<CaseInfo | undefined>;
  openRecent(id: string): Promise<CaseInfo>;
  forgetRecent(id: string): Promise<AppState>;
  openDemo(): Promise<CaseInfo>;
  closeCase(): Promise<void>;
  caseInfo(): Promise<CaseInfo>;
  /** How the window stood in the open case when it was kept last. */
  view(): Promise<CaseView>;
  /** Keeps how the window stands in a case; also a moment after it was closed. */
  keepView(view: CaseView): Promise<void>;
  saveEngagement(engagement: Engagement): Promise<CaseInfo>;
  /** Compares what a receipt states with what was read, without saving it. */
  checkReceipt(request: ReceiptRequest): Promise<ReceiptAnswer>;
  saveReceipt(request: ReceiptRequest): Promise<Source>;
  /** Compares a source that was sent again with the one that it replaces. */
  compareSources(request: { readonly old: number; readonly new: number }): Promise<SourceComparison>;

  chooseFiles(): Promise<ImportPlan | undefined>;
  chooseFolder(): Promise<ImportPlan | undefined>;
  chooseCasePath(planId: string): Promise<ImportPlan | undefined>;
  planFiles(request: {
    readonly plan: string;
    readonly offset: number;
    readonly limit: number;
  }): Promise<readonly PlanFile[]>;
  /** Reads the beginning of a file; takes some seconds at most. Nothing is written. */
  previewFile(request: { readonly plan: string; readonly file: number }): Promise<Preview>;
  dropPlan(planId: string): Promise<void>;
  /** Answers at once; progress and the end come as events. */
  startImport(request: { readonly plan: string; readonly deployment: string }): Promise<void>;
  cancelImport(): Promise<void>;

  parseQuery(text: string): Promise<ParsedQuery>;
  search(request: SearchRequest): Promise<SearchResult>;
  eventRows(request: RowsRequest): Promise<EventRows>;
  changeRows(request: RowsRequest): Promise<ChangeRows>;
  /** The position of an event in a result, or -1. */
  locate(request: Omit<RowsRequest, 'offset' | 'limit'> & { readonly ref: string }): Promise<number>;
  event(ref: string): Promise<EventDetail>;
  /** Unmasked; the case notes that it was done. */
  revealRaw(ref: string): Promise<readonly RawRecord[]>;
  sources(): Promise<Sources>;
  /** Takes some seconds in a case of millions; times in its sentences are of the zone. */
  completeness(zone: string): Promise<Completeness>;
  unreadable(request: {
    /** A class of reasons; absent for all. */
    readonly reason?: string;
    readonly offset: number;
    readonly limit: number;
  }): Promise<readonly Unreadable[]>;
  /** Asks for a place; undefined when cancelled. */
  exportUnreadable(request: {
    readonly format: 'csv' | 'jsonl';
    readonly reason?: string;
  }): Promise<{ readonly name: string; readonly rows: number } | undefined>;
  /** Tries to understand all unreadable records again; counts as an import while it runs. */
  retry(): Promise<RetryResult>;
  /** Sources by their numbers, as text for a working paper. */
  summary(request: { readonly sources: readonly number[] }): Promise<string>;

  /** Settings as of one or two instants: counts and panels. Quick enough to be asked while a date is dragged. */
  settings(request: SettingsRequest): Promise<SettingsResult>;
  settingRows(request: SettingRowsRequest): Promise<SettingRows>;
  settingsSpan(): Promise<SettingsSpan>;
  settingHistory(request: SettingHistoryRequest): Promise<SettingHistory>;
  /** The setting that a change is of, by its event and its place there; undefined where it is of none. */
  settingOf(request: { readonly event: string; readonly ordinal: number }): Promise<WrittenSetting | undefined>;
  statement(request: StatementRequest): Promise<Statement>;
  paperLine(request: PaperLineRequest): Promise<string>;

  /** Asks for a file and reads it; undefined when cancelled. */
  chooseSnapshot(end: 'opening' | 'closing'): Promise<SnapshotFile | undefined>;
  rollForward(request: RollForwardRequest): Promise<RollForward>;
  /** A row as a line for a working paper. */
  rollForwardLine(request: RollForwardLineRequest): Promise<string>;
  /** Asks for a place; undefined when cancelled. */
  saveRollForward(
    request: RollForwardRequest & { readonly format: 'xlsx' | 'csv' },
  ): Promise<{ readonly name: string; readonly folder: string } | undefined>;

  /** Asks for a place, then answers at once with its name; undefined when cancelled. Progress and the end come as events. */
  startExport(request: ExportRequest): Promise<{ readonly name: string; readonly folder: string } | undefined>;
  cancelExport(): Promise<void>;
  showExportInFolder(): Promise<void>;

  /**
   * Checks the case against its own digests and records; answers at once, progress and the end come as events. `noted` is a
   * head that was noted elsewhere.
   */
  startVerify(request: { readonly noted?: string }): Promise<void>;
  cancelVerify(): Promise<void>;

  copyText(text: string): Promise<void>;
  on<K extends keyof BackendEvents>(name: K, listener: (payload: BackendEvents[K]) => void): () => void;
}

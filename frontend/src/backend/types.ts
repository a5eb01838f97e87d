// What crosses between the page and the Go backend. The shapes are those of the Go package `backend/audit` and of
// `backend/casefile`; docs/cli.md has the same shapes where the command line prints them. Times are RFC 3339 in UTC unless
// a comment says otherwise. Text that came out of a log is untrusted: it is only ever shown as text, with control and
// bidirectional characters made visible (see ui/LogText).

/** A query field, such as "resource_type". The list is audit.Fields() in Go. */
export type Field =
  | 'resource_type'
  | 'action'
  | 'target'
  | 'user'
  | 'organization'
  | 'ip'
  | 'outcome'
  | 'status'
  | 'changed'
  | 'setting'
  | 'panel'
  | 'kind'
  | 'basis'
  | 'new'
  | 'continuity'
  | 'class'
  | 'version'
  | 'log'
  | 'deployment'
  | 'source'
  | 'text'
  | 'has'
  | 'id'
  | 'ref'
  | 'request_id'
  | 'resource_id'
  | 'build_reason'
  | 'date_from'
  | 'date_to'
  | 'after'
  | 'before';

/** How a value compares: equal and prefix ignore ASCII case; recorded is `f:*`, not_recorded is `f:""`. */
export type Op = 'equal' | 'prefix' | 'recorded' | 'not_recorded' | 'at_least' | 'below';

export interface Value {
  readonly op: Op;
  /** Without quotes; for a prefix without the star; empty for recorded and not_recorded. */
  readonly text: string;
}

/** `field:value,value`; the values are alternatives. A `text` term is one word of the text search. */
export interface Term {
  readonly field: Field;
  readonly exclude?: boolean;
  readonly values: readonly Value[];
}

export type Order = 'newest' | 'oldest';
export type FacetOrder = 'count' | 'name' | 'rarest';
export type Outcome = 'ok' | 'denied' | 'failed' | 'unknown';
export type Basis = 'logged' | 'derived' | 'not recorded';
export type Kind =
  | 'unknown'
  | 'boolean'
  | 'choice'
  | 'secret'
  | 'colour'
  | 'hash'
  | 'text'
  | 'list'
  | 'object'
  | 'number'
  | 'duration'
  | 'time'
  | 'unrecorded';

export interface Person {
  readonly id?: string;
  readonly username?: string;
  readonly email?: string;
  readonly name?: string;
}

/** Any JSON value, as logged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Continuity =
  | 'follows'
  | 'break before'
  | 'first logged'
  | 'not applied'
  | 'effect unknown'
  | 'value unknown'
  | 'secret';

/** A change that the log lacks, between two changes of one setting that are logged. */
export interface Break {
  /** The ref of the event that it came after. */
  readonly after_event: string;
  readonly after_time: string;
  /** What that one left; absent for a secret, and where it left none. */
  readonly value_then?: Json;
  readonly before_event: string;
  readonly before_time: string;
  /** What the later one logs as the value before. */
  readonly old_logged?: Json;
  /** Stretches without records between the two. */
  readonly gaps: number;
  readonly words: string;
}

export interface Change {
  /** As logged; empty for a write without content. */
  readonly field: string;
  readonly panel?: string;
  /** The vendor's label: a gloss on the field, never in its place. */
  readonly setting?: string;
  /** Absent where the record does not hold it, and always for a secret. */
  readonly old?: Json;
  readonly new?: Json;
  readonly kind: Kind;
  /** How `old` is known, or that the content is not recorded. */
  readonly basis: Basis;
  /** The ref of the event that a derived `old` was logged by. */
  readonly from?: string;
  /** Stretches without records of the deployment between that event and this one; absent for none. */
  readonly gaps?: number;
  readonly secret?: boolean;
  /** How `old` compares with what the change before it left; absent where that is not tested. */
  readonly continuity?: Continuity;
  /** A change that the log lacks lies before this one. */
  readonly break_before?: Break;
  readonly break_after?: Break;
  readonly outcome?: Outcome;
  readonly note?: string;
  /** The change in words: "false → true", "secret replaced". */
  readonly words: string;
  /** Length of `old` and `new` together, where a row leaves them out for being long; the event has them. */
  readonly value_bytes?: number;
}

export interface Position {
  /** Base name or path of the source as it was given at import. */
  readonly path: string;
  readonly line: number;
  readonly offset: number;
  readonly form: string;
  readonly differs?: boolean;
}

export interface AuditEvent {
  readonly ref: string;
  readonly id?: string;
  readonly time: string;
  readonly time_as_logged?: string;
  readonly log: 'audit' | 'connection';
  readonly version: 'v1' | 'v2';
  readonly deployment?: string;
  readonly action: string;
  readonly resource_type?: string;
  readonly resource_id?: string;
  readonly resource_target?: string;
  readonly user?: Person;
  readonly organization?: string;
  readonly ip?: string;
  readonly user_agent?: string;
  readonly status_code?: number;
  readonly outcome?: Outcome;
  readonly request_id?: string;
  readonly description?: string;
  readonly build_reason?: string;
  readonly content_not_recorded?: boolean;
  readonly looks_synthetic?: boolean;
  readonly differs?: boolean;
  readonly changes: readonly Change[];
  readonly additional?: { readonly [key: string]: Json };
  readonly sources: readonly Position[];
}

export interface Bucket {
  /** What `field:value` takes. */
  readonly value: string;
  readonly count: number;
  readonly state: '' | 'include' | 'exclude';
  /** Outcome facet: the status codes behind it. */
  readonly codes?: readonly number[];
}

export interface FacetRequest {
  readonly field: Field;
  readonly top: number;
  readonly search?: string;
  readonly order?: FacetOrder;
}

/** Counts of one field's values under every filter except the field's own. Exact, never sampled. */
export interface Facet {
  readonly field: Field;
  /** Values with a count above 0 here (matching the search, if one was given). */
  readonly distinct: number;
  /** Values in the whole case. */
  readonly in_case: number;
  /** The top values, then selected and excluded ones not among them (even at 0). */
  readonly values: readonly Bucket[];
  /** Events without a recorded value. */
  readonly missing: number;
  readonly missing_state: '' | 'include' | 'exclude';
  /** Documented values that no event of the case has. */
  readonly never?: readonly string[];
}

export type BucketSize = 'auto' | 'minute' | 'hour' | 'day' | 'week' | 'month';

export interface Timeline {
  readonly bucket: Exclude<BucketSize, 'auto'>;
  readonly zone: string;
  readonly buckets: readonly { readonly start: string; readonly count: number; readonly failed: number }[];
}

export interface Gap {
  readonly deployment: string;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

/** What a result is taken of: the events themselves, or one row per changed field. */
export type Of = 'events' | 'changes';

/** What rows of changes are grouped by; "" is one list by time. */
export type Group = 'panel' | 'target' | 'user' | 'day' | '';

export interface GroupCount {
  /** As the facet lists it; empty where none is recorded. */
  readonly key: string;
  readonly count: number;
  /** Distinct changed fields; counted by panel only. */
  readonly fields: number;
  /** Of the last of very many: how many further groups it stands for. */
  readonly rest?: number;
}

export interface SearchRequest {
  readonly of: Of;
  /** The query's canonical text; "" matches everything. The scope is applied by the backend, it is no part of it. */
  readonly query: string;
  /** IANA name of the shown zone; days and buckets are those of this zone. */
  readonly zone: string;
  readonly order: Order;
  readonly facets: readonly FacetRequest[];
  /** Empty: no timeline. */
  readonly timeline?: BucketSize;
  /** Changes only: panels stand in order of risk, targets and users by count, most first; by day is a list by time. */
  readonly group?: Group;
}

export interface SearchResult {
  /** Counts imports; every answer names the state of the case that it belongs to. */
  readonly generation: number;
  readonly total: number;
  /** Rows in the case (within the scope). */
  readonly in_case: number;
  readonly facets: readonly Facet[];
  readonly timeline?: Timeline;
  /** Days of the shown zone that have rows, in the order of the rows; absent for more than 5,000 days and for grouped rows. */
  readonly days?: readonly { readonly day: string; readonly count: number }[];
  /** Changes grouped by panel, target or user: the groups in the order of the rows. */
  readonly groups?: readonly GroupCount[];
}

export interface RowsRequest {
  readonly of: Of;
  readonly query: string;
  readonly zone: string;
  readonly order: Order;
  readonly group?: Group;
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
}

export interface EventRows {
  readonly generation: number;
  readonly rows: readonly AuditEvent[];
  /** Of each row: the label of its person as facets name it, "" for nobody. */
  readonly persons: readonly string[];
  /** Of each row: what facets call its organization, "" for none. */
  readonly organizations: readonly string[];
}

/** A row of the events table: the event, and its person's label also where this event's records give only an id. */
export interface EventRow extends AuditEvent {
  readonly person?: string;
}

/** One row of the admin-changes table. */
export interface ChangeRow extends Change {
  /** The ref of the event. */
  readonly event: string;
  readonly time: string;
  /** Label of the person: e-mail, else username, else id. */
  readonly user?: string;
  readonly action: string;
  readonly target?: string;
  readonly resource_type?: string;
  readonly status_code?: number;
  readonly deployment?: string;
  readonly version: 'v1' | 'v2';
}

export interface ChangeRows {
  readonly generation: number;
  readonly rows: readonly ChangeRow[];
}

export interface EventDetail {
  readonly event: AuditEvent;
  /** Label of the person as facets name it, also where this event's records give only an id. */
  readonly person?: string;
  /** What facets call the organization, also where this event's records give only its id. */
  readonly organization?: string;
  /** "Account jessie@acme.example is recorded as changing GPU Vendor". */
  readonly sentence: string;
  /** Roles and status of the person, as in the record. */
  readonly roles?: readonly string[];
  /** Masked; one per record of the event, the record itself first. */
  readonly raw: readonly RawRecord[];
}

export interface RawRecord {
  readonly position: Position;
  /** Invalid UTF-8 is replaced. Cut at 64 KiB of text, then `cut` says how many bytes there are. */
  readonly text: string;
  readonly masked: boolean;
  readonly cut?: number;
}

export interface Engagement {
  readonly title: string;
  readonly reference?: string;
  readonly prepared_by?: string;
  /** First day of the period under audit, yyyy-mm-dd; absent for open. */
  readonly from?: string;
  /** Last day, inclusive. */
  readonly to?: string;
  /** IANA name. */
  readonly zone: string;
  readonly made_up?: boolean;
  /** The deployments under audit; absent for all. With the period they are the scope. */
  readonly deployments?: readonly string[];
}

export interface CaseInfo {
  /** Where the case lies, for showing; never sent back. */
  readonly path: string;
  readonly engagement: Engagement;
  readonly deployments: readonly {
    readonly name: string;
    readonly versions: readonly string[];
    readonly events: number;
  }[];
  readonly events: number;
  readonly changes: number;
  /** Changes of class:admin. */
  readonly admin_changes: number;
  readonly sources: number;
  readonly unreadable: number;
  readonly lines: number;
  readonly first?: string;
  readonly last?: string;
  /** Stretches without any record, longest 1,000. */
  readonly gaps: readonly Gap[];
  readonly last_import?: string;
  readonly read_only: boolean;
  /** Set in a hand-over copy, whose raw records are masked; it is read-only. */
  readonly redaction?: Redaction;
  readonly generation: number;
  /** Set where all people of the case share one mail domain, such as "acme.example". */
  readonly mail_domain?: string;
}

/** What a hand-over copy is of, and what was done to it. */
export interface Redaction {
  /** Of the chain of the case that it was made of. */
  readonly head: string;
  readonly time: string;
  readonly blocks: number;
  readonly records: number;
  /** Records in which something was masked. */
  readonly masked: number;
}

export interface VerifyProgress {
  readonly check: string;
  /** Of the check, from 1. */
  readonly number: number;
  readonly checks: number;
  readonly done: number;
  /** Absent where it is not known. */
  readonly total?: number;
}

export interface VerifyCheck {
  readonly name: string;
  /** Of what was looked at. */
  readonly count: number;
  /** The first few damages; absent where it is sound. */
  readonly damage?: readonly string[];
  readonly further?: number;
  /** What is no damage, but should be known. */
  readonly notes?: readonly string[];
}

/** An export as the case noted it, and whether its head stands in the chain before that note. */
export interface NotedExport {
  readonly time: string;
  readonly name: string;
  readonly query: string;
  readonly zone: string;
  readonly rows: number;
  readonly sha256: string;
  readonly head: string;
  readonly link?: number;
  readonly agrees: boolean;
}

/** The report of a check of the case; docs/cli.md has the same shape. */
export interface Verified {
  readonly checks: readonly VerifyCheck[];
  readonly head: string;
  readonly links: number;
  readonly first?: string;
  readonly still?: string;
  readonly exports: readonly NotedExport[];
  readonly reveals: readonly { readonly time: string; readonly ref: string }[];
  readonly redaction?: Redaction;
  readonly sound: boolean;
  readonly noted?: { readonly head: string; readonly link?: number; readonly agrees: boolean };
}

/** What a comparison came to; of what cannot be tested the words say why. */
export interface Comparison {
  readonly state: 'agrees' | 'differs' | 'not given' | 'cannot be tested';
  readonly words: string;
}

/** What the auditor noted about how a source was received: all of it is the auditor's word. */
export interface Receipt {
  readonly from?: string;
  /** yyyy-mm-dd */
  readonly received?: string;
  readonly request?: string;
  readonly method?: string;
  /** As the provider stated it. */
  readonly sha256?: string;
  /** As the provider stated it: of records, or of lines. */
  readonly count?: number;
  /** Number of the source that this one was sent again for. */
  readonly replaces?: number;
}

export interface ReceiptCheck {
  readonly sha256: Comparison;
  readonly count: Comparison;
}

export interface ReceiptRequest {
  /** Number of the source. */
  readonly source: number;
  readonly receipt: Receipt;
}

export interface ReceiptAnswer {
  /** What keeps the receipt from being saved, by its field. */
  readonly problems: readonly { readonly field: keyof Receipt; readonly message: string }[];
  readonly check: ReceiptCheck;
}

/** Some events of a comparison; `query` opens them, as far as they are within the scope. */
export interface ComparedEvents {
  readonly count: number;
  readonly in_scope: number;
  readonly query?: string;
  readonly listed: number;
}

export interface SourceComparison {
  readonly old: number;
  readonly new: number;
  /** "12 new, 3 missing, 1 differs" */
  readonly words: string;
  readonly added: ComparedEvents;
  readonly missing: ComparedEvents;
  readonly differ: ComparedEvents;
  readonly alike: number;
  /** What was not compared, and what can't show; sentences. */
  readonly notes: readonly string[];
}

export interface Source {
  readonly number: number;
  readonly path: string;
  readonly sha256?: string;
  readonly bytes: number;
  readonly unpacked_bytes: number;
  readonly form: string;
  /** In words: "Coder v1 log, JSON lines, in Docker json-file, gzip". */
  readonly shape: string;
  readonly deployment: string;
  readonly state: 'whole' | 'partial' | 'repeat';
  readonly lines: number;
  readonly record_lines: number;
  readonly records: number;
  readonly events: number;
  readonly matching: number;
  readonly duplicates: number;
  readonly other: number;
  readonly unreadable: number;
  readonly first?: string;
  readonly last?: string;
  readonly imported: string;
  readonly note?: string;
  readonly receipt?: Receipt;
  /** Where the receipt states a digest or a count. */
  readonly receipt_check?: ReceiptCheck;
}

export interface OtherLines {
  readonly path: string;
  readonly pattern: string;
  readonly count: number;
  readonly line: number;
  readonly example: string;
}

export interface Unreadable {
  readonly path: string;
  readonly line: number;
  readonly offset: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** A source that looks like another one sent again; nothing is done about it unless the auditor says so. */
export interface Suggestion {
  readonly source: number;
  readonly replaces: number;
  /** "it has the same name" */
  readonly why: string;
}

/** Unreadable records of one class of reasons: without the position that each names. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** What became of unreadable records that were tried again. */
export interface RetryResult {
  readonly tried: number;
  readonly understood: number;
  readonly events: number;
  readonly matching: number;
  readonly duplicates: number;
  readonly still_unreadable: number;
  /** Can't be tried, for not all of their bytes were kept. */
  readonly not_kept_whole: number;
  readonly cancelled?: boolean;
}

export interface Sources {
  readonly generation: number;
  readonly sources: readonly Source[];
  /** By pattern over all sources, most frequent first. */
  readonly other: readonly OtherLines[];
  /** The first 200. */
  readonly unreadable: readonly Unreadable[];
  readonly unreadable_total: number;
  readonly unreadable_reasons: readonly ReasonCount[];
  readonly gaps: readonly Gap[];
  /** Records per source and UTC day. */
  readonly coverage: readonly { readonly source: number; readonly day: string; readonly count: number }[];
  readonly suggestions: readonly Suggestion[];
}

export type Verdict = 'agrees' | 'differs' | 'cannot be tested';

export type Step = 'deployment to files' | 'files to case' | 'case to workbook' | 'within the records';

/** One thing that a test found. */
export interface Finding {
  readonly words: string;
  /** Opens its rows, in the language of the query field; absent where no rows can be shown. */
  readonly query?: string;
  /** Said apart: it did not make the test differ. */
  readonly aside?: boolean;
}

export interface CompletenessTest {
  /** A name that stays: "rhythm", "builds", … */
  readonly test: string;
  readonly title: string;
  readonly step: Step;
  /** Absent where it is about the whole case. */
  readonly deployment?: string;
  /** At what it looked, in numbers. */
  readonly looked?: string;
  readonly verdict: Verdict;
  /** Why, in one sentence. */
  readonly words: string;
  /** How it looked. */
  readonly method?: string;
  /** What it can't show. */
  readonly limit?: string;
  readonly findings: readonly Finding[];
  /** Findings that are not listed. */
  readonly further?: number;
}

/** What was tested of what was received, over the whole case whatever the period under audit. */
export interface Completeness {
  readonly generation: number;
  /** Of the times in sentences. */
  readonly zone: string;
  readonly tests: readonly CompletenessTest[];
  readonly classes: readonly {
    readonly deployment: string;
    readonly version: string;
    readonly log: string;
    readonly class: string;
    readonly first: string;
    readonly last: string;
    readonly events: number;
    readonly query: string;
  }[];
  /** Understood records by deployment, UTC day and form. */
  readonly days: readonly {
    readonly deployment: string;
    readonly day: string;
    readonly form: string;
    readonly records: number;
  }[];
}

/** What is about to be imported. Go holds the paths; the page knows names only. */
export interface ImportPlan {
  readonly id: string;
  readonly items: readonly { readonly name: string; readonly bytes: number; readonly folder: boolean }[];
  readonly files: number;
  readonly bytes: number;
  /** Whether it starts a new case; then `case_path` says where (chooseCasePath changes it). */
  readonly new_case: boolean;
  readonly case_path: string;
  /** Deployments that the case knows. */
  readonly deployments: readonly string[];
}

/** One file of a plan. */
export interface PlanFile {
  /** Its number in the plan. */
  readonly file: number;
  readonly name: string;
  readonly bytes: number;
}

/** What a look at a file shows before it is imported; see `preview` in docs/cli.md. */
export interface Preview {
  readonly path: string;
  readonly bytes: number;
  /** Unpacked bytes that were looked at. */
  readonly read: number;
  /** Whether that was all of it. */
  readonly whole: boolean;
  /** "zip", "tar in gzip"; absent for a file. */
  readonly archive?: string;
  readonly form?: string;
  readonly shape?: string;
  readonly lines: number;
  readonly records: number;
  readonly other: number;
  readonly unreadable: number;
  /** The earliest and latest time seen: no bounds unless all was looked at. */
  readonly first?: string;
  readonly last?: string;
  readonly events: readonly AuditEvent[];
  readonly other_lines: readonly OtherLines[];
  readonly reasons: readonly ReasonCount[];
  readonly unreadable_records: readonly Unreadable[];
  readonly warnings: readonly { readonly code: string; readonly words: string }[];
  readonly members?: readonly Preview[];
  /** Members that were not looked at; -1 where nobody counted them. */
  readonly further_members?: number;
}

export interface ImportProgress {
  readonly file: string;
  readonly file_number: number;
  readonly files: number;
  readonly bytes: number;
  readonly total_bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly events: number;
  /** Records per second. */
  readonly rate: number;
  /** Absent while unknown. */
  readonly seconds_left?: number;
}

export interface ImportResult {
  readonly sources: readonly Source[];
  readonly events: number;
  readonly seconds: number;
  readonly cancelled?: boolean;
  /** Files that could not be read at all. */
  readonly errors?: readonly AppError[];
}

export type ExportFormat = 'xlsx' | 'csv' | 'jsonl';

export interface ExportRequest {
  readonly format: ExportFormat;
  /** The query of the events view; "" exports the whole case. */
  readonly query: string;
  readonly zone: string;
  readonly order: Order;
  readonly prepared_by?: string;
}

export interface ExportProgress {
  readonly sheet: string;
  readonly rows: number;
  readonly total_rows: number;
  /** Sheets in the order of writing, with their state. */
  readonly sheets: readonly { readonly name: string; readonly rows: number; readonly done: boolean }[];
  readonly seconds_left?: number;
}

export interface ExportResult {
  /** Base name of the written file. */
  readonly name: string;
  /** Folder, for showing. */
  readonly folder: string;
  readonly events: number;
  readonly changes: number;
  readonly bytes: number;
}

export interface RecentCase {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly events?: number;
  readonly opened: string;
  readonly missing: boolean;
  readonly made_up?: boolean;
}

export type Theme = 'system' | 'light' | 'dark';

export interface AppState {
  readonly version: string;
  readonly recent: readonly RecentCase[];
  readonly open?: CaseInfo;
  readonly theme: Theme;
  /** "linux", "darwin", "windows": for the names of keys. */
  readonly platform: string;
}

/** How the window stands in a case, in the page's own words (view/kept.ts). */
export interface CaseView {
  /** Names the case among the recent ones. */
  readonly case: string;
  /** "" for none. */
  readonly view: string;
}

/** An error meant for a person. */
export interface AppError {
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
  /** Byte offset in the query text, for a query that can't be read. */
  readonly position?: number;
  readonly length?: number;
}

export interface ParsedQuery {
  readonly terms: readonly Term[];
  /** Canonical text. */
  readonly text: string;
  readonly error?: AppError;
}

/** Settings as of one instant, or of two side by side. */
export interface SettingsRequest {
  /** The later instant, or the only one; "" is the end of the period under audit, without one the last record. */
  readonly at: string;
  /** The earlier instant, where two are compared. */
  readonly from?: string;
  /** Part of a field, setting, panel, target or deployment. */
  readonly search?: string;
  /** With two instants: only settings that differ, or are unknown at one of them. */
  readonly only_differ?: boolean;
  /** Also documented settings of Coder v1 without any record in their deployment. */
  readonly unseen?: boolean;
  readonly zone?: string;
}

/** Rows that follow each other: one panel of one deployment. */
export interface SettingsPanel {
  /** Empty for fields of no catalogue. */
  readonly panel: string;
  readonly deployment: string;
  readonly version: 'v1' | 'v2';
  readonly settings: number;
  /** Distinct ones. */
  readonly fields: number;
  readonly differ: number;
  readonly unknown: number;
  /** Place of its first row. */
  readonly first: number;
}

export interface SettingsResult {
  /** The instant that was meant. */
  readonly at: string;
  readonly from?: string;
  readonly generation: number;
  /** Settings that match. */
  readonly total: number;
  /** Of the vendor's table: all, and those with a record. */
  readonly documented: number;
  readonly documented_seen: number;
  /** Fields with a record that the table lacks. */
  readonly more_seen: number;
  /** Of `total`, with two instants. */
  readonly differ: number;
  readonly unknown: number;
  /** Applied writes after the earlier instant up to the later one; without an earlier one up to it. */
  readonly writes: number;
  readonly panels: readonly SettingsPanel[];
  /** Denied and failed writes between the instants, the newest 100. */
  readonly attempts: { readonly total: number; readonly rows: readonly Attempt[] };
}

export interface SettingRowsRequest extends SettingsRequest {
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
}

export interface SettingState {
  /**
   * How the value is known: "logged" by the last applied write; "earlier": no write before, but a later record logs the
   * value before it; "secret": set or not, never the value; "not recorded": the last write has no content; "removed": what
   * it is a setting of is recorded as deleted since; "unknown": before the first event.
   */
  readonly known: 'logged' | 'earlier' | 'secret' | 'not recorded' | 'removed' | 'unknown';
  readonly secret_state?: 'set' | 'empty' | 'unknown';
  /** As logged; absent for secrets, where it is unknown, and for zero values that v2 leaves out: `words` says it. */
  readonly value?: Json;
  /** Length of a value that is left out for being long; `words` has its beginning. */
  readonly value_bytes?: number;
  readonly words: string;
  readonly basis?: Basis;
  /** The event that it rests on. */
  readonly event?: string;
  readonly time?: string;
  readonly user?: string;
  readonly source?: string;
  readonly line?: number;
  /** Stretches without records between that event and the instant. */
  readonly gaps: number;
  /** What weakens it, in words parted by semicolons: "last logged 2025-12-01; 3 gaps since". */
  readonly weakened?: string;
  /** Where it is known as removed: value, event and user are of what was known until then. */
  readonly removed?: Removal;
}

/** The deletion of what a setting is of, and what was known of the setting until then. */
export interface Removal {
  readonly event: string;
  readonly time: string;
  readonly user?: string;
  readonly source: string;
  readonly line: number;
  readonly known: Exclude<SettingState['known'], 'removed'>;
  readonly words: string;
  readonly gaps: number;
  readonly weakened?: string;
}

export interface SettingRow {
  /** Names the setting; stays the same over imports. */
  readonly key: string;
  readonly deployment: string;
  readonly version: 'v1' | 'v2';
  readonly panel: string;
  /** The vendor's label, a gloss on the field. */
  readonly setting: string;
  /** As logged; empty where no record names one. */
  readonly field: string;
  readonly resource_type: string;
  readonly target: string;
  readonly kind: Kind;
  readonly documented: boolean;
  /** Documented, and without any record in the deployment. */
  readonly unseen?: boolean;
  readonly note?: string;
  readonly then?: SettingState;
  readonly now: SettingState;
  readonly differs?: 'yes' | 'no' | 'unknown';
}

export interface SettingRows {
  readonly generation: number;
  readonly rows: readonly SettingRow[];
}

/** A write that was not applied, or of which nobody knows whether it was. */
export interface Attempt {
  /** Key of the setting. */
  readonly key: string;
  readonly deployment: string;
  readonly event: string;
  readonly time: string;
  readonly user?: string;
  readonly field: string;
  readonly setting?: string;
  readonly target?: string;
  readonly status: number;
  readonly outcome: Exclude<Outcome, 'ok'>;
  readonly words: string;
}

/** What the date control draws. */
export interface SettingsSpan {
  /** First and last record received; absent without records. */
  readonly begin?: string;
  readonly end?: string;
  /** Days with writes to settings. */
  readonly days: readonly { readonly start: string; readonly writes: number }[];
  readonly gaps: readonly Gap[];
}

export interface HistoryRow {
  readonly event: string;
  /** Of the change within the event, from 0. */
  readonly ordinal: number;
  readonly time: string;
  readonly user?: string;
  readonly outcome?: Outcome;
  readonly status?: number;
  readonly old?: Json;
  readonly new?: Json;
  /** Length of values that are left out for being long. */
  readonly value_bytes?: number;
  readonly words: string;
  readonly note?: string;
  readonly basis: Basis;
  readonly kind: Kind;
  /** Whether it moved the value. */
  readonly applied: boolean;
  /** Between this event and the applied one before it. */
  readonly break?: Break;
  /** Stretches without records since the write before. */
  readonly gaps_before: number;
  readonly source: string;
  readonly line: number;
}

export interface SettingHistoryRequest {
  readonly key: string;
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
  readonly zone?: string;
}

/** The setting that a change is a write of. */
export interface WrittenSetting {
  readonly key: string;
  /** Of the write in the setting's history. */
  readonly offset: number;
}

/** Recorded writes to a setting, newest first; attempts and breaks among them. */
export interface SettingHistory {
  readonly generation: number;
  /** As of the last record. */
  readonly setting: SettingRow;
  /** First and last record received of its deployment. */
  readonly begin?: string;
  readonly end?: string;
  readonly rows: readonly HistoryRow[];
  readonly total: number;
}

export interface StatementRequest {
  /** Key of the setting; a documented one that was never seen is "catalogue:PANEL/SETTING/FIELD", with its deployment. */
  readonly key: string;
  readonly deployment?: string;
  readonly from: string;
  readonly to: string;
  readonly zone?: string;
}

/** Whether it can be stated that no change is logged between two instants, or what stands against it. */
export interface Statement {
  readonly possible: boolean;
  readonly title: string;
  /** One paragraph. */
  readonly text: string;
  /** A sentence that names the first of `gaps`, for where they are not listed. */
  readonly stretches?: string;
  /** Whose records cover the time. */
  readonly sources: readonly {
    readonly number: number;
    readonly path: string;
    /** Its first and last record. */
    readonly from: string;
    readonly to: string;
  }[];
  /** Stretches without records. */
  readonly gaps: readonly Gap[];
  readonly writes: readonly {
    readonly event: string;
    readonly time: string;
    readonly user?: string;
    readonly words: string;
  }[];
  readonly writes_total: number;
  /** What no audit log holds. */
  readonly limits: readonly string[];
  /** Opens what it is about among the changes. */
  readonly query: string;
  readonly covered?: { readonly from: string; readonly to: string };
  readonly from: string;
  readonly to: string;
}

/** A snapshot of settings that was chosen. Its path and its settings stay with the program. */
export interface SnapshotFile {
  readonly id: string;
  readonly name: string;
  /** For showing. */
  readonly folder: string;
  /** Of its bytes as they were read. */
  readonly sha256: string;
  readonly settings: number;
}

export interface RollForwardRequest {
  /** Ids of the two snapshots. */
  readonly opening: string;
  readonly closing: string;
  /** RFC 3339, or a day of the zone: its first moment, its last one. Absent: the ends of the period under audit, else of the records. */
  readonly opening_at?: string;
  readonly closing_at?: string;
  readonly zone?: string;
}

/** A change that the log lacks: after the one and before the other. */
export interface LackingChange {
  /** A ref, or "opening". */
  readonly after: string;
  /** A ref, or "closing". */
  readonly before: string;
  /** Stretches without records in between. */
  readonly gaps: number;
  readonly words: string;
}

/** One setting compared. */
export interface RolledRow {
  readonly verdict: Verdict;
  /** Why. */
  readonly words: string;
  readonly deployment?: string;
  readonly panel?: string;
  readonly setting?: string;
  readonly resource_type?: string;
  readonly target?: string;
  readonly field: string;
  /** Of a secret no more than whether there is one; absent where the snapshot does not have it, and where it is long. */
  readonly opening_value?: Json;
  readonly closing_value?: Json;
  /** Of the file; absent where the snapshot does not have it. */
  readonly opening_line?: number;
  readonly closing_line?: number;
  /** Length of a value that is left out for being long. */
  readonly opening_bytes?: number;
  readonly closing_bytes?: number;
  readonly secret?: boolean;
  /** Applied in between. */
  readonly changes: number;
  /** Of them, the first and the last few. */
  readonly events?: readonly string[];
  readonly lacks?: readonly LackingChange[];
}

/** Whether two snapshots of settings and the changes that are logged in between agree. */
export interface RollForward {
  readonly generation: number;
  readonly opening_at: string;
  readonly closing_at: string;
  /** Names of the files. */
  readonly opening: string;
  readonly closing: string;
  readonly opening_sha256: string;
  readonly closing_sha256: string;
  readonly differs: number;
  readonly cannot_be_tested: number;
  readonly agrees: number;
  /** Stretches without records in between. */
  readonly gaps: number;
  /** By verdict. */
  readonly rows: readonly RolledRow[];
  /** Rows that are not listed, the last ones. */
  readonly left_out?: number;
  /** Settings with applied changes in between that no snapshot names. */
  readonly unnamed: number;
  readonly limits: readonly string[];
}

export interface RollForwardLineRequest extends RollForwardRequest {
  /** Of the answer. */
  readonly generation: number;
  /** Counted from 0. */
  readonly row: number;
  readonly format: PaperFormat;
}

export type PaperFormat = 'text' | 'markdown' | 'row';

/** A line for a working paper: of a change, of a setting at an instant or at two, of a statement. */
export interface PaperLineRequest {
  readonly of: 'change' | 'setting' | 'statement';
  /** A row's cells are parted by tabs. */
  readonly format: PaperFormat;
  readonly event?: string;
  readonly ordinal?: number;
  readonly key?: string;
  readonly deployment?: string;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
}

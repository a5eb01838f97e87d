import type { FacetOrder, Field, Group, Of, Order, ParsedQuery, Verdict } from '../backend/types';
import { formatTerm } from './format';
import type { RollForwardView } from './rollForward';
import type { FilterTerm } from './terms';
import { epochMs } from './time';
import {
  type AskedStatement,
  type Clock,
  changeColumns,
  everyEventColumn,
  type FacetView,
  facetFieldsOf,
  facetTop,
  initialView,
  type Listing,
  type SettingsView,
  type Tab,
  type ViewState,
} from './view';

// A view as text, for the desk to keep, and back. What comes back may have been written by another version of the program, or
// by nobody: whatever has not the expected shape stands as it does at first. Filters are kept in the language of queries,
// which outlives this page's shapes, and are parsed again by the program.

/** Of the shape below. Another one is not read. */
const version = 1;
/** Statements kept, the newest. */
export const mostStatements = 100;
const mostTerms = 200;
const mostFolded = 500;
/** Values that a facet lists at most, and pixels that a side is wide at most. */
const mostListed = 10_000;
const widest = 1_000;

interface KeptTerm {
  readonly text: string;
  readonly off?: true;
}

/** The text under which a view is kept. */
export function keptText(view: ViewState): string {
  return JSON.stringify({
    version,
    ...view,
    events: keptListing(view.events),
    changes: keptListing(view.changes),
    settings: { ...view.settings, statements: view.settings.statements.slice(0, mostStatements) },
    rollForward: keptRollForward(view.rollForward),
  });
}

function keptListing({ terms, ...listing }: Listing) {
  return {
    ...listing,
    terms: terms.map((t): KeptTerm => (t.off ? { text: formatTerm(t), off: true } : { text: formatTerm(t) })),
  };
}

/** Snapshots are files that the program knows for as long as it runs: neither they nor what was found in them is kept. */
function keptRollForward({ shown, openingAt, closingAt, folded }: RollForwardView): RollForwardView {
  return { shown, openingAt, closingAt, folded };
}

export interface Restored {
  readonly view: ViewState;
  /** Filters that are not understood any more, as they were kept. */
  readonly dropped: readonly string[];
}

/** The view behind a kept text; undefined for a text that is none, or of another version. */
export async function restored(
  text: string,
  parse: (query: string) => Promise<ParsedQuery>,
): Promise<Restored | undefined> {
  const kept = objectOf(text);
  if (kept === undefined || kept.version !== version) return undefined;
  const first = initialView();
  const events = await listingOf('events', kept.events, first.events, parse);
  const changes = await listingOf('changes', kept.changes, first.changes, parse);
  return {
    view: {
      tab: oneOf<Tab>(kept.tab, ['sources', 'events', 'changes', 'settings'], first.tab),
      clock: oneOf<Clock>(kept.clock, ['utc', 'case'], first.clock),
      ...(isWhole(kept.facetsWidth, widest) ? { facetsWidth: kept.facetsWidth } : {}),
      ...(isWhole(kept.detailsWidth, widest) ? { detailsWidth: kept.detailsWidth } : {}),
      events: events.listing,
      changes: changes.listing,
      settings: settingsOf(kept.settings, first.settings),
      rollForward: rollForwardOf(kept.rollForward, first.rollForward),
    },
    dropped: [...events.dropped, ...changes.dropped],
  };
}

async function listingOf(
  of: Of,
  kept: unknown,
  first: Listing,
  parse: (query: string) => Promise<ParsedQuery>,
): Promise<{ readonly listing: Listing; readonly dropped: readonly string[] }> {
  if (!isObject(kept)) return { listing: first, dropped: [] };
  const terms: FilterTerm[] = [];
  const dropped: string[] = [];
  for (const { text, off } of termsOf(kept.terms)) {
    const parsed = await parse(text);
    if (parsed.error !== undefined) dropped.push(text);
    else terms.push(...parsed.terms.map((t) => (off ? { ...t, off } : t)));
  }
  const columns = listOf(kept.columns, (c) => knownColumns[of].find((known) => known === c));
  const listing: Listing = {
    terms: Array.isArray(kept.terms) ? terms : first.terms,
    order: oneOf<Order>(kept.order, ['newest', 'oldest'], first.order),
    columns: columns.length === 0 ? first.columns : [...new Set(columns)],
    group: oneOf<Group>(kept.group, ['panel', 'target', 'user', 'day', ''], first.group),
    facets: Array.isArray(kept.facets) ? facetsOf(of, kept.facets) : first.facets,
    ...(typeof kept.selected === 'string' ? { selected: kept.selected } : {}),
    ...(isWhole(kept.ordinal, Number.MAX_SAFE_INTEGER) ? { ordinal: kept.ordinal } : {}),
    details: kept.details === true,
  };
  return { listing, dropped };
}

const knownColumns: Readonly<Record<Of, readonly string[]>> = { events: everyEventColumn, changes: changeColumns };

function termsOf(kept: unknown): readonly KeptTerm[] {
  return listOf(kept, (t): KeptTerm | undefined => {
    if (!isObject(t) || typeof t.text !== 'string') return undefined;
    return t.off === true ? { text: t.text, off: true } : { text: t.text };
  }).slice(0, mostTerms);
}

function facetsOf(of: Of, kept: readonly unknown[]): readonly FacetView[] {
  const seen = new Set<Field>();
  return listOf(kept, (f): FacetView | undefined => {
    if (!isObject(f)) return undefined;
    const field = facetFieldsOf(of).find((known) => known === f.field);
    if (field === undefined || seen.has(field)) return undefined;
    seen.add(field);
    return {
      field,
      open: f.open === true,
      top: isWhole(f.top, mostListed) ? f.top : facetTop,
      order: oneOf<FacetOrder>(f.order, ['count', 'name', 'rarest'], 'count'),
      search: textOf(f.search),
    };
  });
}

function settingsOf(kept: unknown, first: SettingsView): SettingsView {
  if (!isObject(kept)) return first;
  return {
    instants: oneOf<SettingsView['instants']>(kept.instants, ['one', 'two'], first.instants),
    at: instantOf(kept.at) ?? first.at,
    from: instantOf(kept.from) ?? first.from,
    onlyDiffer: kept.onlyDiffer === true,
    search: textOf(kept.search),
    folded: listOf(kept.folded, (f) => (typeof f === 'string' ? f : undefined)).slice(0, mostFolded),
    ...(typeof kept.selected === 'string' ? { selected: kept.selected } : {}),
    pane: oneOf<SettingsView['pane']>(kept.pane, ['auto', 'statements', 'history', 'none'], first.pane),
    statements: listOf(kept.statements, statementOf).slice(0, mostStatements),
  };
}

function rollForwardOf(kept: unknown, first: RollForwardView): RollForwardView {
  if (!isObject(kept)) return first;
  return {
    shown: kept.shown === true,
    openingAt: textOf(kept.openingAt),
    closingAt: textOf(kept.closingAt),
    folded: Array.isArray(kept.folded)
      ? listOf(kept.folded, (f) => verdicts.find((known) => known === f))
      : first.folded,
  };
}

const verdicts: readonly Verdict[] = ['differs', 'cannot be tested', 'agrees'];

function statementOf(kept: unknown): AskedStatement | undefined {
  if (!isObject(kept)) return undefined;
  const from = instantOf(kept.from);
  const to = instantOf(kept.to);
  if (from === undefined || to === undefined || typeof kept.key !== 'string' || kept.key === '') return undefined;
  return { key: kept.key, deployment: textOf(kept.deployment), name: textOf(kept.name), from, to };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    return isObject(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function isObject(kept: unknown): kept is Readonly<Record<string, unknown>> {
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept);
}

function isWhole(kept: unknown, most: number): kept is number {
  return typeof kept === 'number' && Number.isInteger(kept) && kept >= 0 && kept <= most;
}

const textOf = (kept: unknown): string => (typeof kept === 'string' ? kept : '');

function oneOf<T extends string>(kept: unknown, known: readonly T[], otherwise: T): T {
  return known.find((k) => k === kept) ?? otherwise;
}

/** What is understood of a list. */
function listOf<T>(kept: unknown, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((item: unknown) => read(item) ?? []);
}

/** RFC 3339 in UTC; an instant that was never chosen is "". */
function instantOf(kept: unknown): string | undefined {
  if (kept === '') return '';
  return typeof kept === 'string' && kept.endsWith('Z') && !Number.isNaN(epochMs(kept)) ? kept : undefined;
}

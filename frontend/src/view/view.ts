import type { FacetOrder, Field, Group, Of, Order } from '../backend/types';
import { formatQuery } from './format';
import { initialRollForward, type RollForwardView } from './rollForward';
import { active, type Terms } from './terms';

// The view state: all that the auditor has set on screen, as one immutable, serialisable value. It knows neither React nor
// the backend. Query and rows are kept apart for events and admin changes.

export type Tab = 'sources' | 'events' | 'changes' | 'settings';

/** Which clock is shown: UTC, or the zone that the engagement names. */
export type Clock = 'utc' | 'case';

export interface FacetView {
  readonly field: Field;
  readonly open: boolean;
  /** Values listed at most. */
  readonly top: number;
  readonly order: FacetOrder;
  readonly search: string;
}

export interface Listing {
  readonly terms: Terms;
  readonly order: Order;
  /** Ids of the columns shown, in their order. */
  readonly columns: readonly string[];
  readonly group: Group;
  readonly facets: readonly FacetView[];
  /** Ref of the chosen event. */
  readonly selected?: string | undefined;
  /** Of the chosen change: its place among the changes of the event, from 0. */
  readonly ordinal?: number | undefined;
  /** Whether the chosen event is shown beside the table. */
  readonly details: boolean;
}

/** A statement that was asked for: about which setting, between which instants. */
export interface AskedStatement {
  readonly key: string;
  readonly deployment: string;
  /** The setting by its name, for the history of the view. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface SettingsView {
  readonly instants: 'one' | 'two';
  /** The later instant, or the only one, RFC 3339 in UTC; "" is the end of the period under audit. */
  readonly at: string;
  /** The earlier instant; "" is the beginning of the period. */
  readonly from: string;
  readonly onlyDiffer: boolean;
  readonly search: string;
  /** Keys of the panels that are folded away. */
  readonly folded: readonly string[];
  /** Key of the chosen setting. */
  readonly selected?: string | undefined;
  /** What stands beside the table; "auto": the statements, where there is room. */
  readonly pane: 'auto' | 'statements' | 'history' | 'none';
  /** Newest first. */
  readonly statements: readonly AskedStatement[];
}

export interface ViewState {
  readonly tab: Tab;
  readonly clock: Clock;
  /** Widths of the sides in pixels, where they were changed. */
  readonly facetsWidth?: number;
  readonly detailsWidth?: number;
  readonly events: Listing;
  readonly changes: Listing;
  readonly settings: SettingsView;
  readonly rollForward: RollForwardView;
}

/** Values that a facet lists at first, and how many more each "show more" brings. */
export const facetTop = 10;
export const facetMore = 40;

export function facetView(field: Field, open = true): FacetView {
  return { field, open, top: facetTop, order: 'count', search: '' };
}

export const eventColumns = ['time', 'user', 'ip', 'action', 'target', 'status', 'changes'] as const;
/** Those that the table of events can show. */
export const everyEventColumn = [...eventColumns, 'organization', 'deployment', 'version', 'log', 'ref'] as const;
export const changeColumns = ['time', 'user', 'field', 'was', 'basis', 'outcome'] as const;

export const eventFacets: readonly Field[] = ['resource_type', 'action', 'target', 'user', 'outcome', 'changed'];
export const changeFacets: readonly Field[] = [
  'panel',
  'setting',
  'changed',
  'new',
  'basis',
  'outcome',
  'continuity',
  'kind',
  'user',
];
/** Facets of changes that are open at first; the others are counted when they are opened. */
const openChangeFacets: ReadonlySet<Field> = new Set(['panel', 'changed', 'basis', 'outcome', 'continuity']);
/** Every field that has a facet; those that the panel does not show are offered under "more facets". */
export const facetFields: readonly Field[] = [
  'resource_type',
  'action',
  'target',
  'user',
  'outcome',
  'changed',
  'status',
  'organization',
  'ip',
  'version',
  'log',
  'deployment',
  'source',
  'panel',
  'setting',
  'kind',
  'basis',
  'build_reason',
  'continuity',
];
/** Of the table of changes also the new value: a case may hold millions, which are read when they are asked for. */
export const facetFieldsOf = (of: Of): readonly Field[] => (of === 'changes' ? [...facetFields, 'new'] : facetFields);

export function initialView(): ViewState {
  return {
    tab: 'events',
    clock: 'utc',
    events: {
      terms: [],
      order: 'newest',
      columns: eventColumns,
      group: '',
      facets: eventFacets.map((f) => facetView(f)),
      details: false,
    },
    changes: {
      terms: [{ field: 'class', values: [{ op: 'equal', text: 'admin' }] }],
      order: 'newest',
      columns: changeColumns,
      group: 'panel',
      facets: changeFacets.map((f) => facetView(f, openChangeFacets.has(f))),
      details: false,
    },
    settings: {
      instants: 'two',
      at: '',
      from: '',
      onlyDiffer: false,
      search: '',
      folded: [],
      pane: 'auto',
      statements: [],
    },
    rollForward: initialRollForward,
  };
}

/** The query of a listing as the backend takes it. */
export function queryText(listing: Listing): string {
  return formatQuery(active(listing.terms));
}

export function withListing(view: ViewState, of: Of, change: (listing: Listing) => Listing): ViewState {
  const listing = change(view[of]);
  return listing === view[of] ? view : { ...view, [of]: listing };
}

export function withSettings(view: ViewState, change: (settings: SettingsView) => SettingsView): ViewState {
  const settings = change(view.settings);
  return settings === view.settings ? view : { ...view, settings };
}

export function withRollForward(view: ViewState, change: Partial<RollForwardView>): ViewState {
  return { ...view, rollForward: { ...view.rollForward, ...change } };
}

export function withTerms(view: ViewState, of: Of, change: (terms: Terms) => Terms): ViewState {
  return withListing(view, of, (l) => {
    const terms = change(l.terms);
    return terms === l.terms ? l : { ...l, terms };
  });
}

export function withFacet(view: ViewState, of: Of, field: Field, change: Partial<Omit<FacetView, 'field'>>): ViewState {
  return withListing(view, of, (l) => ({
    ...l,
    facets: l.facets.map((f) => (f.field === field ? { ...f, ...change } : f)),
  }));
}

/** Shows a facet that was not shown, behind the others; hides it if it was. */
export function toggleFacet(view: ViewState, of: Of, field: Field): ViewState {
  return withListing(view, of, (l) => ({
    ...l,
    facets: l.facets.some((f) => f.field === field)
      ? l.facets.filter((f) => f.field !== field)
      : [...l.facets, facetView(field)],
  }));
}

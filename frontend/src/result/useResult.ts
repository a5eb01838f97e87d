import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, BucketSize, ChangeRow, EventRow, Of, SearchRequest, SearchResult } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { queryText } from '../view/view';
import { type Page, pageQuery, pageRows, pagesFor, type RowsOf } from './pages';

/** Rows that the range on screen is rounded to. */
const rangeStep = 50;

/** A result as it is shown: counts, facets, timeline and rows that belong to one state of the case and one query. */
export interface Shown {
  /** Of which case. */
  readonly path: string;
  readonly generation: number;
  readonly request: SearchRequest;
  readonly rows: RowsOf;
  readonly result: SearchResult;
}

export interface ResultState<R> {
  /** The last result that came in whole; it stays on screen until the next one has. */
  readonly shown: Shown | undefined;
  /** Whether the view asks for something else than what is shown. */
  readonly pending: boolean;
  /** Why the view has no result, or some of its rows are missing. */
  readonly error: AppError | undefined;
  /** A row of the shown result; undefined until its page has arrived. */
  row(index: number): R | undefined;
  /** Says which rows are on screen, first and last, so that their pages are asked for. */
  want(first: number, last: number): void;
}

/**
 * The result of the view's query. A new result replaces the shown one at once and as a whole, when its counts and the rows
 * on screen are both there: nothing flickers, totals never stand beside the rows of another query, and an answer that
 * comes late is never shown, since only the answer to what the view asks for now can become the shown one.
 */
function useResult<R>(
  of: Of,
  timeline: BucketSize | undefined,
  rowsOf: (page: Page) => readonly R[] | undefined,
): ResultState<R> {
  const backend = useBackend();
  const { view, zone, caseInfo } = useDesk();
  const listing = view[of];
  const path = caseInfo?.path ?? '';
  const generation = caseInfo?.generation ?? 0;
  const query = queryText(listing);
  const { order, group, facets } = listing;
  const [range, setRange] = useState({ first: 0, last: 60 });
  const [last, setLast] = useState<Shown>();
  const shown = last?.path === path ? last : undefined;

  const rows = useMemo<RowsOf>(
    () => (of === 'changes' ? { of, query, zone, order, group } : { of, query, zone, order }),
    [of, query, zone, order, group],
  );
  const request = useMemo<SearchRequest>(
    () => ({
      ...rows,
      facets: facets
        .filter((f) => f.open)
        .map((f) => ({ field: f.field, top: f.top, order: f.order, ...(f.search === '' ? {} : { search: f.search }) })),
      ...(timeline === undefined ? {} : { timeline }),
    }),
    [rows, facets, timeline],
  );

  const enabled = caseInfo !== undefined;
  const search = useQuery({
    queryKey: ['search', path, generation, request],
    queryFn: () => backend.search(request),
    enabled,
  });
  const result = search.data;

  // What the next result must bring along: another query starts at its first row; the same query after an import, or with
  // other facets, keeps its place.
  const samePlace = shown !== undefined && shown.rows === rows;
  const nextPages =
    samePlace && result !== undefined && result.total > 0
      ? pagesFor(Math.min(range.first, result.total - 1), range.last, result.total)
      : [0];
  const next = useQueries({
    queries: nextPages.map((page) => ({ ...pageQuery(backend, path, generation, rows, page), enabled })),
  });
  const settled = result !== undefined && next.every((answer) => answer.data !== undefined);
  if (settled && shown?.result !== result) setLast({ path, generation, request, rows, result });

  const pages = shown === undefined ? [] : pagesFor(range.first, range.last, shown.result.total);
  const answers = useQueries({
    queries:
      shown === undefined ? [] : pages.map((page) => pageQuery(backend, path, shown.generation, shown.rows, page)),
  });
  const loaded = new Map<number, readonly R[]>();
  pages.forEach((page, i) => {
    const data = answers[i]?.data;
    const found = data === undefined ? undefined : rowsOf(data);
    if (found !== undefined) loaded.set(page, found);
  });

  // Rounded, so that a scrolling table draws the rest of the view again only when other pages may be needed.
  const want = useCallback((first: number, to: number) => {
    const from = Math.floor(first / rangeStep) * rangeStep;
    const until = Math.ceil((to + 1) / rangeStep) * rangeStep;
    setRange((r) => (r.first === from && r.last === until ? r : { first: from, last: until }));
  }, []);
  const error = search.error ?? [...next, ...answers].find((a) => a.error !== null)?.error ?? null;
  return {
    shown,
    pending: error === null && shown?.result !== result,
    error: error === null ? undefined : troubleOf(error),
    row: (index) => loaded.get(Math.floor(index / pageRows))?.[index % pageRows],
    want,
  };
}

const eventsOf = (page: Page) => page.events;
const changesOf = (page: Page) => page.changes;

export function useEventResult(timeline: BucketSize | undefined): ResultState<EventRow> {
  return useResult('events', timeline, eventsOf);
}

export function useChangeResult(): ResultState<ChangeRow> {
  return useResult('changes', undefined, changesOf);
}

import type { Backend } from '../backend/backend';
import type { ChangeRow, EventRow, EventRows, RowsRequest } from '../backend/types';

/** What rows are asked under; every page of one result shares it. */
export type RowsOf = Omit<RowsRequest, 'offset' | 'limit'>;

/** Rows per page: a page is one call, and what a screen shows lies in one or two. */
export const pageRows = 200;

export interface Page {
  readonly generation: number;
  /** The rows of one kind; the other is absent. */
  readonly events?: readonly EventRow[];
  readonly changes?: readonly ChangeRow[];
}

/** Rows with the labels of their person and organization. */
export function withLabels({
  rows,
  persons,
  organizations,
}: Pick<EventRows, 'rows' | 'persons' | 'organizations'>): readonly EventRow[] {
  return rows.map((event, i) => {
    const person = persons[i] ?? '';
    const organization = organizations[i] ?? '';
    return {
      ...event,
      ...(person === '' ? {} : { person }),
      ...(organization === '' ? {} : { organization }),
    };
  });
}

async function fetchPage(backend: Backend, rows: RowsOf, page: number): Promise<Page> {
  const request = { ...rows, offset: page * pageRows, limit: pageRows };
  if (rows.of === 'events') {
    const answer = await backend.eventRows(request);
    return { generation: answer.generation, events: withLabels(answer) };
  }
  const answer = await backend.changeRows(request);
  return { generation: answer.generation, changes: answer.rows };
}

/** The query of one page, for TanStack Query: a page is asked for once per case, generation and query. */
export function pageQuery(backend: Backend, path: string, generation: number, rows: RowsOf, page: number) {
  return {
    queryKey: ['rows', path, generation, rows, page] as const,
    queryFn: () => fetchPage(backend, rows, page),
  };
}

/** The pages that hold the rows from first to last, and those a small step further, so that the step finds its rows. */
export function pagesFor(first: number, last: number, total: number): readonly number[] {
  if (total <= 0) return [];
  const margin = pageRows / 4;
  const from = Math.floor(Math.max(0, Math.min(first, total - 1) - margin) / pageRows);
  const to = Math.floor(Math.min(total - 1, last + margin) / pageRows);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

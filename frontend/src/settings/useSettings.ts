import { type QueryClient, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Backend } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { AppError, SettingRow, SettingsRequest, SettingsResult } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { pageRows, pagesFor } from '../result/pages';

/** States that a dragged date ran over are of no use a moment later. */
const gcTime = 10_000;
/** Rows that the range on screen is rounded to. */
const rangeStep = 50;

/** What is asked: of which state of which case, at which instants. */
interface Asked {
  readonly path: string;
  readonly generation: number;
  readonly request: SettingsRequest;
}

/** Settings as they are shown: counts, panels and rows of the same instants. */
export interface ShownSettings extends Asked {
  readonly result: SettingsResult;
}

export interface SettingsAnswer {
  /** The last answer that came in whole; it stays on screen until the next one has. */
  readonly shown: ShownSettings | undefined;
  readonly pending: boolean;
  readonly error: AppError | undefined;
  row(index: number): SettingRow | undefined;
  /** The place of a setting among the rows at hand; -1 where it is not among them. */
  placeOf(key: string | undefined): number;
  want(first: number, last: number): void;
}

function settingPage(backend: Backend, { path, generation, request }: Asked, page: number) {
  return {
    queryKey: ['settingRows', path, generation, request, page] as const,
    queryFn: () => backend.settingRows({ ...request, offset: page * pageRows, limit: pageRows }),
    gcTime,
  };
}

/** The row at a place, also where its page has not come yet. */
export async function fetchSetting(
  client: QueryClient,
  backend: Backend,
  shown: Asked,
  index: number,
): Promise<SettingRow | undefined> {
  const page = await client.ensureQueryData(settingPage(backend, shown, Math.floor(index / pageRows)));
  return page.rows[index % pageRows];
}

/**
 * Settings as of the wanted instants. While a date is dragged the wanted instants change faster than answers come: one
 * question is asked at a time, and the next is the newest, so that the table follows the pointer and no answer that comes
 * late is ever shown. Counts and rows change at once and as a whole.
 */
export function useSettings(request: SettingsRequest): SettingsAnswer {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const path = caseInfo?.path ?? '';
  const generation = caseInfo?.generation ?? 0;
  const wanted = useMemo<Asked>(() => ({ path, generation, request }), [path, generation, request]);
  const [asked, setAsked] = useState(wanted);
  const [range, setRange] = useState({ first: 0, last: 60 });
  const [last, setLast] = useState<ShownSettings>();
  const shown = last?.path === path ? last : undefined;

  const enabled = caseInfo !== undefined;
  const answer = useQuery({
    queryKey: ['settings', asked.path, asked.generation, asked.request],
    queryFn: () => backend.settings(asked.request),
    enabled,
    gcTime,
  });
  const result = answer.data;

  // The rows on screen come along with the counts: asked for at the same time, for the place rarely moves.
  const samePlace =
    shown !== undefined &&
    (shown.request.search ?? '') === (asked.request.search ?? '') &&
    Boolean(shown.request.only_differ) === Boolean(asked.request.only_differ);
  const total = result?.total ?? shown?.result.total ?? 1;
  const nextPages = samePlace ? pagesFor(Math.min(range.first, Math.max(0, total - 1)), range.last, total) : [0];
  const next = useQueries({
    queries: nextPages.map((page) => ({ ...settingPage(backend, asked, page), enabled })),
  });
  const settled = result !== undefined && next.every((page) => page.data !== undefined);
  const failed = answer.error ?? next.find((page) => page.error !== null)?.error ?? null;
  if (settled && shown?.result !== result) setLast({ ...asked, result });
  if (asked !== wanted && (settled || failed !== null || asked.path !== path)) setAsked(wanted);

  const pages = shown === undefined ? [] : pagesFor(range.first, range.last, shown.result.total);
  const rows = useQueries({
    queries: shown === undefined ? [] : pages.map((page) => settingPage(backend, shown, page)),
  });
  const loaded = new Map<number, readonly SettingRow[]>();
  pages.forEach((page, i) => {
    const data = rows[i]?.data;
    if (data !== undefined) loaded.set(page, data.rows);
  });

  const want = useCallback((first: number, to: number) => {
    const from = Math.floor(first / rangeStep) * rangeStep;
    const until = Math.ceil((to + 1) / rangeStep) * rangeStep;
    setRange((r) => (r.first === from && r.last === until ? r : { first: from, last: until }));
  }, []);

  const error = failed ?? rows.find((page) => page.error !== null)?.error ?? null;
  return {
    shown,
    pending: error === null && (asked !== wanted || shown?.result !== result),
    error: error === null ? undefined : troubleOf(error),
    row: (index) => loaded.get(Math.floor(index / pageRows))?.[index % pageRows],
    placeOf: (key) => {
      if (key === undefined) return -1;
      for (const [page, list] of loaded) {
        const at = list.findIndex((r) => r.key === key);
        if (at >= 0) return page * pageRows + at;
      }
      return -1;
    },
    want,
  };
}

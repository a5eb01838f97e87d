import { useQuery } from '@tanstack/react-query';
import type { Backend } from '../backend/backend';
import { useBackend } from '../backend/context';
import type { HistoryRow, SettingRow } from '../backend/types';
import { useDesk } from '../desk';

/** Writes brought by one call. */
const page = 500;
/** Writes that a strip draws at most: those around the chosen one, else the newest. A setting may have far more. */
const step = 2_000;
const most = 3 * step;

export interface Writes {
  readonly setting: SettingRow;
  /** First and last record received of the deployment. */
  readonly begin: string | undefined;
  readonly end: string | undefined;
  /** In the order of time. */
  readonly rows: readonly HistoryRow[];
  /** Writes that were not brought, before and after those. */
  readonly older: number;
  readonly newer: number;
}

/** The writes to a setting, of very many those around one (its place in the history, newest first). */
export function useWrites(key: string, around = 0) {
  const backend = useBackend();
  const { caseInfo, zone } = useDesk();
  // In steps: going from write to write asks for nothing new.
  const start = Math.max(0, Math.floor(around / step) - 1) * step;
  return useQuery({
    queryKey: ['settingWrites', caseInfo?.path, caseInfo?.generation, key, zone, start],
    queryFn: () => fetchWrites(backend, key, zone, start),
  });
}

async function fetchWrites(backend: Backend, key: string, zone: string, start: number): Promise<Writes> {
  const rows: HistoryRow[] = [];
  for (;;) {
    const got = await backend.settingHistory({ key, offset: start + rows.length, limit: page, zone });
    rows.push(...got.rows);
    if (got.rows.length < page || rows.length >= most) {
      return {
        setting: got.setting,
        begin: got.begin,
        end: got.end,
        older: Math.max(0, got.total - start - rows.length),
        newer: start,
        rows: rows.reverse(),
      };
    }
  }
}

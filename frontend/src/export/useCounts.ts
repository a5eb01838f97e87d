import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { SearchRequest } from '../backend/types';
import { useDesk } from '../desk';

export interface Counts {
  /** Events of the current result; undefined until they are counted. */
  readonly result: number | undefined;
  /** Events of the case within the scope. */
  readonly all: number | undefined;
  /** Admin changes of what is chosen. */
  readonly changes: number | undefined;
  readonly error: Error | null;
}

/** How many rows an export of the result, or of the whole case, will hold. */
export function useCounts(query: string, whole: boolean, enabled: boolean): Counts {
  const backend = useBackend();
  const { caseInfo, zone } = useDesk();
  const key = [caseInfo?.path, caseInfo?.generation];
  const events: SearchRequest = { of: 'events', query, zone, order: 'newest', facets: [] };
  const admin = [whole ? '' : query, 'class:admin'].filter((t) => t !== '').join(' ');
  const changes: SearchRequest = { ...events, of: 'changes', query: admin };
  const first = useQuery({ queryKey: ['search', ...key, events], queryFn: () => backend.search(events), enabled });
  const second = useQuery({ queryKey: ['search', ...key, changes], queryFn: () => backend.search(changes), enabled });
  return { result: first.data?.total, all: first.data?.in_case, changes: second.data?.total, error: first.error };
}

import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { Shown } from './useResult';

/** The place of an event in the shown result: -1 where it is not in it, undefined while that is being found out. */
export function usePlace(shown: Shown | undefined, ref: string | undefined): number | undefined {
  const backend = useBackend();
  const answer = useQuery({
    queryKey: ['locate', shown?.path, shown?.generation, shown?.rows, ref],
    queryFn: () => {
      if (shown === undefined || ref === undefined) throw new Error('nothing to look for');
      return backend.locate({ ...shown.rows, ref });
    },
    enabled: shown !== undefined && ref !== undefined,
  });
  return ref === undefined ? -1 : answer.data;
}

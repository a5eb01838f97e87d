import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { AppError, RollForward } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';

export interface Answer {
  readonly answer: RollForward | undefined;
  readonly pending: boolean;
  readonly error: AppError | undefined;
}

/** What the comparison that was asked for comes to; it is made anew when the case has grown. */
export function useRollForward(): Answer {
  const backend = useBackend();
  const { caseInfo, view } = useDesk();
  const { importing } = useJobs();
  const { asked } = view.rollForward;
  const query = useQuery({
    queryKey: ['rollForward', caseInfo?.path, caseInfo?.generation, asked],
    queryFn: () => (asked === undefined ? Promise.reject(new Error('nothing is asked')) : backend.rollForward(asked)),
    // Each batch of an import makes another generation: the answer of the one before stays until the end.
    enabled: asked !== undefined && importing === undefined,
    placeholderData: (last, before) =>
      before?.queryKey[1] === caseInfo?.path && before?.queryKey[3] === asked ? last : undefined,
  });
  return {
    answer: query.data,
    pending: query.isFetching,
    error: query.error === null ? undefined : troubleOf(query.error),
  };
}

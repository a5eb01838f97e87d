import { useCallback, useMemo } from 'react';
import { useBackend } from '../backend/context';
import { useDesk, useJobs } from '../desk';
import type { Action, Reach } from './action';

export interface Actor {
  readonly reach: Reach;
  /** Does it, if it can be done now, and shows what went wrong. */
  run(action: Action): void;
}

export function useActions(): Actor {
  const backend = useBackend();
  const desk = useDesk();
  const jobs = useJobs();
  const reach = useMemo(() => ({ backend, desk, jobs }), [backend, desk, jobs]);
  const run = useCallback(
    (action: Action) => {
      if (!action.enabled(reach)) return;
      Promise.resolve()
        .then(() => action.run(reach))
        .catch((error: unknown) => reach.desk.report(error));
    },
    [reach],
  );
  return { reach, run };
}

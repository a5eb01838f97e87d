import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, ImportPlan } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';

export interface PlanState {
  readonly deployment: string;
  readonly busy: boolean;
  readonly error: AppError | undefined;
  setDeployment(name: string): void;
  start(): void;
  cancel(): void;
  changePlace(): void;
}

/** What can be done with files that were chosen: start, drop them, put the case elsewhere. */
export function usePlan(plan: ImportPlan): PlanState {
  const backend = useBackend();
  const { closeDialog } = useDesk();
  const { setPlan, clearImported } = useJobs();
  const [deployment, setDeployment] = useState(plan.deployments.length === 1 ? (plan.deployments[0] ?? '') : '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(troubleOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return {
    deployment,
    busy,
    error,
    setDeployment,
    start: () =>
      attempt(async () => {
        clearImported();
        await backend.startImport({ plan: plan.id, deployment: deployment.trim() });
        setPlan(undefined);
        closeDialog();
      }),
    cancel: () =>
      attempt(async () => {
        await backend.dropPlan(plan.id);
        setPlan(undefined);
        closeDialog();
      }),
    changePlace: () =>
      attempt(async () => {
        const changed = await backend.chooseCasePath(plan.id);
        if (changed !== undefined) setPlan(changed);
      }),
  };
}

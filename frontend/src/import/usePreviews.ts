import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { AppError, ImportPlan, PlanFile, Preview } from '../backend/types';
import { troubleOf } from '../desk';

/** Files of a page: so many are looked at by themselves, whatever a folder holds. */
export const pageFiles = 20;

/** A look at a file: on its way, done, or what went wrong. */
export interface Look {
  readonly preview: Preview | undefined;
  readonly error: AppError | undefined;
}

export interface Previews {
  readonly files: readonly PlanFile[];
  /** By the file's number in the plan. */
  readonly looks: ReadonlyMap<number, Look>;
  readonly error: AppError | undefined;
}

/** The files of a page of a plan, each with what a look at it shows. The program looks at a few at once; the page asks for those it shows. */
export function usePreviews(plan: ImportPlan, page: number): Previews {
  const backend = useBackend();
  const list = useQuery({
    queryKey: ['plan files', plan.id, page],
    queryFn: () => backend.planFiles({ plan: plan.id, offset: page * pageFiles, limit: pageFiles }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const files = list.data ?? [];
  const answers = useQueries({
    queries: files.map((f) => ({
      queryKey: ['preview', plan.id, f.file],
      queryFn: () => backend.previewFile({ plan: plan.id, file: f.file }),
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    })),
  });
  const looks = new Map(
    files.map((f, i) => {
      const error = answers[i]?.error ?? null;
      return [f.file, { preview: answers[i]?.data, error: error === null ? undefined : troubleOf(error) }];
    }),
  );
  return { files, looks, error: list.error === null ? undefined : troubleOf(list.error) };
}

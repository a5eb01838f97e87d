import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { SettingsSpan } from '../backend/types';
import { useDesk } from '../desk';

/** Where writes to settings lie in time, and where no record does; of the case as it was until it is known anew. */
export function useSpan(): SettingsSpan | undefined {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const answer = useQuery({
    queryKey: ['settingsSpan', caseInfo?.path, caseInfo?.generation],
    queryFn: () => backend.settingsSpan(),
    enabled: caseInfo !== undefined,
    placeholderData: (last, query) => (query?.queryKey[1] === caseInfo?.path ? last : undefined),
  });
  return answer.data;
}

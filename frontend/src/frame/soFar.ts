import { useJobs } from '../desk';

/** While an import runs every total is provisional and says so: " so far", else "". */
export function useSoFar(): string {
  return useJobs().importing === undefined ? '' : ' so far';
}

import type { Engagement } from '../backend/types';

/** The period under audit in words; both days are included. */
export function periodOf({ from, to }: Pick<Engagement, 'from' | 'to'>): string {
  if (from !== undefined && to !== undefined) return `${from} → ${to}`;
  if (from !== undefined) return `from ${from}`;
  if (to !== undefined) return `to ${to}`;
  return 'not limited';
}

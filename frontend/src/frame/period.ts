import type { Engagement } from '../backend/types';

/** The period under audit in words; both days are included. */
export function periodOf({ from, to }: Pick<Engagement, 'from' | 'to'>): string {
  if (from !== undefined && to !== undefined) return `${from} → ${to}`;
  if (from !== undefined) return `from ${from}`;
  if (to !== undefined) return `to ${to}`;
  return 'not limited';
}

/** Whether every view and export keeps to less than the whole case. */
export function hasScope({ from, to, deployments }: Engagement): boolean {
  return from !== undefined || to !== undefined || (deployments?.length ?? 0) > 0;
}

/** The scope of the audit in words: its period, and its deployments where they are chosen. */
export function scopeOf(engagement: Engagement): string {
  const { from, to, deployments = [] } = engagement;
  return [...(from === undefined && to === undefined ? [] : [periodOf(engagement)]), ...deployments].join(', ');
}

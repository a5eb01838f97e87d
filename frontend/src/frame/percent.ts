/** How much of the work is done, cut so that 100% is said only at the end. */
export function percentOf(done: number, total: number): string {
  if (total <= 0) return '0%';
  return `${Math.min(100, Math.floor((done / total) * 100))}%`;
}

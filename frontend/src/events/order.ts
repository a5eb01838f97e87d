/** Shows a column behind the others, or hides it; the last one stays. */
export function toggleColumn(columns: readonly string[], id: string): readonly string[] {
  if (!columns.includes(id)) return [...columns, id];
  return columns.length === 1 ? columns : columns.filter((c) => c !== id);
}

/** Moves a column by one place; at the end it stays. */
export function moveColumn(columns: readonly string[], id: string, by: -1 | 1): readonly string[] {
  const at = columns.indexOf(id);
  const to = at + by;
  const other = columns[to];
  if (at < 0 || other === undefined) return columns;
  return columns.with(at, other).with(to, id);
}

import type { Completeness } from '../backend/types';
import grid from '../ui/Grid.module.css';
import { count, counted } from '../ui/words';

/** Days shown; the command line prints all. */
const most = 2000;

/** Records by day of UTC, a column a form. Days without any record between others are not left out silently: they say so. */
export function DayTable({ days }: { readonly days: Completeness['days'] }) {
  const forms = [...new Set(days.map((d) => d.form))].sort();
  const byDay = new Map<string, Map<string, number>>();
  for (const d of days) {
    const row = byDay.get(d.day) ?? new Map<string, number>();
    byDay.set(d.day, row.set(d.form, (row.get(d.form) ?? 0) + d.records));
  }
  const rows = [...byDay].sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <table className={grid.grid} aria-label="Records by day and form">
      <thead>
        <tr>
          <th scope="col">Day (UTC)</th>
          {forms.map((f) => (
            <th key={f} scope="col" className={grid.num}>
              {f}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, most).flatMap(([day, row], i) => {
          const before = rows[i - 1]?.[0];
          const silent = before === undefined ? 0 : daysBetween(before, day) - 1;
          const line = (
            <tr key={day}>
              <th scope="row">{day}</th>
              {forms.map((f) => {
                const n = row.get(f) ?? 0;
                return (
                  <td key={f} className={`${grid.num} ${n === 0 ? grid.zero : ''}`}>
                    {count(n)}
                  </td>
                );
              })}
            </tr>
          );
          if (silent === 0) return [line];
          return [
            <tr key={`before ${day}`}>
              <td colSpan={forms.length + 1} className={grid.quiet}>
                {counted(silent, 'day')} without any record
              </td>
            </tr>,
            line,
          ];
        })}
      </tbody>
      {rows.length > most && (
        <tfoot>
          <tr>
            <td colSpan={forms.length + 1}>
              the first {count(most)} of {count(rows.length)} days; auditdesk completeness --format json prints all
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000);
}

import { memo } from 'react';
import type { Stretch } from '../timeline/geometry';
import { rangeWords } from '../timeline/words';
import { count } from '../ui/words';
import type { Band } from './bands';
import type { Writes } from './useWrites';
import { writeParts } from './words';

export interface SpokenWritesProps {
  readonly writes: Writes;
  readonly bands: readonly Band[];
  readonly gaps: readonly Stretch[];
  /** Of the setting, with nothing invisible in it. */
  readonly name: string;
  readonly zone: string;
}

/** Writes that a screen reader is offered, the newest. */
const most = 200;

/** The strip as a table, for screen readers. */
export const SpokenWrites = memo(function SpokenWrites({ writes, bands, gaps, name, zone }: SpokenWritesProps) {
  const { rows } = writes;
  const first = Math.max(0, rows.length - most);
  return (
    <div className="visually-hidden">
      <table>
        <caption>
          Values of {name} over time, {zone}
          {first > 0 && `: the newest ${most} of ${count(rows.length)} writes`}
        </caption>
        <thead>
          <tr>
            {['Time', 'Value', 'Outcome', 'By', 'Event', 'Basis'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(first).map((row, i) => {
            const said = writeParts(row, bands, first + i, zone);
            return (
              <tr key={`${row.event} ${row.ordinal}`}>
                <th scope="row">{said.time}</th>
                <td>{said.value}</td>
                <td>{said.outcome}</td>
                <td>{said.by}</td>
                <td>{row.event}</td>
                <td>{said.basis}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {gaps.length > 0 && (
        <ul aria-label="Stretches without records">
          {gaps.map((g) => (
            <li key={`${g.from} ${g.to}`}>No records: {rangeWords(g.from, g.to, zone)}</li>
          ))}
        </ul>
      )}
    </div>
  );
});

import { memo } from 'react';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import type { Bar, Stretch } from './geometry';
import { rangeWords } from './words';

export interface SpokenTimelineProps {
  readonly bars: readonly Bar[];
  readonly stretches: readonly Stretch[];
  readonly zone: string;
}

/** Bars that a screen reader is offered; a timeline of more is narrowed first. */
const most = 400;

/** The timeline as a table, for screen readers. Bars without events are left out. */
export const SpokenTimeline = memo(function SpokenTimeline({ bars, stretches, zone }: SpokenTimelineProps) {
  const filled = bars.filter((b) => b.count > 0);
  const rest = filled.length - most;
  return (
    <div className="visually-hidden">
      <table>
        <caption>
          Events over time, {zone}
          {rest > 0 && `: the first ${most} of ${count(filled.length)} bars that have events`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Stretch</th>
            <th scope="col">Events</th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {filled.slice(0, most).map((b) => (
            <tr key={b.from}>
              <th scope="row">{rangeWords(b.from, b.to, zone)}</th>
              <td>{count(b.count)}</td>
              <td>{count(b.failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul aria-label="Stretches without records">
        {stretches.map((s) => (
          <li key={`${s.from} ${s.to}`}>
            No records of {s.deployments.map(visibleText).join(', ')}: {rangeWords(s.from, s.to, zone)}
          </li>
        ))}
      </ul>
    </div>
  );
});

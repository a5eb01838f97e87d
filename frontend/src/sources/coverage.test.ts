import { describe, expect, it } from 'vitest';
import type { Source } from '../backend/types';
import { coverageOf, lanePath, monthTicks } from './coverage';

const source = (number: number, deployment: string): Source => ({
  number,
  path: `file-${number}`,
  bytes: 1,
  unpacked_bytes: 1,
  form: 'v1 json',
  shape: 'Coder v1 log',
  deployment,
  state: 'whole',
  lines: 1,
  record_lines: 1,
  records: 1,
  events: 1,
  matching: 0,
  duplicates: 0,
  other: 0,
  unreadable: 0,
  imported: '2026-07-03T00:00:00Z',
});

describe('coverage', () => {
  const made = coverageOf({
    sources: [source(1, 'coder'), source(2, 'next'), source(3, 'coder')],
    coverage: [
      { source: 1, day: '2026-01-30', count: 4 },
      { source: 3, day: '2026-02-02', count: 9 },
      { source: 2, day: '2026-01-31', count: 1 },
    ],
    gaps: [
      { deployment: 'coder', from: '2026-01-31T00:00:00Z', to: '2026-02-02T00:00:00Z' },
      { deployment: 'gone', from: '2026-01-31T00:00:00Z', to: '2026-02-02T00:00:00Z' },
    ],
  });

  it('puts the lanes of a deployment next to each other, with its gaps over all of them', () => {
    expect(made?.lanes.map((l) => l.source.number)).toEqual([1, 3, 2]);
    expect(made?.days).toBe(4);
    expect(made?.gaps).toEqual([expect.objectContaining({ from: 1, to: 3, lane: 0, lanes: 2 })]);
  });

  it('draws a bar a day, the fullest as tall as the lane', () => {
    const [, lane] = made?.lanes ?? [];
    expect(lane === undefined ? '' : lanePath(lane, made?.tallest ?? 1, 20, 12, 4)).toBe('M3.08 32.0v-12.0h.84v12.0z');
  });

  it('draws a day within years so wide that it is seen, and inside the box', () => {
    const path = (day: number, days: number) =>
      lanePath({ source: source(1, 'coder'), bars: [{ day, count: 9 }], records: 9 }, 9, 20, 12, days);
    expect(path(3, 1800)).toBe('M3.08 32.0v-12.0h7.5v12.0z');
    expect(path(1799, 1800)).toBe('M1792.50 32.0v-12.0h7.5v12.0z');
  });

  it('is nothing without records', () => {
    expect(coverageOf({ sources: [], coverage: [], gaps: [] })).toBeUndefined();
  });

  it.each([
    ['2025-12-01', 212, 7],
    ['2024-01-15', 800, 8],
    ['2016-01-01', 3650, 10],
    ['2026-06-10', 5, 0],
  ])('has few enough labels from %s over %d days', (day, days, most) => {
    const ticks = monthTicks(Date.parse(`${day}T00:00:00Z`), days);
    expect(ticks.length).toBeLessThanOrEqual(most);
    expect(ticks.every((t) => t.at >= 0 && t.at < days)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import type { Timeline } from '../backend/types';
import { axisOf, barAt, barsOf, shapesOf, stretchesOf, ticksOf } from './geometry';
import { rangeWords, sumWords } from './words';

const days: Timeline = {
  bucket: 'day',
  zone: 'Europe/Zurich',
  // Clocks go forward on the 29th, which has 23 hours.
  buckets: [
    { start: '2026-03-27T23:00:00Z', count: 10, failed: 0 },
    { start: '2026-03-28T23:00:00Z', count: 4, failed: 1 },
  ],
};

describe('bars', () => {
  it('last as long as their day lasts in the zone', () => {
    const [first, last] = barsOf(days);
    expect((first?.to ?? 0) - (first?.from ?? 0)).toBe(24 * 3_600_000);
    expect((last?.to ?? 0) - (last?.from ?? 0)).toBe(23 * 3_600_000);
  });

  it('of months last as long as the month', () => {
    const [bar] = barsOf({
      bucket: 'month',
      zone: 'UTC',
      buckets: [{ start: '2024-02-01T00:00:00Z', count: 1, failed: 0 }],
    });
    expect((bar?.to ?? 0) - (bar?.from ?? 0)).toBe(29 * 86_400_000);
  });

  it('are found where they are drawn', () => {
    const bars = barsOf({
      bucket: 'hour',
      zone: 'UTC',
      buckets: Array.from({ length: 48 }, (_, i) => ({
        start: new Date(Date.UTC(2026, 5, 1, i)).toISOString(),
        count: i,
        failed: 0,
      })),
    });
    const axis = axisOf(bars, 830);
    bars.forEach((b, i) => {
      expect(barAt(bars, axis, axis.x((b.from + b.to) / 2))).toBe(i);
    });
    expect(barAt(bars, axis, -5)).toBe(0);
    expect(barAt(bars, axis, 9999)).toBe(47);
    expect(barAt([], axis, 1)).toBe(-1);
  });

  it('show a single failed event among many as at least one pixel', () => {
    const bars = [{ from: 0, to: 1, count: 100_000, failed: 1 }];
    const { failed } = shapesOf(bars, axisOf(bars, 100), 58);
    expect(failed).toMatch(/^M\d+ 57h96v1h/);
    const rare = [
      { from: 0, to: 1, count: 100_000, failed: 0 },
      { from: 1, to: 2, count: 1, failed: 0 },
    ];
    expect(shapesOf(rare, axisOf(rare, 100), 58).ok.split('M')).toHaveLength(3);
  });

  it('that share a pixel are drawn as the tallest of them', () => {
    const bars = Array.from({ length: 5000 }, (_, i) => ({
      from: i,
      to: i + 1,
      count: i === 2500 ? 90 : 1,
      failed: 0,
    }));
    const { ok } = shapesOf(bars, axisOf(bars, 500), 90);
    expect(ok.split('M').length - 1).toBe(500);
    expect(ok).toContain('M250 0h');
  });
});

describe('stretches without records', () => {
  const bars = barsOf(days);
  const axis = axisOf(bars, 100);

  it('are cut to the axis and left out where they lie beside it', () => {
    const gaps = [
      { deployment: 'a', from: '2026-03-01T00:00:00Z', to: '2026-03-28T11:00:00Z' },
      { deployment: 'b', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    ];
    expect(stretchesOf(gaps, axis)).toEqual([{ from: axis.from, to: Date.UTC(2026, 2, 28, 11), deployments: ['a'] }]);
  });

  it('of several deployments at once are one', () => {
    const gap = { from: '2026-03-28T01:00:00Z', to: '2026-03-28T11:00:00Z' };
    const found = stretchesOf(
      [
        { ...gap, deployment: 'a' },
        { ...gap, deployment: 'b' },
      ],
      axis,
    );
    expect(found.map((s) => s.deployments)).toEqual([['a', 'b']]);
  });
});

describe('the marks of the axis', () => {
  const axis = (from: number, to: number) => axisOf([{ from, to, count: 0, failed: 0 }], 830);

  it('stand at round times of the zone', () => {
    const marks = ticksOf(axis(Date.UTC(2026, 5, 1), Date.UTC(2026, 6, 1)), 'Europe/Zurich');
    expect(marks.length).toBeGreaterThan(3);
    expect(marks.length).toBeLessThan(10);
    for (const m of marks) expect(new Date(m.at).toISOString()).toContain('T22:00:00');
    expect(marks[0]?.label).toMatch(/^06-\d\d$/);
  });

  it('name hours within a day and months within years', () => {
    expect(ticksOf(axis(Date.UTC(2026, 5, 1, 2), Date.UTC(2026, 5, 1, 20)), 'UTC').map((t) => t.label)).toContain(
      '12:00',
    );
    expect(ticksOf(axis(Date.UTC(2025, 0, 1), Date.UTC(2026, 6, 1)), 'UTC').map((t) => t.label)).toContain('2025-04');
  });

  it('do not repeat where clocks change', () => {
    const marks = ticksOf(axis(Date.UTC(2026, 2, 28), Date.UTC(2026, 2, 31)), 'Europe/Zurich');
    expect(new Set(marks.map((m) => m.at)).size).toBe(marks.length);
  });
});

describe('words', () => {
  it('name the zone and leave out what is said already', () => {
    expect(rangeWords(Date.UTC(2026, 5, 9), Date.UTC(2026, 5, 14), 'UTC')).toBe('2026-06-09 00:00 → 06-14 00:00 UTC');
    expect(rangeWords(Date.UTC(2026, 5, 9, 6), Date.UTC(2026, 5, 9, 12), 'UTC')).toBe('2026-06-09 06:00 → 12:00 UTC');
    expect(rangeWords(Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1), 'UTC')).toBe(
      '2025-12-31 00:00 → 2026-01-01 00:00 UTC',
    );
  });

  it('sum up the bars', () => {
    expect(sumWords(barsOf(days), 0, 1)).toBe('14 events, 1 failed');
    expect(sumWords(barsOf(days), 0, 0)).toBe('10 events, none failed');
  });
});

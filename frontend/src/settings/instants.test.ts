import { describe, expect, it } from 'vitest';
import {
  boundsOf,
  firstInstant,
  held,
  instantOf,
  instantText,
  instantWithin,
  moved,
  snapped,
  typedInstant,
} from './instants';

const hour = 3_600_000;
const day = 24 * hour;

describe('the bounds of the date control', () => {
  const span = { begin: '2025-12-01T06:18:15.123456Z', end: '2026-06-30T23:26:00Z' };

  it('span the records and the period under audit, the wider', () => {
    const bounds = boundsOf(span, { from: '2026-01-01', to: '2026-06-30', zone: 'UTC' });
    expect(bounds).toEqual({
      from: Date.parse('2025-12-01T06:18:15.123Z'),
      to: Date.parse('2026-07-01T00:00:00Z'),
      fromText: '2025-12-01T06:18:15.123456Z',
      toText: '2026-07-01T00:00:00Z',
      periodFrom: Date.parse('2026-01-01T00:00:00Z'),
      periodTo: Date.parse('2026-07-01T00:00:00Z'),
    });
  });

  it('take the days of the period in its zone, also where the clock changes', () => {
    const bounds = boundsOf(undefined, { from: '2026-03-29', to: '2026-03-29', zone: 'Europe/Zurich' });
    expect(bounds?.periodFrom).toBe(Date.parse('2026-03-28T23:00:00Z'));
    expect(bounds?.periodTo).toBe(Date.parse('2026-03-29T22:00:00Z'));
  });

  it('hold an instant that stands outside of both', () => {
    expect(boundsOf(span, { zone: 'UTC' }, '2024-01-01T00:00:00Z')?.from).toBe(Date.parse('2024-01-01T00:00:00Z'));
  });

  it('begin with the period, else with the records', () => {
    const with_ = boundsOf(span, { from: '2026-01-01', zone: 'UTC' });
    const without = boundsOf(span, { zone: 'UTC' });
    expect(with_ && firstInstant(with_)).toBe('2026-01-01T00:00:00Z');
    // To the last digit: a millisecond before the first record would be a stretch without records.
    expect(without && firstInstant(without)).toBe('2025-12-01T06:18:15.123456Z');
    expect(without && instantWithin(without, without.to)).toBe('2026-06-30T23:26:00Z');
    expect(without && instantWithin(without, without.from)).toBe('2025-12-01T06:18:15.123456Z');
  });

  it('are none without records and period, and have a length with one record', () => {
    expect(boundsOf({ begin: '', end: '' }, { zone: 'UTC' })).toBeUndefined();
    const one = boundsOf({ begin: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }, { zone: 'UTC' });
    expect(one && one.to - one.from).toBeGreaterThan(0);
  });
});

describe('an instant that is moved', () => {
  it.each([
    ['a day', '2026-03-28T12:00:00Z', { days: 1 }, 'UTC', '2026-03-29T12:00:00Z'],
    ['a day over a change of the clock', '2026-03-28T11:00:00Z', { days: 1 }, 'Europe/Zurich', '2026-03-29T10:00:00Z'],
    ['a month that is shorter', '2026-01-31T00:00:00Z', { months: 1 }, 'UTC', '2026-02-28T00:00:00Z'],
    ['a month back', '2026-03-31T05:00:00Z', { months: -1 }, 'UTC', '2026-02-28T05:00:00Z'],
  ] as const)('by %s', (_, instant, by, zone, want) => expect(moved(instant, by, zone)).toBe(want));

  it('is held between its bounds', () => {
    expect(held(5, 1, 3)).toBe(3);
    expect(held(0, 1, 3)).toBe(1);
    expect(held(2, 1, 3)).toBe(2);
  });
});

describe('an instant that is dragged', () => {
  const near = Date.parse('2026-03-05T05:11:42Z');

  it('falls on days of the zone where a day is a few pixels', () => {
    expect(instantOf(snapped(near, 5 * hour, 'UTC'))).toBe('2026-03-05T00:00:00Z');
    expect(instantOf(snapped(near, 5 * hour, 'Europe/Zurich'))).toBe('2026-03-04T23:00:00Z');
  });

  it('falls on hours or minutes where days are wide', () => {
    expect(instantOf(snapped(near, hour / 4, 'UTC'))).toBe('2026-03-05T05:00:00Z');
    expect(instantOf(snapped(near, 10_000, 'UTC'))).toBe('2026-03-05T05:12:00Z');
  });

  it('falls on a midnight of the zone on days of 23 and 25 hours', () => {
    for (const [start, length] of [
      ['2026-03-28T23:00:00Z', 23],
      ['2026-10-24T22:00:00Z', 25],
    ] as const) {
      const from = Date.parse(start);
      for (let at = 0; at <= length; at++) {
        const ms = snapped(from + at * hour, 5 * hour, 'Europe/Zurich');
        expect([from, from + length * hour]).toContain(ms);
      }
    }
  });

  it('never goes further than a step', () => {
    for (let i = 0; i < 500; i++) {
      const ms = near + i * 7_654_321;
      for (const perPixel of [2_000, hour / 10, hour, day / 3])
        expect(Math.abs(snapped(ms, perPixel, 'Europe/Zurich') - ms)).toBeLessThanOrEqual(
          Math.max(60_000, perPixel * 6) * 1.1,
        );
    }
  });
});

describe('an instant that is typed', () => {
  it.each([
    ['a day', '2026-06-30', 'UTC', '2026-06-30T00:00:00Z'],
    ['a day of the zone', '2026-06-30', 'Europe/Zurich', '2026-06-29T22:00:00Z'],
    ['minutes', '2026-06-30 23:59', 'UTC', '2026-06-30T23:59:00Z'],
    ['seconds, with spaces around', '  2026-06-30 23:58:41 ', 'UTC', '2026-06-30T23:58:41Z'],
    ['a fraction', '2026-06-30 23:58:41.902123', 'UTC', '2026-06-30T23:58:41.902Z'],
    ['as a log has it', '2026-06-30T23:58:41Z', 'Europe/Zurich', '2026-06-30T23:58:41Z'],
    ['with an offset', '2026-06-30T23:58:41+02:00', 'UTC', '2026-06-30T21:58:41Z'],
    ['a day that does not exist', '2026-02-30', 'UTC', undefined],
    ['an hour that does not exist', '2026-02-28 25:00', 'UTC', undefined],
    ['nothing', '', 'UTC', undefined],
    ['words', 'end of June', 'UTC', undefined],
    ['another order', '30.06.2026', 'UTC', undefined],
  ] as const)('%s', (_, text, zone, want) => expect(typedInstant(text, zone)).toBe(want));

  it('comes back as it is written', () => {
    for (const zone of ['UTC', 'Europe/Zurich', 'Asia/Kathmandu'])
      for (const instant of ['2026-06-30T23:58:41Z', '2025-12-31T23:00:00Z'])
        expect(typedInstant(instantText(instant, zone), zone)).toBe(instant);
  });
});

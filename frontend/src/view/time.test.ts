import { describe, expect, it } from 'vitest';
import { epochMs, localOf, minuteStamp, stamp, weekday } from './time';

describe('times', () => {
  it('are cut to milliseconds, never rounded up', () => {
    expect(epochMs('2026-06-30T23:59:59.999999999Z')).toBe(Date.UTC(2026, 5, 30, 23, 59, 59, 999));
    expect(stamp('2026-06-30T23:59:59.999999999Z', 'UTC')).toBe('2026-06-30 23:59:59.999');
  });

  it('stand in the named zone, with its clock changes', () => {
    expect(stamp('2026-06-30T23:51:30.118204Z', 'Europe/Zurich')).toBe('2026-07-01 01:51:30.118');
    expect(minuteStamp('2026-03-29T00:59:00Z', 'Europe/Zurich')).toBe('2026-03-29 01:59');
    expect(minuteStamp('2026-03-29T01:00:00Z', 'Europe/Zurich')).toBe('2026-03-29 03:00');
    expect(minuteStamp('2026-01-01T00:00:00Z', 'Asia/Kathmandu')).toBe('2026-01-01 05:45');
    expect(minuteStamp('2026-01-01T00:30:00Z', 'America/New_York')).toBe('2025-12-31 19:30');
  });

  it('show midnight as 00, not 24', () => {
    expect(localOf('2026-01-01T00:00:00Z', 'Europe/London')).toEqual({
      day: '2026-01-01',
      time: '00:00:00',
      milli: '.000',
    });
  });

  it('before 1970 keep their milliseconds positive', () => {
    expect(stamp('1969-12-31T23:59:59.250Z', 'UTC')).toBe('1969-12-31 23:59:59.250');
    expect(stamp('1969-12-31T23:59:59.250Z', 'Europe/London')).toBe('1970-01-01 00:59:59.250');
  });

  it('that are none are shown as they are', () => expect(stamp('yesterday', 'UTC')).toBe('yesterday'));

  it('know their weekday', () => expect(weekday('2026-06-30')).toBe('Tue'));
});

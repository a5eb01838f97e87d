import { describe, expect, it } from 'vitest';
import { requestOf, rolledGloss, rollInstant, sideOf, whenEmpty } from './rollWords';

const file = (id: string) => ({ id, name: `${id}.json`, folder: '', sha256: '', settings: 1 });
const view = (openingAt: string, closingAt: string) => ({
  opening: file('o'),
  closing: file('c'),
  openingAt,
  closingAt,
});

describe('an instant that is typed', () => {
  it.each([
    ['', 'UTC', ''],
    ['  ', 'UTC', ''],
    // Whether a day means its first or its last moment is the program's to say.
    [' 2026-06-30 ', 'Europe/Zurich', '2026-06-30'],
    ['2026-06-30 12:00', 'UTC', '2026-06-30T12:00:00Z'],
    ['2026-06-30 12:00:00', 'Europe/Zurich', '2026-06-30T10:00:00Z'],
    ['2026-06-30T12:00:00+02:00', 'UTC', '2026-06-30T10:00:00Z'],
    ['2026-02-30', 'UTC', undefined],
    ['yesterday', 'UTC', undefined],
    ['30.06.2026', 'UTC', undefined],
  ])('%j in %s', (text, zone, want) => {
    expect(rollInstant(text, zone)).toBe(want);
  });
});

describe('what is asked', () => {
  it('leaves out what is not typed', () => {
    expect(requestOf(view('', '2026-06-30'), 'Europe/Zurich')).toEqual({
      problems: {},
      request: { opening: 'o', closing: 'c', closing_at: '2026-06-30', zone: 'Europe/Zurich' },
    });
  });

  it.each([
    ['yesterday', '', 'opening'],
    ['', 'today', 'closing'],
    ['2026-07-01', '2026-06-30', 'closing'],
    ['2026-06-30 12:00', '2026-06-30 12:00', 'closing'],
  ] as const)('is nothing for %j and %j: the %s instant says why', (from, to, end) => {
    const { request, problems } = requestOf(view(from, to), 'UTC');
    expect(request).toBeUndefined();
    expect(Object.keys(problems)).toEqual([end]);
  });

  it('may be one day, from its first moment to its last', () => {
    expect(requestOf(view('2026-06-30', '2026-06-30'), 'UTC').request).toBeDefined();
  });

  it('needs both files', () => {
    expect(requestOf({ ...view('', ''), closing: undefined }, 'UTC').request).toBeUndefined();
  });
});

describe('an instant that is not typed', () => {
  const engagement = { title: 'x', zone: 'UTC' };
  const records = { first: '2026-01-02T08:00:00Z', last: '2026-06-29T09:30:00Z' };
  it.each([
    [
      'opening',
      { engagement: { ...engagement, from: '2026-01-01' }, ...records },
      'the beginning of the period under audit, 2026-01-01',
    ],
    [
      'closing',
      { engagement: { ...engagement, to: '2026-06-30' }, ...records },
      'the end of the period under audit, 2026-06-30',
    ],
    ['opening', { engagement, ...records }, 'the first record, 2026-01-02 08:00:00'],
    ['closing', { engagement, ...records }, 'the last record, 2026-06-29 09:30:00'],
    ['closing', { engagement }, 'the last record'],
  ] as const)('is said: %s', (end, info, want) => {
    expect(whenEmpty(end, info, 'UTC')).toBe(want);
  });
});

it('a setting is told with the thing that it is a field of, once', () => {
  const row = { verdict: 'agrees', words: '', field: 'gpu vendor', changes: 0 } as const;
  expect(
    rolledGloss({ ...row, setting: 'GPU Vendor', resource_type: 'infrastructure', target: 'infrastructure' }),
  ).toBe('GPU Vendor, infrastructure');
  expect(rolledGloss({ ...row, field: '', setting: 'GPU Vendor' })).toBe('');
});

it('a side of a lacking change is a snapshot or an event', () => {
  expect(sideOf('opening')).toEqual({ snapshot: 'opening' });
  expect(sideOf('closing')).toEqual({ snapshot: 'closing' });
  expect(sideOf('7K2M-9QXD-41TB')).toEqual({ event: '7K2M-9QXD-41TB' });
});

import { describe, expect, it } from 'vitest';
import { eventSheets, gapsIn, suggestsCsv } from './scope';

describe('the sheets of a workbook', () => {
  it.each([
    [0, 1],
    [1_048_575, 1],
    [1_048_576, 2],
    [3_145_725, 3],
    [3_145_726, 4],
  ])('%d events take %d', (events, sheets) => expect(eventSheets(events)).toBe(sheets));

  it('are too many above three, but lines are not', () => {
    expect(suggestsCsv('xlsx', 3_145_725)).toBe(false);
    expect(suggestsCsv('xlsx', 3_145_726)).toBe(true);
    expect(suggestsCsv('csv', 3_145_726)).toBe(false);
  });
});

describe('stretches without records', () => {
  const gap = (from: string, to: string) => ({ deployment: 'coder', from, to });
  const period = { from: '2026-01-01', to: '2026-06-30', zone: 'Europe/Zurich' };

  it.each([
    ['within', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', true],
    ['over the beginning', '2025-12-30T00:00:00Z', '2026-01-02T00:00:00Z', true],
    ['up to the first midnight of the zone', '2025-12-30T00:00:00Z', '2025-12-31T23:00:00Z', false],
    ['one hour longer', '2025-12-30T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['after the end', '2026-06-30T22:00:00Z', '2026-07-02T00:00:00Z', false],
    ['over all of it', '2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z', true],
  ])('%s', (_, from, to, inside) => {
    expect(gapsIn([gap(from, to)], period)).toHaveLength(inside ? 1 : 0);
  });

  it('count of the deployments under audit only', () => {
    const list = [gap('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z')];
    expect(gapsIn(list, { zone: 'UTC', deployments: ['another'] })).toHaveLength(0);
    expect(gapsIn(list, { zone: 'UTC', deployments: list.map((g) => g.deployment) })).toHaveLength(1);
  });

  it('all count where the period is not limited', () => {
    expect(gapsIn([gap('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z')], { zone: 'UTC' })).toHaveLength(1);
  });
});

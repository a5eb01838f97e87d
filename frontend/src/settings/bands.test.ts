import { describe, expect, it } from 'vitest';
import type { HistoryRow, Json } from '../backend/types';
import { bandOf, bandsOf, drawnAt, drawnBands, lasts, markAt, marksOf } from './bands';
import { stripAxis } from './strip';

const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const end = start + 100 * day;

function write(at: number, value: Json | undefined, more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    event: `E${at}`,
    ordinal: 0,
    time: new Date(start + at * day).toISOString(),
    ...(value === undefined ? {} : { new: value }),
    words: `→ ${JSON.stringify(value)}`,
    basis: 'logged',
    kind: 'text',
    applied: true,
    outcome: 'ok',
    gaps_before: 0,
    source: 'a.log',
    line: at,
    ...more,
  };
}
const refused = (at: number, outcome: 'denied' | 'failed' | 'unknown' = 'denied') =>
  write(at, 'refused', { applied: false, outcome });
const broken = { after_event: 'A', after_time: '', before_event: 'B', before_time: '', words: '', gaps: 0 };

const axis = stripAxis(
  { from: start, to: end, fromText: '', toText: '', periodFrom: undefined, periodTo: undefined },
  300,
);

describe('the bands', () => {
  it('are one for each recorded value, unknown before the first', () => {
    const writes = [write(10, 'a'), write(20, 'a'), refused(25), write(30, 'b'), write(60, 'a')];
    const bands = bandsOf(writes, start, end);
    expect(bands.map((b) => [b.look, (b.from - start) / day, (b.to - start) / day, b.first, b.last])).toEqual([
      ['unknown', 0, 10, -1, -1],
      ['value', 10, 30, 0, 1],
      ['value', 30, 60, 3, 3],
      ['value', 60, 100, 4, 4],
    ]);
  });

  it('hold at each moment the value of the last applied write', () => {
    // Made of a few values, so that the same one follows itself often.
    let seed = 7;
    const next = (n: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % n;
    };
    for (let round = 0; round < 50; round++) {
      const times = Array.from({ length: next(30) }, () => next(100)).sort((a, b) => a - b);
      const writes = times.map((t) => (next(4) === 0 ? refused(t) : write(t, ['a', 'b', ['c']][next(3)])));
      const bands = bandsOf(writes, start, end);
      for (let t = 0; t < 100; t++) {
        const ms = start + (t + 0.5) * day;
        const last = writes.findLast((w) => w.applied && Date.parse(w.time) <= ms);
        const band = bands.find((b) => b.from <= ms && ms < b.to);
        expect(writes[band?.first ?? -1]?.new).toEqual(last?.new);
        expect(band?.look).toBe(last === undefined ? 'unknown' : 'value');
      }
      for (const [a, b] of bands.slice(1).map((b, i) => [bands[i], b] as const)) expect(a?.to).toBe(b.from);
    }
  });

  it('say how a value is known', () => {
    const of = (...writes: HistoryRow[]) => bandsOf(writes, start, end).map((b) => b.look);
    expect(of()).toEqual(['unknown']);
    expect(of(refused(5))).toEqual(['unknown']);
    expect(of(write(10, 'b', { old: 'a' }))).toEqual(['earlier', 'value']);
    expect(of(write(10, 'b', { old: 'a', basis: 'derived' }))).toEqual(['unknown', 'value']);
    expect(of(write(10, undefined, { kind: 'secret' }), write(20, undefined, { kind: 'secret' }))).toEqual([
      'unknown',
      'secret',
      'secret',
    ]);
    expect(of(write(10, undefined, { kind: 'unrecorded', basis: 'not recorded' }))).toEqual([
      'unknown',
      'not recorded',
    ]);
  });

  it('never make two of one value where another one lay between, or where nobody can compare them', () => {
    const count = (...writes: HistoryRow[]) => bandsOf(writes, start, end).length - 1;
    expect(count(write(10, 'a'), write(20, 'a', { break: broken }))).toBe(2);
    expect(count(write(10, undefined), write(20, undefined))).toBe(2);
    expect(count(write(10, undefined, { value_bytes: 9_000 }), write(20, undefined, { value_bytes: 9_000 }))).toBe(2);
  });

  it('tell how long a value was the last recorded one, for its rewrites and attempts too', () => {
    const writes = [write(10, 'a'), write(20, 'a'), refused(25), write(30, 'b')];
    const bands = bandsOf(writes, start, end);
    for (const at of [0, 1, 2]) expect(lasts(bands, at)).toEqual({ from: start + 10 * day, to: start + 30 * day });
    expect(bandOf(bands, 3)).toBe(2);
  });
});

describe('what is drawn', () => {
  it('folds thousands of values into what has room, and keeps those that have', () => {
    const writes = [
      ...Array.from({ length: 5_000 }, (_, i) => write(10 + i / 500, i)),
      ...Array.from({ length: 5 }, (_, i) => write(50 + i * 10, `late ${i}`)),
    ];
    const bands = bandsOf(writes, start, end);
    const drawn = drawnBands(bands, axis);
    expect(bands).toHaveLength(5_006);
    expect(drawn.length).toBeLessThan(14);
    const folded = drawn.filter((d) => d.last > d.first);
    expect(folded.reduce((n, d) => n + d.last - d.first + 1, 0)).toBeGreaterThan(4_990);
    for (const d of folded) expect(d.width).toBeLessThanOrEqual(16);
    // Every band is drawn once, in order, within the strip.
    expect(drawn.flatMap((d) => Array.from({ length: d.last - d.first + 1 }, (_, i) => d.first + i))).toEqual(
      bands.map((_, i) => i),
    );
    for (const d of drawn) {
      expect(d.left).toBeGreaterThanOrEqual(0);
      expect(d.left + d.width).toBeLessThanOrEqual(axis.width + 0.001);
      expect(d.width).toBeGreaterThanOrEqual(3);
    }
    expect(folded).toContain(drawnAt(drawn, axis.x(start + 15 * day)));
    expect(drawnAt(drawn, axis.x(start + 55 * day))?.first).toBe(5_001);
  });

  it('marks attempts, those with unknown effect and breaks apart, and folds those of a kind that touch', () => {
    const writes = [
      write(5, 'a'),
      ...Array.from({ length: 40 }, (_, i) => refused(10 + i / 100)),
      refused(10.2, 'unknown'),
      write(30, 'b', { break: broken }),
      refused(80, 'failed'),
    ];
    const marks = marksOf(writes, axis);
    expect(marks.map((m) => [m.kind, m.writes.length])).toEqual([
      ['refused', 40],
      ['refused', 1],
      ['unsure', 1],
      ['break', 1],
    ]);
    expect(markAt(marks, axis.x(start + 80 * day) + 3)?.writes).toEqual([writes.length - 1]);
    expect(markAt(marks, axis.x(start + 60 * day))).toBeUndefined();
  });
});

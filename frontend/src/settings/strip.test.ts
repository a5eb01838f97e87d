import { describe, expect, it } from 'vitest';
import { coveredPieces, marksPath, pinPlaces, stripAxis } from './strip';

const room = { margin: 32, between: 6 };
const bounds = {
  from: Date.parse('2026-01-01T00:00:00Z'),
  to: Date.parse('2026-01-11T00:00:00Z'),
  fromText: '2026-01-01T00:00:00Z',
  toText: '2026-01-11T00:00:00Z',
  periodFrom: undefined,
  periodTo: undefined,
};

describe('pins', () => {
  it('stand over their instants where there is room', () => {
    const [a, b] = pinPlaces([300, 700], 170, 1000, room);
    expect(a?.left).toBe(215);
    expect(b?.left).toBe(615);
  });

  it('never lie over each other, never leave the strip, and keep their order', () => {
    for (let width = 400; width <= 2400; width += 250)
      for (let a = 0; a <= width; a += 37)
        for (let b = a; b <= width; b += 41) {
          const [first, second] = pinPlaces([a, b], 170, width, room);
          if (first === undefined || second === undefined) throw new Error('two pins');
          expect(second.left - first.right).toBeGreaterThanOrEqual(room.between - 1e-9);
          expect(first.left).toBeGreaterThanOrEqual(-room.margin);
          expect(second.right).toBeLessThanOrEqual(width + room.margin);
        }
  });

  it('stay near the strip with one instant', () => {
    expect(pinPlaces([0], 170, 800, room)).toEqual([{ left: -32, right: 138 }]);
    expect(pinPlaces([800], 170, 800, room)[0]?.right).toBe(832);
  });
});

describe('marks', () => {
  const axis = stripAxis(bounds, 100);

  it('stand at their day, the fullest the tallest, and a quiet day is still seen', () => {
    const path = marksPath(
      [
        { start: '2026-01-02T00:00:00Z', writes: 1 },
        { start: '2026-01-06T00:00:00Z', writes: 10_000 },
      ],
      axis,
      24,
    );
    expect(path).toBe('M10 24h2v-4h-2zM50 24h2v-24h-2z');
  });

  it('of days that share a pixel are one, and days outside are none', () => {
    const narrow = stripAxis(bounds, 5);
    const path = marksPath(
      [
        { start: '2026-01-02T00:00:00Z', writes: 4 },
        { start: '2026-01-02T12:00:00Z', writes: 9 },
        { start: '2027-01-01T00:00:00Z', writes: 9 },
        { start: 'yesterday', writes: 9 },
      ],
      narrow,
      24,
    );
    expect(path.match(/M/g)).toHaveLength(1);
  });
});

describe('the bar of a statement', () => {
  it('shows the stretches within the two instants', () => {
    const pieces = coveredPieces(bounds.from, bounds.to, [
      { from: '2025-12-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
      { from: '2026-01-06T00:00:00Z', to: '2026-01-07T00:00:00Z' },
      { from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z' },
    ]);
    expect(pieces).toEqual([
      { left: 0, width: 10 },
      { left: 50, width: 10 },
    ]);
  });

  it('has no length where the instants have none', () => {
    expect(coveredPieces(bounds.to, bounds.from, [])).toBeUndefined();
  });
});

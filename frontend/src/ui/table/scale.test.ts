import { describe, expect, it } from 'vitest';
import { reveal, scaleOf, tallest } from './scale';

describe('the scale of the scroll bar', () => {
  it('is one to one as long as the table fits', () => {
    const scale = scaleOf(28_000, 600);
    expect(scale.ratio).toBe(1);
    expect(scale.physical).toBe(28_000);
    expect(scale.toTop(1234)).toBe(1234);
  });

  it('reaches the first and the last row of a table that is far too tall', () => {
    const height = 10_000_000 * 28;
    const scale = scaleOf(height, 600);
    expect(scale.physical).toBe(tallest);
    expect(scale.toTop(0)).toBe(0);
    expect(scale.toTop(tallest - 600)).toBeCloseTo(height - 600, 3);
    expect(scale.toScroll(height)).toBeCloseTo(tallest - 600, 6);
  });

  it('goes there and back, and never backwards', () => {
    for (const height of [0, 100, 600, 601, 28_000, tallest, tallest + 1, 280_000_000]) {
      const scale = scaleOf(height, 600);
      let before = -1;
      for (let i = 0; i <= 50; i++) {
        const top = (scale.maxTop * i) / 50;
        expect(scale.toTop(scale.toScroll(top))).toBeCloseTo(top, 3);
        expect(scale.toScroll(top)).toBeGreaterThanOrEqual(before);
        before = scale.toScroll(top);
      }
    }
  });

  it('of a table shorter than the window does not move', () => {
    const scale = scaleOf(100, 600);
    expect(scale.maxTop).toBe(0);
    expect(scale.clamp(50)).toBe(0);
  });
});

describe('reveal', () => {
  it('moves no further than is needed, and not at all where the row is seen', () => {
    expect(reveal(100, 600, 200, 28, 26)).toBe(100);
    expect(reveal(100, 600, 690, 28, 26)).toBe(118);
    expect(reveal(100, 600, 110, 28, 26)).toBe(84);
    expect(reveal(100, 600, 0, 28, 26)).toBe(0);
  });
});

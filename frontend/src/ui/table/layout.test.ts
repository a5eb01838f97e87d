import { describe, expect, it } from 'vitest';
import { type Item, layoutOf, type Section } from './layout';

/** Numbers that look random and are the same in every run. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

interface Made {
  readonly sections: readonly Section[];
  readonly sectionHeight: number;
  readonly below: ReadonlyMap<number, number>;
}

function made(seed: number): Made {
  const random = numbers(seed);
  const sections = Array.from({ length: 1 + random(7) }, (_, i) => ({
    key: `${i}`,
    count: random(6),
    ...(random(4) === 0 ? { folded: true } : {}),
  }));
  const rows = sections.reduce((n, s) => n + s.count, 0);
  const below = new Map(Array.from({ length: random(4) }, () => [random(rows + 1), 1 + random(90)] as const));
  return { sections, sectionHeight: random(3) === 0 ? 0 : 26, below };
}

/** The whole table written out, one item after the other. */
function written({ sections, sectionHeight, below }: Made): readonly Item[] {
  const items: Item[] = [];
  let top = 0;
  let row = 0;
  sections.forEach((s, section) => {
    if (sectionHeight > 0) items.push({ kind: 'section', section, top, height: sectionHeight });
    top += sectionHeight;
    for (let i = 0; i < s.count; i++, row++) {
      if (s.folded) continue;
      const height = 28 + (below.get(row) ?? 0);
      items.push({ kind: 'row', row, section, top, height });
      top += height;
    }
  });
  return items;
}

describe('the layout of a table', () => {
  it('is the table written out, whatever part of it is asked for', () => {
    for (let seed = 1; seed < 400; seed++) {
      const table = made(seed);
      const layout = layoutOf({ ...table, rowHeight: 28 });
      const all = written(table);
      const last = all.at(-1);
      expect(layout.height, `seed ${seed}`).toBe(last === undefined ? 0 : last.top + last.height);
      const random = numbers(seed + 1000);
      for (let i = 0; i < 8; i++) {
        const from = random(layout.height + 50);
        const to = from + random(200);
        const expected = all.filter((item) => item.top < to && item.top + item.height > from);
        expect(layout.items(from, to), `seed ${seed}, ${from} to ${to}`).toEqual(expected);
      }
      const open = all.filter((item) => item.kind === 'row');
      expect(layout.open, `seed ${seed}`).toBe(open.length);
      open.forEach((item, i) => {
        expect(layout.rowTop(item.row), `seed ${seed}, row ${item.row}`).toBe(item.top);
        expect(layout.move(item.row, 1), `seed ${seed}, after row ${item.row}`).toBe((open[i + 1] ?? item).row);
        expect(layout.move(item.row, -1), `seed ${seed}, before row ${item.row}`).toBe((open[i - 1] ?? item).row);
      });
      all.forEach((item, i) => {
        expect(layout.place(item), `seed ${seed}`).toBe(i + 1);
      });
    }
  });

  it('of no rows has none to move to', () => {
    const layout = layoutOf({ sections: [], rowHeight: 28, sectionHeight: 26 });
    expect(layout.height).toBe(0);
    expect(layout.items(0, 600)).toEqual([]);
    expect(layout.move(0, 1)).toBe(-1);
  });

  it('of ten million rows on 3,650 days finds any of them', () => {
    const sections = Array.from({ length: 3650 }, (_, i) => ({ key: `${i}`, count: 2740 }));
    const layout = layoutOf({ sections, rowHeight: 28, sectionHeight: 26 });
    const row = 9_999_999;
    const top = layout.rowTop(row);
    expect(layout.items(top, top + 1)).toEqual([
      { kind: 'row', row, section: Math.floor(row / 2740), top, height: 28 },
    ]);
  });
});

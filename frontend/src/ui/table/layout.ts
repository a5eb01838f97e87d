// Where rows and section headers stand in a table of any length. Pure arithmetic in pixels of the whole table ("y"), which
// may be far taller than a browser can lay out; scale.ts maps that to what the scroll bar can say.

export interface Section {
  readonly key: string;
  /** Rows in it, folded away or not. */
  readonly count: number;
  /** A folded section shows its header alone. */
  readonly folded?: boolean;
}

export interface LayoutOptions {
  readonly sections: readonly Section[];
  readonly rowHeight: number;
  /** 0 for sections without a header. */
  readonly sectionHeight: number;
  /** Height of what stands open below a row, by the row's index. */
  readonly below?: ReadonlyMap<number, number>;
}

export type Item =
  | { readonly kind: 'section'; readonly section: number; readonly top: number; readonly height: number }
  | {
      readonly kind: 'row';
      readonly row: number;
      readonly section: number;
      readonly top: number;
      /** With what stands open below it. */
      readonly height: number;
    };

export interface Layout {
  readonly height: number;
  /** All rows, folded ones too. */
  readonly rows: number;
  /** Rows that are not folded away. */
  readonly open: number;
  sectionTop(section: number): number;
  sectionOfRow(row: number): number;
  /** Top of a row; of its section's header where the row is folded away. */
  rowTop(row: number): number;
  rowHeightOf(row: number): number;
  /** Section whose header or rows stand at y. */
  sectionAt(y: number): number;
  /** Everything that touches [from, to), in order. */
  items(from: number, to: number): readonly Item[];
  /** The row that many unfolded rows further (or back), held at the ends; -1 where there is none. */
  move(row: number, by: number): number;
  /** 1-based place among header rows and unfolded rows, for aria-rowindex (the column heads not counted). */
  place(item: Item): number;
}

/** The greatest i with starts[i] <= value; starts ascends and starts[0] <= value. */
function lastAtMost(starts: Float64Array, value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function layoutOf({ sections, rowHeight, sectionHeight, below }: LayoutOptions): Layout {
  const n = sections.length;
  const firstRow = new Float64Array(n + 1);
  const firstOpen = new Float64Array(n + 1);
  const tops = new Float64Array(n + 1);
  // What stands open below rows: row indexes ascending, and the height of all up to each.
  const extraRows = [...(below ?? [])].filter(([, h]) => h > 0).sort(([a], [b]) => a - b);
  const extraAt = Float64Array.from(extraRows, ([row]) => row);
  const extraSum = new Float64Array(extraRows.length + 1);
  extraRows.forEach(([, h], i) => {
    extraSum[i + 1] = (extraSum[i] ?? 0) + h;
  });
  /** Height of what stands open below rows before `row`. */
  const extraBefore = (row: number) => {
    if (extraAt.length === 0 || row <= (extraAt[0] ?? 0)) return 0;
    return extraSum[lastAtMost(extraAt, row - 1) + 1] ?? 0;
  };
  sections.forEach((s, i) => {
    const start = firstRow[i] ?? 0;
    firstRow[i + 1] = start + s.count;
    firstOpen[i + 1] = (firstOpen[i] ?? 0) + (s.folded ? 0 : s.count);
    const body = s.folded ? 0 : s.count * rowHeight + extraBefore(start + s.count) - extraBefore(start);
    tops[i + 1] = (tops[i] ?? 0) + sectionHeight + body;
  });
  const rows = firstRow[n] ?? 0;
  const open = firstOpen[n] ?? 0;
  const height = tops[n] ?? 0;

  const sectionTop = (s: number) => tops[s] ?? 0;
  const start = (s: number) => firstRow[s] ?? 0;
  const sectionOfRow = (row: number) => {
    let s = Math.min(lastAtMost(firstRow, row), n - 1);
    // Empty sections share their start with the next: the row is in the last of them that has rows.
    while (s > 0 && (sections[s]?.count ?? 0) === 0) s--;
    return s;
  };
  const rowHeightOf = (row: number) => rowHeight + (below?.get(row) ?? 0);
  const topIn = (s: number, row: number) =>
    sectionTop(s) + sectionHeight + (row - start(s)) * rowHeight + extraBefore(row) - extraBefore(start(s));
  const rowTop = (row: number) => {
    const s = sectionOfRow(row);
    return sections[s]?.folded ? sectionTop(s) : topIn(s, row);
  };
  const sectionAt = (y: number) => Math.max(0, Math.min(lastAtMost(tops, Math.max(0, y)), n - 1));
  /** First row of the section whose foot lies below y. */
  const rowAt = (s: number, y: number) => {
    let low = start(s);
    let high = start(s + 1);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (topIn(s, middle) + rowHeightOf(middle) > y) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  function items(from: number, to: number): readonly Item[] {
    const out: Item[] = [];
    if (n === 0) return out;
    for (let s = sectionAt(from); s < n && sectionTop(s) < to; s++) {
      if (sectionHeight > 0 && sectionTop(s) + sectionHeight > from) {
        out.push({ kind: 'section', section: s, top: sectionTop(s), height: sectionHeight });
      }
      if (sections[s]?.folded) continue;
      for (let row = rowAt(s, from); row < start(s + 1); row++) {
        const top = topIn(s, row);
        if (top >= to) break;
        out.push({ kind: 'row', row, section: s, top, height: rowHeightOf(row) });
      }
    }
    return out;
  }

  /** Place of a row among those not folded away; a folded row stands where its section would go on. */
  const ordinal = (row: number) => {
    const s = sectionOfRow(row);
    return (firstOpen[s] ?? 0) + (sections[s]?.folded ? 0 : row - start(s));
  };
  const rowOfOrdinal = (at: number) => {
    let s = Math.min(lastAtMost(firstOpen, at), n - 1);
    while (s > 0 && (sections[s]?.folded || (sections[s]?.count ?? 0) === 0)) s--;
    return start(s) + at - (firstOpen[s] ?? 0);
  };

  return {
    height,
    rows,
    open,
    sectionTop,
    sectionOfRow,
    rowTop,
    rowHeightOf,
    sectionAt,
    items,
    move: (row, by) => (open === 0 ? -1 : rowOfOrdinal(Math.max(0, Math.min(open - 1, ordinal(row) + by)))),
    place: (item) => {
      const headers = sectionHeight > 0 ? item.section + 1 : 0;
      if (item.kind === 'section') return (firstOpen[item.section] ?? 0) + headers;
      return ordinal(item.row) + 1 + headers;
    },
  };
}

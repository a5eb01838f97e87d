// Browsers lay out at most some 17 to 33 million pixels, a table of ten million rows needs 280 million. Beyond `tallest`
// the scroll bar stands for a ratio: its thumb maps to the table in proportion, wheel and keys move exact pixels of the
// table and the thumb follows.

/** Pixels that every browser in question lays out, with room to spare. */
export const tallest = 8_000_000;

export interface Scale {
  /** Height that is really laid out. */
  readonly physical: number;
  /** Pixels of the table for one of the scroll bar; 1 as long as the table fits. */
  readonly ratio: number;
  /** Greatest top, in pixels of the table. */
  readonly maxTop: number;
  toTop(scrollTop: number): number;
  toScroll(top: number): number;
  clamp(top: number): number;
}

export function scaleOf(height: number, viewport: number, limit = tallest): Scale {
  const physical = Math.min(height, limit);
  const maxTop = Math.max(0, height - viewport);
  const maxScroll = Math.max(0, physical - viewport);
  const ratio = maxScroll === 0 ? 1 : maxTop / maxScroll;
  const clamp = (top: number) => Math.max(0, Math.min(maxTop, top));
  return {
    physical,
    ratio,
    maxTop,
    toTop: (scrollTop) => clamp(scrollTop * ratio),
    toScroll: (top) => clamp(top) / ratio,
    clamp,
  };
}

/** The top that brings [from, from + size) into view with the least movement; `head` pixels at the top are covered. */
export function reveal(top: number, viewport: number, from: number, size: number, head: number): number {
  if (from - head < top) return Math.max(0, from - head);
  if (from + size > top + viewport) return from + size - viewport;
  return top;
}

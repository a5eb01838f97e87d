import { describe, expect, it } from 'vitest';
import { diffTokens, lineCount, lineDiff, type Piece, withContext, wordDiff } from './textdiff';

/** A small generator of its own: the same texts each run, so that a failure can be looked at. */
function texts(count: number, alphabet: string, longest: number): readonly (readonly [string, string])[] {
  let state = 42;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const text = () => Array.from({ length: next(longest) }, () => alphabet.charAt(next(alphabet.length))).join('');
  return Array.from({ length: count }, () => [text(), text()]);
}

const side = (pieces: readonly Piece[], without: 'old' | 'new') =>
  pieces
    .filter((p) => p.sign !== without)
    .map((p) => p.text)
    .join('');

/** The length of the longest common subsequence, by the slow way that cannot be wrong. */
function longestCommon(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const above = row;
    row = [0];
    for (let j = 0; j < b.length; j++) {
      row.push(x === b[j] ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0));
    }
  }
  return row.at(-1) ?? 0;
}

describe('the shortest edit script', () => {
  it('gives back both texts and keeps as much as can be kept', () => {
    for (const [a, b] of texts(400, 'abc', 24)) {
      const script = diffTokens([...a], [...b]);
      expect(script).toBeDefined();
      const old = script?.filter((s) => s.sign !== 'new').map((s) => s.token);
      const now = script?.filter((s) => s.sign !== 'old').map((s) => s.token);
      expect(old?.join('')).toBe(a);
      expect(now?.join('')).toBe(b);
      expect(script?.filter((s) => s.sign === 'same').length, `${a} → ${b}`).toBe(longestCommon(a, b));
    }
  });

  it('gives up where the texts have too little in common', () => {
    const a = Array.from({ length: 900 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 900 }, (_, i) => `b${i}`);
    expect(diffTokens(a, b)).toBeUndefined();
  });
});

describe('words', () => {
  it('give back both texts', () => {
    for (const [a, b] of texts(400, 'ab \n.é', 30)) {
      const pieces = wordDiff(a, b);
      if (pieces === undefined) continue;
      expect(side(pieces, 'new')).toBe(a);
      expect(side(pieces, 'old')).toBe(b);
    }
  });

  it('are whole: no letter of a word is marked alone', () => {
    expect(wordDiff('Maintenance 9:01PM, save', 'Maintenance 23:00 UTC, save')).toEqual([
      { sign: 'same', text: 'Maintenance ' },
      { sign: 'old', text: '9:01PM' },
      { sign: 'new', text: '23:00 UTC' },
      { sign: 'same', text: ', save' },
    ]);
    expect(wordDiff('電話番号は五', '電話番号は六')?.map((p) => p.text)).toEqual(['電話番号は', '五', '六']);
  });

  it('take the space between two changed words into the change', () => {
    expect(wordDiff('keep one two keep too', 'keep three four keep too')).toEqual([
      { sign: 'same', text: 'keep ' },
      { sign: 'old', text: 'one two' },
      { sign: 'new', text: 'three four' },
      { sign: 'same', text: ' keep too' },
    ]);
  });

  it('leave the space after a change alone', () => {
    expect(wordDiff('Saturday 9PM to 11PM', 'Saturday 2026-07-04 21:00 to 11PM')).toEqual([
      { sign: 'same', text: 'Saturday ' },
      { sign: 'old', text: '9PM' },
      { sign: 'new', text: '2026-07-04 21:00' },
      { sign: 'same', text: ' to 11PM' },
    ]);
  });

  it('are not told where nothing is shared', () => {
    expect(wordDiff('github.com', 'völlig anderes')).toBeUndefined();
  });
});

describe('lines', () => {
  it('give back both texts, with numbers that count on', () => {
    for (const [a, b] of texts(300, 'ab\n', 40)) {
      const diff = lineDiff(a, b);
      const of = (without: 'old' | 'new') =>
        diff?.lines.filter((l) => l.sign !== without).map((l) => l.pieces.map((p) => p.text).join('')) ?? [];
      expect(of('new').join('\n')).toBe(a);
      expect(of('old').join('\n')).toBe(b);
      expect(diff?.lines.flatMap((l) => (l.old === undefined ? [] : [l.old]))).toEqual(of('new').map((_, i) => i + 1));
      expect(diff?.lines.flatMap((l) => (l.now === undefined ? [] : [l.now]))).toEqual(of('old').map((_, i) => i + 1));
      expect((diff?.added ?? 0) - (diff?.removed ?? 0)).toBe(lineCount(b) - lineCount(a));
    }
  });

  it('show a carriage return that came', () => {
    expect(lineDiff('a\nb', 'a\r\nb')?.removed).toBe(1);
  });

  it('keep three lines around a change and count the others', () => {
    const old = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const now = old.with(10, 'changed');
    const shown = withContext(lineDiff(old.join('\n'), now.join('\n'))?.lines ?? []);
    expect(shown[0]).toEqual({ sign: 'gap', lines: 7, after: 0 });
    expect(shown.filter((l) => l.sign !== 'gap')).toHaveLength(8);
    expect(shown.at(-1)).toEqual({ sign: 'gap', lines: 6, after: 15 });
  });

  // Each of these once took the square of its length, or a thousand times the work of one line: they end, or the test times out.
  it.each([
    ['runs of punctuation', (i: number) => `${'!'.repeat(1900)}x${i}`],
    ['runs of spaces', (i: number) => `a${' '.repeat(1900)}b${i}`],
    ['words that all differ', (i: number) => Array.from({ length: 250 }, (_, n) => `${i}w${n}`).join(' ')],
  ])('compare hundreds of long lines: %s', (_, line) => {
    const old = Array.from({ length: 490 }, (_, i) => line(i));
    const now = Array.from({ length: 490 }, (_, i) => line(i + 1000));
    const diff = lineDiff(old.join('\n'), now.join('\n'));
    expect(diff?.removed).toBe(490);
    expect(diff?.added).toBe(490);
  });

  it('fall back for texts too big to compare', () => {
    expect(lineDiff('x'.repeat(1_500_000), 'y'.repeat(900_000))).toBeUndefined();
  });
});

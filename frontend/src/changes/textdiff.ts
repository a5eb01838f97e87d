// What changed in a text, by words and by lines: Myers' shortest edit script, bounded. It knows nothing of how it is shown.

export type Sign = 'same' | 'old' | 'new';

/** A stretch of a text: in both, only in the old one, or only in the new one. */
export interface Piece {
  readonly sign: Sign;
  readonly text: string;
}

/** Edits looked for at most; beyond that a diff would be slower than it is useful. */
export const maxEdits = 1000;
/** Edits looked for within one line of many: a text can have a thousand pairs of lines. */
const maxEditsOfLine = 100;
/** Tokens compared at most on both sides together. */
export const maxTokens = 60_000;

/**
 * The shortest edit script from `old` to `now`, in the order of the texts, removals before additions. Undefined where the
 * two are too long or too different.
 */
export function diffTokens(
  old: readonly string[],
  now: readonly string[],
  limit = maxEdits,
): readonly { readonly sign: Sign; readonly token: string }[] | undefined {
  if (old.length + now.length > maxTokens) return undefined;
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const middle = shortestScript(old.slice(head, old.length - tail), now.slice(head, now.length - tail), limit);
  if (middle === undefined) return undefined;
  const same = (token: string) => ({ sign: 'same' as const, token });
  return [...old.slice(0, head).map(same), ...middle, ...old.slice(old.length - tail).map(same)];
}

function shortestScript(a: readonly string[], b: readonly string[], limit: number) {
  const most = Math.min(a.length + b.length, limit);
  // furthest[k + offset]: how far in `a` an edit script reaches on diagonal k; one copy a round, for the way back.
  const offset = most + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const rounds: Int32Array[] = [];
  const at = (k: number) => furthest[k + offset] ?? 0;
  for (let d = 0; d <= most; d++) {
    rounds.push(furthest.slice(offset - d, offset + d + 1));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[k + offset] = x;
      if (x >= a.length && x - k >= b.length) return wayBack(a, b, rounds, d);
    }
  }
  return undefined;
}

function wayBack(a: readonly string[], b: readonly string[], rounds: readonly Int32Array[], edits: number) {
  const script: { sign: Sign; token: string }[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = edits; d >= 0; d--) {
    const row = rounds[d];
    const at = (k: number) => row?.[k + d] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(fromK);
    const fromY = fromX - fromK;
    while (x > Math.max(0, fromX) && y > Math.max(0, d === 0 ? 0 : fromY) && a[x - 1] === b[y - 1]) {
      script.push({ sign: 'same', token: a[x - 1] ?? '' });
      x--;
      y--;
    }
    if (d === 0) break;
    if (down) {
      script.push({ sign: 'new', token: b[y - 1] ?? '' });
      y--;
    } else {
      script.push({ sign: 'old', token: a[x - 1] ?? '' });
      x--;
    }
  }
  return removalsFirst(script.reverse());
}

/** Within a stretch of edits removals stand before additions: that is how a reader expects them. */
function removalsFirst(script: readonly { sign: Sign; token: string }[]) {
  const out: { sign: Sign; token: string }[] = [];
  let added: { sign: Sign; token: string }[] = [];
  for (const step of script) {
    if (step.sign === 'new') added.push(step);
    else {
      if (step.sign === 'same') {
        out.push(...added);
        added = [];
      }
      out.push(step);
    }
  }
  return [...out, ...added];
}

function joined(script: readonly { readonly sign: Sign; readonly token: string }[]): readonly Piece[] {
  const pieces: { sign: Sign; text: string }[] = [];
  for (const { sign, token } of script) {
    const last = pieces.at(-1);
    if (last?.sign === sign) last.text += token;
    else pieces.push({ sign, text: token });
  }
  return pieces;
}

// A word is what stands between spaces, less the punctuation that ends it; scripts without spaces go by the letter.
const noSpaces = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}';
const runs = new RegExp(`\\s+|[${noSpaces}]|[^\\s${noSpaces}]+`, 'gu');

function tokens(text: string): readonly string[] {
  const out: string[] = [];
  for (const { 0: run, index } of text.matchAll(runs)) {
    const word = /^(?!\S)/.test(text.charAt(index + run.length)) ? wordLength(run) : run.length;
    if (word > 0) out.push(run.slice(0, word));
    out.push(...run.slice(word));
  }
  return out;
}

/** Where the punctuation begins that a run ends with. */
function wordLength(run: string): number {
  let end = run.length;
  while (end > 0 && ',.;:!?'.includes(run.charAt(end - 1))) end--;
  return end;
}

/** Word by word. Undefined where the texts are too long or have too little in common to be told inside each other. */
export function wordDiff(old: string, now: string, limit = maxEdits): readonly Piece[] | undefined {
  if (old.length + now.length > 20_000) return undefined;
  const script = diffTokens(tokens(old), tokens(now), limit);
  if (script === undefined) return undefined;
  const shared = script.reduce((n, s) => n + (s.sign === 'same' && /\S/.test(s.token) ? s.token.length : 0), 0);
  const shorter = Math.min(old.length, now.length);
  return shorter > 0 && shared * 4 < shorter ? undefined : bridged(joined(script));
}

/** A lone space between two changed words reads better as part of the change. */
function bridged(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  const spread = pieces.flatMap((p, i): readonly Piece[] => {
    const between = i > 0 && i < pieces.length - 1;
    return p.sign === 'same' && between && /^\s+$/.test(p.text) && p.text.length < 3
      ? [
          { sign: 'old', text: p.text },
          { sign: 'new', text: p.text },
        ]
      : [p];
  });
  // Removals of one stretch of edits together, then its additions; spaces that both end in are no part of the change.
  let old = '';
  let now = '';
  const flush = () => {
    const spaces = old.slice(old.trimEnd().length);
    const kept = old !== '' && now.endsWith(spaces) ? spaces : '';
    if (old !== kept) out.push({ sign: 'old', text: old.slice(0, old.length - kept.length) });
    if (now !== kept) out.push({ sign: 'new', text: now.slice(0, now.length - kept.length) });
    old = '';
    now = '';
    return kept;
  };
  for (const p of spread) {
    if (p.sign === 'old') old += p.text;
    else if (p.sign === 'new') now += p.text;
    else out.push({ sign: 'same', text: flush() + p.text });
  }
  const rest = flush();
  if (rest !== '') out.push({ sign: 'same', text: rest });
  return out;
}

/** One line of a diff with its numbers from 1 in the old and the new text. */
export interface DiffLine {
  readonly sign: Sign;
  readonly old?: number;
  readonly now?: number;
  /** Word by word for a line that has a partner on the other side; one piece otherwise. */
  readonly pieces: readonly Piece[];
}

export interface LineDiff {
  readonly lines: readonly DiffLine[];
  readonly removed: number;
  readonly added: number;
}

export const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split(/\r?\n/));

export function lineCount(text: string): number {
  let n = text === '' ? 0 : 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) n++;
  return n;
}

/** Line by line. Undefined where the texts are too long or too different: say how many lines there were instead. */
export function lineDiff(old: string, now: string): LineDiff | undefined {
  if (old.length + now.length > 2_000_000) return undefined;
  // Split at line feeds alone: a carriage return that came or went is a change, and is shown as one.
  const split = (text: string) => (text === '' ? [] : text.split('\n'));
  const script = diffTokens(split(old), split(now));
  if (script === undefined) return undefined;
  const lines: DiffLine[] = [];
  let oldAt = 0;
  let nowAt = 0;
  let removed = 0;
  let added = 0;
  for (let i = 0; i < script.length; ) {
    const step = script[i];
    if (step === undefined) break;
    if (step.sign === 'same') {
      lines.push({ sign: 'same', old: ++oldAt, now: ++nowAt, pieces: [{ sign: 'same', text: step.token }] });
      i++;
      continue;
    }
    const gone: string[] = [];
    const come: string[] = [];
    for (let s = script[i]; s !== undefined && s.sign !== 'same'; s = script[++i]) {
      (s.sign === 'old' ? gone : come).push(s.token);
    }
    const words = gone.map((text, n) => (come[n] === undefined ? undefined : wordDiff(text, come[n], maxEditsOfLine)));
    gone.forEach((text, n) => {
      const pieces = words[n]?.filter((p) => p.sign !== 'new') ?? [{ sign: 'same' as const, text }];
      lines.push({ sign: 'old', old: ++oldAt, pieces });
    });
    come.forEach((text, n) => {
      const pieces = words[n]?.filter((p) => p.sign !== 'old') ?? [{ sign: 'same' as const, text }];
      lines.push({ sign: 'new', now: ++nowAt, pieces });
    });
    removed += gone.length;
    added += come.length;
  }
  return { lines, removed, added };
}

/** Lines of a diff with at most `context` unchanged lines around each change; a gap says how many were left out. */
export function withContext(
  lines: readonly DiffLine[],
  context = 3,
): readonly (DiffLine | { readonly sign: 'gap'; readonly lines: number; readonly after: number })[] {
  const keep = new Set<number>();
  lines.forEach((line, i) => {
    if (line.sign === 'same') return;
    for (let n = i - context; n <= i + context; n++) keep.add(n);
  });
  const out: (DiffLine | { sign: 'gap'; lines: number; after: number })[] = [];
  lines.forEach((line, i) => {
    if (keep.has(i)) out.push(line);
    else {
      const last = out.at(-1);
      if (last?.sign === 'gap') out[out.length - 1] = { ...last, lines: last.lines + 1 };
      else out.push({ sign: 'gap', lines: 1, after: i });
    }
  });
  return out;
}

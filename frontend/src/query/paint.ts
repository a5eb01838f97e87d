/** A piece of the query text and what it is, for colouring alone: whether the query can be read is the backend's word. */
export interface Piece {
  readonly kind: 'space' | 'sign' | 'field' | 'value';
  readonly text: string;
}

const space = /^\s+/;
const field = /^[A-Za-z_]+:/;
/** A value or word: quoted stretches keep their spaces; an open quote runs to the end. */
const value = /^(?:"(?:\\.|[^"\\])*(?:"|$)|[^\s"])+/;

/** Cuts the text into pieces; joined they are the text again. */
export function paint(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  const push = (kind: Piece['kind'], piece: string) => {
    if (piece !== '') pieces.push({ kind, text: piece });
    rest = rest.slice(piece.length);
  };
  while (rest !== '') {
    push('space', space.exec(rest)?.[0] ?? '');
    if (rest.startsWith('-') && rest.length > 1) push('sign', '-');
    push('field', field.exec(rest)?.[0] ?? '');
    const found = value.exec(rest)?.[0] ?? '';
    // What the pattern can't take (a lone backslash at the very end of a quote) is still part of the text.
    push('value', found === '' ? rest.slice(0, space.test(rest) ? 0 : 1) : found);
  }
  return pieces;
}

/** Turns an offset in UTF-8 bytes, as the backend counts, into one in UTF-16 units, as the page counts. */
export function unitsOf(text: string, bytes: number): number {
  let seen = 0;
  let units = 0;
  for (const char of text) {
    if (seen >= bytes) break;
    const point = char.codePointAt(0) ?? 0;
    seen += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    units += char.length;
  }
  return units;
}

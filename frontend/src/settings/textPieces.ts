export interface TextPiece {
  readonly kind: 'text' | 'date' | 'field';
  readonly text: string;
}

const dates = /\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: UTC|Z)?)?/g;

/** Splits a sentence into its dates, a field's name, and the rest; joined again they are the sentence. */
export function textPieces(text: string, field = ''): readonly TextPiece[] {
  const byDate = split(
    text,
    [...text.matchAll(dates)].map((m) => [m.index, m[0].length, 'date'] as const),
  );
  if (field === '') return byDate;
  return byDate.flatMap((piece) => {
    if (piece.kind !== 'text') return [piece];
    const found: (readonly [number, number, 'field'])[] = [];
    for (let at = piece.text.indexOf(field); at >= 0; at = piece.text.indexOf(field, at + field.length)) {
      found.push([at, field.length, 'field']);
    }
    return split(piece.text, found);
  });
}

function split(
  text: string,
  found: readonly (readonly [at: number, length: number, kind: 'date' | 'field'])[],
): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const [at, length, kind] of found) {
    if (at > from) pieces.push({ kind: 'text', text: text.slice(from, at) });
    pieces.push({ kind, text: text.slice(at, at + length) });
    from = at + length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

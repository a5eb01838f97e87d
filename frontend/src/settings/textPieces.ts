export interface TextPiece {
  readonly kind: 'text' | 'date' | 'field';
  readonly text: string;
}

const date = /\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?/.source;
const zone = /(?:Z| UTC| [A-Z][A-Za-z_]+(?:\/[\w+-]+)+)(?: \([+-]\d{2}:\d{2}\))?/.source;
const marked = new RegExp(`\`([^\`]+)\`|${date}(?:${zone})?`, 'g');

/** Splits a sentence into its dates, the names that stand between grave accents (which go), and the rest. */
export function textPieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(marked)) {
    const [whole, field] = match;
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    pieces.push(field === undefined ? { kind: 'date', text: whole } : { kind: 'field', text: field });
    from = match.index + whole.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

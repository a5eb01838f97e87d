// Which characters of a log's text are shown as what they are instead of being obeyed. A terminal, a browser and a reader
// would otherwise hide them or let them turn the text around ("gpj.exe" that reads "exe.jpg").

/** A run of text as it stands, or one character that is shown by its code point. */
export type LogPart = { readonly text: string } | { readonly code: string; readonly name: string };

const names: ReadonlyMap<number, string> = new Map([
  [0x00, 'null'],
  [0x09, 'tab'],
  [0x0a, 'line feed'],
  [0x0d, 'carriage return'],
  [0x1b, 'escape'],
  [0xad, 'soft hyphen'],
  [0x61c, 'Arabic letter mark'],
  [0x200b, 'zero-width space'],
  [0x200c, 'zero-width non-joiner'],
  [0x200d, 'zero-width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x2060, 'word joiner'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'],
  [0x2069, 'pop directional isolate'],
  [0xfeff, 'byte order mark'],
  [0xfffd, 'invalid text, replaced'],
]);

// Controls (C0, DEL, C1), everything that Unicode calls a format character, line and paragraph separators, surrogates
// without their partner, private and unassigned code points, fillers and selectors that draw nothing, and U+FFFD, which
// stands where the bytes were no text.
const hidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0\ufffd]|[\u180b-\u180f]|[\ufe00-\ufe0f]|\u034f|\u17b4|\u17b5|[\u{e0100}-\u{e01ef}]/u;
const hiddenAll = new RegExp(hidden.source, 'gu');

function codeOf(char: string): { readonly code: string; readonly name: string } {
  const point = char.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  return { code, name: names.get(point) ?? 'a character that is not drawn' };
}

/**
 * Splits text into what can be drawn and what must be shown by its code. With `lines`, line feeds and tabs stay as they
 * are (for blocks that show several lines); otherwise they are shown too.
 */
export function logParts(text: string, lines = false): readonly LogPart[] {
  if (!hidden.test(text)) return text === '' ? [] : [{ text }];
  const parts: LogPart[] = [];
  let from = 0;
  for (const match of text.matchAll(hiddenAll)) {
    const char = match[0];
    if (lines && (char === '\n' || char === '\t')) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push(codeOf(char));
    from = match.index + char.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** The same for places that take a plain string: tooltips, names for screen readers. Codes stand in brackets. */
export function visibleText(text: string): string {
  if (!hidden.test(text)) return text;
  return text.replace(hiddenAll, (char) => `[${codeOf(char).code}]`);
}

/** At most `max` UTF-16 units, never half a character; also how many units were left out. */
export function cutText(text: string, max: number): { readonly text: string; readonly more: number } {
  if (text.length <= max) return { text, more: 0 };
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return { text: text.slice(0, end), more: text.length - end };
}

import type { Term, Value } from '../backend/types';

// The canonical text of a query, letter for letter what audit.Query.String() writes in Go: chips and clicks become text
// here, and typed text becomes terms there. backend/audit/testdata/query-cases.json holds both to the same cases.

// What the Go parser takes for a space (unicode.IsSpace), which is not quite what \s means in JavaScript.
const space = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const breaksValue = new RegExp(`[${space}",\\\\]|^[<>]`);
const breaksWord = new RegExp(`[${space}",\\\\:]|^-`);

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function quoteValue(text: string): string {
  return text === '' || text.endsWith('*') || breaksValue.test(text) ? quote(text) : text;
}

/** The star of a prefix stands outside the quotes: "a b"*. */
function quotePrefix(text: string): string {
  return `${text === '' || breaksValue.test(text) ? quote(text) : text}*`;
}

function quoteWord(text: string): string {
  return text === '' || breaksWord.test(text) ? quote(text) : text;
}

export function formatValue(value: Value): string {
  switch (value.op) {
    case 'recorded':
      return '*';
    case 'not_recorded':
      return '""';
    case 'prefix':
      return quotePrefix(value.text);
    case 'at_least':
      return `>=${value.text}`;
    case 'below':
      return `<${value.text}`;
    case 'equal':
      return quoteValue(value.text);
  }
}

export function formatTerm(term: Term): string {
  const sign = term.exclude ? '-' : '';
  const [first] = term.values;
  if (term.field === 'text' && term.values.length === 1 && first !== undefined) return sign + quoteWord(first.text);
  return `${sign}${term.field}:${term.values.map(formatValue).join(',')}`;
}

/** The canonical text of the terms; it parses to the same terms. */
export function formatQuery(terms: readonly Term[]): string {
  return terms.map(formatTerm).join(' ');
}

import type { Comparison, Receipt } from '../backend/types';

/** A receipt in one line, as far as it says anything: "A. Keller, 2026-07-01, request R-0141, psql \\copy". */
export function receiptWords(receipt: Receipt | undefined): string {
  if (receipt === undefined) return '';
  const { from, received, request, method } = receipt;
  return [from, received, request && `request ${request}`, method].filter(Boolean).join(', ');
}

/** How the digest that the provider stated compares, as short as a list has room for. */
export function digestWords(check: Comparison | undefined): string {
  switch (check?.state) {
    case 'agrees':
      return 'matches the stated one';
    case 'differs':
      return 'differs from the stated one';
    case 'cannot be tested':
      return "the stated one can't be compared";
    default:
      return 'none stated';
  }
}

/** What a form holds as a receipt: fields that were left empty are left out. */
export function receiptOf(
  fields: Readonly<Record<'from' | 'received' | 'request' | 'method' | 'sha256' | 'count', string>>,
): Receipt {
  const { count, ...texts } = fields;
  const given = Object.fromEntries(
    Object.entries(texts)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== ''),
  );
  return count.trim() === '' ? given : { ...given, count: Number(count.replaceAll(/[\s,'’]/g, '')) };
}

/** Whether a count that was typed is one: digits, grouped or not. */
export function isCount(text: string): boolean {
  return text.trim() === '' || /^\d[\d\s,'’]*$/.test(text.trim());
}

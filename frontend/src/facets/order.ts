import type { Bucket, Facet, FacetOrder } from '../backend/types';

/** A line of a facet: one value, or "(not recorded)", whose value is "". */
export interface FacetLine {
  readonly value: string;
  readonly count: number;
  readonly state: Bucket['state'];
  readonly codes?: readonly number[] | undefined;
}

/**
 * The lines in the order in which they are shown: included values first, then the rest as the backend ordered them, "(not
 * recorded)" in its place by count, or last where the order is by name.
 */
export function linesOf(facet: Facet, order: FacetOrder, search: string): readonly FacetLine[] {
  const values: FacetLine[] = [...facet.values];
  if ((facet.missing > 0 && search === '') || facet.missing_state !== '') {
    const missing: FacetLine = { value: '', count: facet.missing, state: facet.missing_state };
    const at =
      order === 'count'
        ? values.findIndex((v) => v.count < missing.count)
        : order === 'rarest'
          ? values.findIndex((v) => v.count > missing.count)
          : -1;
    values.splice(at < 0 ? values.length : at, 0, missing);
  }
  return [...values.filter((v) => v.state === 'include'), ...values.filter((v) => v.state !== 'include')];
}

/** The lines in an order kept from before; those that were not there then follow. Nothing moves under the pointer. */
export function keepOrder(lines: readonly FacetLine[], kept: readonly string[] | undefined): readonly FacetLine[] {
  if (kept === undefined) return lines;
  const byValue = new Map(lines.map((l) => [l.value, l]));
  const old = kept.flatMap((value) => byValue.get(value) ?? []);
  const known = new Set(kept);
  return [...old, ...lines.filter((l) => !known.has(l.value))];
}

/** "3 of 23 values"; with a search, "2 of 12, 348 in all". A facet never says per cent. */
export function shownWords(shown: number, facet: Facet, search: string): string {
  const n = (x: number) => x.toLocaleString('en-GB');
  if (search !== '') return `${n(shown)} of ${n(facet.distinct)}, ${n(facet.in_case)} in all`;
  return `${n(shown)} of ${n(facet.distinct)} ${facet.distinct === 1 ? 'value' : 'values'}`;
}

/** Values that the case has but that are not under the filter. */
export function hiddenCount(facet: Facet): number {
  return Math.max(0, facet.in_case - facet.distinct);
}

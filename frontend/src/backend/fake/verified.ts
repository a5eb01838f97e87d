import type { Redaction, Verified } from '../types';

const head = '6c4c4e2eb4ea6b037a1b8dd8eefdc33ed16cd83303237cebf8ca609289c998e4';
const before = 'a70b5302d0449743c49f52e6d7a6e4724d7fb9ccbdc6d62fee71257be8e504dc';

/** Of the case that a made-up hand-over copy was made of. */
export const redaction: Redaction = {
  head: before,
  time: '2026-07-02T16:40:00Z',
  blocks: 41,
  records: 4987,
  masked: 12,
};

export interface VerifiedOf {
  readonly events: number;
  readonly sources: number;
  readonly redaction: Redaction | undefined;
  readonly noted: string | undefined;
  readonly damaged: boolean;
}

/** A report as the program gives it. The heads that the case had are `head` and that of its export. */
export function verifiedOf({ events, sources, redaction: copy, noted, damaged }: VerifiedOf): Verified {
  const link = noted === undefined ? 0 : [before, head].indexOf(noted.replace(/\s+/g, '').toLowerCase()) + 1;
  const damage = ['event 17 (7K2M-9QXD-41TB): its row or its changes are not what was written'];
  return {
    checks: [
      { name: 'database structure', count: 1 },
      { name: 'references between rows', count: 0 },
      { name: 'chain of digests', count: 2 },
      copy === undefined
        ? { name: 'raw blocks', count: 41 }
        : {
            name: 'masked records in place of raw blocks',
            count: copy.blocks,
            notes: [
              `raw records: removed from this copy (${copy.blocks} blocks); they can't be compared here. It was made of the case whose head was ${copy.head}`,
            ],
          },
      { name: 'events and their changes', count: events, ...(damaged ? { damage, further: 2 } : {}) },
      { name: 'rows of the other tables', count: events * 3 },
      { name: 'sources, imports and the engagement', count: sources + 4 },
      { name: 'accounts of the sources', count: sources },
      { name: 'heads noted with exports', count: 1 },
      { name: 'values against raw records', count: events },
      { name: 'values before changes, derived anew', count: 84 },
      { name: 'kept index against the rows', count: events },
    ],
    head,
    links: 2,
    ...(damaged
      ? {
          first: 'event 17 (7K2M-9QXD-41TB)',
          still: 'what was written up to link 1 of 2 agrees with the chain: no event, raw block or source yet',
        }
      : {}),
    exports: [
      {
        time: '2026-07-02T15:12:44Z',
        name: 'NWB-2026-H1-ITGC-017 Coder audit events.xlsx',
        query: 'action:write',
        zone: 'Europe/Zurich',
        rows: 311,
        sha256: 'd2bbcd8bca0b0ebed5aa4c4ed4a9b56a5b52e4a2d4a0b7cf81d7ba6f1f3a2d3c',
        head: before,
        link: 1,
        agrees: true,
      },
    ],
    reveals: [{ time: '2026-07-02T15:20:07Z', ref: '7K2M-9QXD-41TB' }],
    ...(copy === undefined ? {} : { redaction: copy }),
    sound: !damaged && (noted === undefined || link > 0),
    ...(noted === undefined ? {} : { noted: { head: noted, agrees: link > 0, ...(link > 0 ? { link } : {}) } }),
  };
}

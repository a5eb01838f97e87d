import type { Source } from '../backend/types';

/** What a source turned out to be; the backend has no words for one without records, or those of its packing alone. */
export function shapeWords({ shape, records, lines }: Pick<Source, 'shape' | 'records' | 'lines'>): string {
  if (lines === 0) return 'an empty file';
  if (records > 0) return shape;
  return ['no audit record found', shape].filter(Boolean).join(', ');
}

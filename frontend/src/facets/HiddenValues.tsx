import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { Field, Of } from '../backend/types';
import { useDesk } from '../desk';
import { queryText } from '../view/view';
import { FacetValues } from './FacetValues';
import styles from './HiddenValues.module.css';

export interface HiddenValuesProps {
  readonly of: Of;
  readonly field: Field;
  readonly title: string;
  readonly noun: string;
  /** Values in the whole case. */
  readonly inCase: number;
}

/** Facets with more values are searched, not listed. */
const most = 500;

/** Values that the case has but that no row under the filter has: those of the case less those of the result. */
export function HiddenValues({ of, field, title, noun, inCase }: HiddenValuesProps) {
  const backend = useBackend();
  const { view, zone, caseInfo } = useDesk();
  const query = queryText(view[of]);
  const few = inCase <= most;
  const answer = useQuery({
    queryKey: ['hidden values', caseInfo?.path, caseInfo?.generation, of, query, zone, field],
    queryFn: async () => {
      const ask = (text: string) =>
        backend.search({ of, query: text, zone, order: 'newest', facets: [{ field, top: most, order: 'name' }] });
      const [whole, here] = await Promise.all([ask(''), ask(query)]);
      const seen = new Set(here.facets[0]?.values.filter((v) => v.count > 0 || v.state !== '').map((v) => v.value));
      return (whole.facets[0]?.values ?? []).filter((v) => !seen.has(v.value)).map((v) => v.value);
    },
    enabled: few,
  });
  if (!few) return <p className={styles.note}>Too many to list: search above finds each of them.</p>;
  const lines = (answer.data ?? []).map((value) => ({ value, count: 0, state: '' as const }));
  return (
    <FacetValues
      of={of}
      field={field}
      title={`${title}, not under this filter`}
      noun={noun}
      lines={lines}
      total={0}
      search=""
    />
  );
}

import type { Field, Of } from '../backend/types';
import { useDesk } from '../desk';
import type { Shown } from '../result/useResult';
import { Button } from '../ui/Button';
import { MenuButton } from '../ui/Menu';
import { fieldTitle } from '../ui/words';
import { facetFieldsOf, toggleFacet } from '../view/view';
import { FacetGroup } from './FacetGroup';
import styles from './FacetPanel.module.css';

export interface FacetPanelProps {
  readonly of: Of;
  readonly shown: Shown | undefined;
  /** What a count counts, for screen readers and tooltips. */
  readonly noun: 'events' | 'changes';
  /** Names of facets that read better otherwise in this view. */
  readonly titles?: Partial<Record<Field, string>>;
}

/** The values of some fields with their exact counts, each a filter to take or leave out. */
export function FacetPanel({ of, shown, noun, titles = {} }: FacetPanelProps) {
  const { view, step } = useDesk();
  const { facets } = view[of];
  const titleOf = (field: Field) => titles[field] ?? fieldTitle(field);
  return (
    <div className={styles.panel}>
      {facets.map((f) => (
        <FacetGroup
          key={f.field}
          of={of}
          view={f}
          title={titleOf(f.field)}
          noun={noun}
          facet={shown?.result.facets.find((answer) => answer.field === f.field)}
          total={shown?.result.total ?? 0}
        />
      ))}
      <div className={styles.more}>
        <MenuButton
          label="Facets shown"
          stay
          trigger={
            <Button variant="bare" size="s" icon="plus">
              More facets
            </Button>
          }
          groups={[
            {
              items: facetFieldsOf(of).map((field) => ({
                id: field,
                label: titleOf(field),
                checked: facets.some((f) => f.field === field),
                run: () => step(`show or hide the facet ${titleOf(field)}`, (v) => toggleFacet(v, of, field)),
              })),
            },
          ]}
        />
      </div>
    </div>
  );
}

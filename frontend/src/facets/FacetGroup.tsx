import { type FocusEvent, useRef, useState } from 'react';
import type { Facet, FacetOrder, Of } from '../backend/types';
import { useDesk } from '../desk';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { MenuButton } from '../ui/Menu';
import { count } from '../ui/words';
import { clearField } from '../view/terms';
import { type FacetView, facetMore, facetTop, withFacet, withTerms } from '../view/view';
import styles from './FacetGroup.module.css';
import { FacetSearch } from './FacetSearch';
import { FacetValues } from './FacetValues';
import { HiddenValues } from './HiddenValues';
import { hiddenCount, keepOrder, linesOf, shownWords } from './order';

export interface FacetGroupProps {
  readonly of: Of;
  readonly view: FacetView;
  readonly title: string;
  readonly noun: 'events' | 'changes';
  /** Absent while it is folded, or not answered yet. */
  readonly facet: Facet | undefined;
  /** Rows of the result, for "1 of 42". */
  readonly total: number;
}

const orders: readonly { readonly id: FacetOrder; readonly label: string }[] = [
  { id: 'count', label: 'By count' },
  { id: 'name', label: 'By name' },
  { id: 'rarest', label: 'Rarest first' },
];

export function FacetGroup({ of, view, title, noun, facet, total }: FacetGroupProps) {
  const { amend, step, caseInfo } = useDesk();
  const { field, open, search, order, top } = view;
  const [searching, setSearching] = useState(search !== '');
  const [fold, setFold] = useState<'hidden' | 'never'>();
  const [kept, setKept] = useState<readonly string[]>();
  const group = useRef<HTMLElement>(null);
  const domain = field === 'user' ? caseInfo?.mail_domain : undefined;

  const lines = facet === undefined ? [] : keepOrder(linesOf(facet, order, search), kept);
  const included = lines.filter((l) => l.state === 'include').length;
  const excluded = lines.filter((l) => l.state === 'exclude').length;
  const hidden = facet === undefined || search !== '' ? 0 : hiddenCount(facet);
  const never = facet?.never ?? [];
  const listed = lines.filter((l) => l.value !== '' && l.count > 0).length;
  const set = (change: Parameters<typeof withFacet>[3]) => amend((v) => withFacet(v, of, field, change));

  // The order stays as it is while the pointer or the focus is in the facet, whatever the counts do.
  const hold = () => setKept((k) => k ?? lines.map((l) => l.value));
  const release = () => setKept(undefined);
  const onBlur = (event: FocusEvent) => {
    if (!(event.relatedTarget instanceof Node && group.current?.contains(event.relatedTarget))) release();
  };

  return (
    <section ref={group} className={styles.facet} aria-label={title}>
      <header className={styles.head}>
        <h2 className={styles.title}>
          <button type="button" className={styles.fold} aria-expanded={open} onClick={() => set({ open: !open })}>
            <Icon name={open ? 'down' : 'right'} size="s" />
            <span>{title}</span>
            {domain !== undefined && (
              <span className={styles.domain}>
                <LogText text={`@${domain}`} />
              </span>
            )}
          </button>
        </h2>
        {included + excluded > 0 ? (
          <button
            type="button"
            className={styles.note}
            title={`Take away the filter by ${title}`}
            onClick={() => step(`clear ${title}`, (v) => withTerms(v, of, (t) => clearField(t, field)))}
          >
            {[included > 0 && `${included} included`, excluded > 0 && included === 0 && `${excluded} excluded`]
              .filter(Boolean)
              .join(', ')}
          </button>
        ) : (
          field === 'outcome' && open && <span className={styles.quiet}>by status</span>
        )}
        {open && (
          <span className={styles.tools}>
            <IconButton
              icon="search"
              size="xs"
              label={`Search in ${title}`}
              onPress={() => {
                setSearching(!searching);
                if (searching) set({ search: '' });
              }}
            />
            <MenuButton
              label={`Order of ${title}`}
              trigger={<IconButton icon="sort" size="xs" label={`Order of ${title}`} />}
              groups={[
                {
                  items: orders.map((o) => ({
                    id: o.id,
                    label: o.label,
                    checked: o.id === order,
                    run: () => {
                      release();
                      set({ order: o.id });
                    },
                  })),
                },
              ]}
            />
          </span>
        )}
      </header>
      {open && facet !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the order while the pointer is inside
        <div onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={onBlur}>
          {searching && (
            <FacetSearch
              title={title}
              value={search}
              onChange={(next) => {
                release();
                set({ search: next });
              }}
              onClose={() => {
                setSearching(false);
                set({ search: '' });
              }}
            />
          )}
          <FacetValues of={of} field={field} title={title} noun={noun} lines={lines} total={total} search={search} />
          {lines.length === 0 && (
            <p className={styles.none}>{search === '' ? 'No values under this filter' : 'No value has this in it'}</p>
          )}
          {(facet.distinct > 0 || search !== '') && (
            <div className={styles.foot}>
              <span>{shownWords(listed, facet, search)}</span>
              <span className={styles.grow} />
              {top > facetTop && (
                <Button variant="link" className={styles.link} onPress={() => set({ top: facetTop })}>
                  fewer
                </Button>
              )}
              {facet.distinct > top && (
                <Button variant="link" className={styles.link} onPress={() => set({ top: top + facetMore })}>
                  show more
                </Button>
              )}
            </div>
          )}
          {hidden > 0 && (
            <div className={styles.group}>
              <button
                type="button"
                className={styles.groupFold}
                aria-expanded={fold === 'hidden'}
                onClick={() => setFold(fold === 'hidden' ? undefined : 'hidden')}
              >
                <Icon name={fold === 'hidden' ? 'down' : 'right'} size="xs" />
                Not under this filter ({count(hidden)})
              </button>
              {fold === 'hidden' && (
                <HiddenValues of={of} field={field} title={title} noun={noun} inCase={facet.in_case} />
              )}
            </div>
          )}
          {never.length > 0 && (
            <div className={styles.group}>
              <button
                type="button"
                className={styles.groupFold}
                aria-expanded={fold === 'never'}
                onClick={() => setFold(fold === 'never' ? undefined : 'never')}
                title="Documented by the vendor; no event of the case has it"
              >
                <Icon name={fold === 'never' ? 'down' : 'right'} size="xs" />
                Never seen ({never.length})
              </button>
              {fold === 'never' && (
                <ul aria-label={`${title}, never seen`}>
                  {never.map((value) => (
                    <li key={value} className={styles.never}>
                      <span className={styles.neverLabel}>{value}</span>
                      <span>never</span>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          )}
        </div>
      )}
    </section>
  );
}

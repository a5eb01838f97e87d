import { useCallback, useMemo, useRef, useState } from 'react';
import { useBackend } from '../backend/context';
import type { ChangeRow, Group, GroupCount, PaperFormat, SearchResult } from '../backend/types';
import { useDesk } from '../desk';
import { Details } from '../details/Details';
import { type Filterable, useFilter } from '../events/useFilter';
import { FacetPanel } from '../facets/FacetPanel';
import { Panes } from '../frame/Panes';
import { useStatus } from '../frame/StatusBar';
import { useSoFar } from '../frame/soFar';
import { ErrorLine } from '../import/Plan';
import { formats, useCopyLine } from '../paper/CopyLine';
import { QueryBar } from '../query/QueryBar';
import { useChangeResult } from '../result/useResult';
import { Button } from '../ui/Button';
import type { MenuGroup } from '../ui/Menu';
import { type CellAction, VirtualTable, type VirtualTableHandle } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { count, fieldTitle } from '../ui/words';
import { eventKey } from '../view/eventKey';
import { withListing, withTerms } from '../view/view';
import { BelowRow } from './BelowRow';
import { belowHeight, captionOf, noteHeight } from './below';
import { ChangesStatus } from './ChangesStatus';
import styles from './ChangesView.module.css';
import { cellFilter, changeColumnsOf } from './columns';
import { GroupChoice } from './GroupChoice';
import { GroupHeader } from './GroupHeader';
import { CrossedNote } from './Marks';
import { TextChange } from './TextChange';
import { useChangeCursor } from './useChangeCursor';
import { hasLines, marksOf, ordinalOf } from './values';
import { wholeChange } from './wholeChange';

const titles = { changed: 'Logged field' } as const;
const menuColumns = ['user', 'field', 'panel', 'basis', 'outcome'] as const;

/** A text that stands open below its row. */
interface OpenText {
  readonly change: ChangeRow;
  readonly height: number;
}

/** One row a changed field: who is recorded as changing what, from what, to what, and what that rests on. */
export function ChangesView() {
  const { view, zone, caseInfo, step, report } = useDesk();
  const { shown, pending, error, row, want } = useChangeResult();
  const cursor = useChangeCursor(shown);
  const soFar = useSoFar();
  const filter = useFilter('changes');
  const backend = useBackend();
  const copyLine = useCopyLine();
  const table = useRef<VirtualTableHandle>(null);
  const listing = view.changes;
  const result = shown?.result;
  const total = result?.total ?? 0;
  const by = shown?.request.group ?? '';
  const groups = useMemo(() => groupsOf(result, by), [result, by]);
  const grouped = groups !== undefined;

  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const sections = useMemo(() => {
    if (result === undefined) return [];
    return (
      groups?.map((g) => ({ key: g.key, count: g.count, folded: folded.has(g.key) })) ?? [
        { key: 'all', count: result.total },
      ]
    );
  }, [result, groups, folded]);

  // Texts stand open below rows of one result; another result has other rows at those places.
  const [texts, setTexts] = useState<{ readonly of: unknown; readonly open: ReadonlyMap<number, OpenText> }>();
  const openTexts = texts !== undefined && texts.of === shown?.rows ? texts.open : undefined;
  const chosenRow = cursor.index < 0 ? undefined : row(cursor.index);
  const below = useMemo(() => {
    const all = new Map([...(openTexts ?? [])].map(([index, text]) => [index, text.height] as const));
    if (chosenRow !== undefined && marksOf(chosenRow).crossed)
      all.set(cursor.index, (all.get(cursor.index) ?? 0) + noteHeight);
    return all;
  }, [openTexts, chosenRow, cursor.index]);
  const toggleText = (index: number, change: ChangeRow) =>
    setTexts((before) => {
      const open = new Map(before?.of === shown?.rows ? before?.open : undefined);
      if (!open.delete(index)) open.set(index, { change, height: belowHeight(change) });
      return { of: shown?.rows, open };
    });

  const shownZone = shown?.request.zone ?? zone;
  const shownOrder = shown?.request.order ?? listing.order;
  const mailDomain = caseInfo?.mail_domain;
  const { open: openEvent } = cursor;
  const columns = useMemo(
    () =>
      changeColumnsOf({ zone: shownZone, mailDomain, onOpenEvent: openEvent }).map((column) =>
        column.id === 'time'
          ? {
              ...column,
              sort: shownOrder === 'newest' ? ('descending' as const) : ('ascending' as const),
              onSort: () =>
                step(shownOrder === 'newest' ? 'oldest first' : 'newest first', (v) =>
                  withListing(v, 'changes', (l) => ({ ...l, order: l.order === 'newest' ? 'oldest' : 'newest' })),
                ),
            }
          : column,
      ),
    [shownZone, mailDomain, shownOrder, openEvent, step],
  );

  const cellActions = useCallback(
    (change: ChangeRow, column: string): readonly CellAction[] => {
      const found = cellFilter(change, column);
      return found === undefined ? [] : filter.cellActions(found);
    },
    [filter],
  );
  const copyChange = async (change: ChangeRow, format: PaperFormat) => {
    const key = eventKey(change.event, change.deployment);
    const { event } = await backend.event(key);
    await copyLine({ of: 'change', event: key, ordinal: ordinalOf(event.changes, change) }, format);
  };
  const menu = (change: ChangeRow, column: string | undefined): readonly MenuGroup[] => {
    const found = (column === undefined ? menuColumns : [column]).flatMap((c) => cellFilter(change, c) ?? []);
    return [
      {
        items: [
          { id: 'open', label: 'Show the event', icon: 'right', run: () => cursor.open(change.event) },
          ...(change.from === undefined
            ? []
            : [
                {
                  id: 'from',
                  label: 'Show the event it is derived from',
                  icon: 'link' as const,
                  run: () => cursor.open(change.from ?? ''),
                },
              ]),
          ...(change.break_before === undefined
            ? []
            : [
                {
                  id: 'before',
                  label: 'Show the change before the break',
                  icon: 'left' as const,
                  run: () => cursor.open(eventKey(change.break_before?.after_event ?? '', change.deployment)),
                },
              ]),
          ...(change.break_after === undefined
            ? []
            : [
                {
                  id: 'after',
                  label: 'Show the change after the break',
                  icon: 'right' as const,
                  run: () => cursor.open(eventKey(change.break_after?.before_event ?? '', change.deployment)),
                },
              ]),
        ],
      },
      {
        title: 'Copy line',
        items: formats.map(({ format, label }) => ({
          id: `copy-${format}`,
          label,
          icon: 'copy' as const,
          run: () => void copyChange(change, format).catch(report),
        })),
      },
      ...found.map((f) => filterGroup(f)),
    ];
  };
  const filterGroup = (found: Filterable): MenuGroup => ({
    title: `${found.field === 'changed' ? titles.changed : fieldTitle(found.field)} ${visibleText(found.text === '' ? '(not recorded)' : found.text).slice(0, 60)}`,
    items: [
      { id: `${found.field}-add`, label: 'Filter by this', icon: 'equal', run: () => filter.by(found, 'add') },
      { id: `${found.field}-exclude`, label: 'Exclude this', icon: 'notequal', run: () => filter.by(found, 'exclude') },
    ],
  });

  const basis = result?.facets.find((f) => f.field === 'basis');
  const basisChosen = listing.terms.some((t) => t.field === 'basis' && !t.off);
  const status = useMemo(
    () =>
      result === undefined ? null : (
        <ChangesStatus
          inCase={result.in_case}
          total={result.total}
          basis={basisChosen ? undefined : basis}
          soFar={soFar}
        />
      ),
    [result, basis, basisChosen, soFar],
  );
  useStatus(status, cursor.index >= 0 ? `Row ${count(cursor.index + 1)} of ${count(total)}` : undefined);

  const open = (index: number) =>
    cursor.choose(index, (change) => {
      if (!hasLines(change)) cursor.open(eventKey(change.event, change.deployment));
      else if (change.value_bytes === undefined || openTexts?.has(index)) toggleText(index, change);
      else
        void wholeChange(backend, change)
          .then((whole) => toggleText(index, whole))
          .catch(report);
    });
  const filtered = listing.terms.some((t) => !t.off);
  const besideIndex =
    chosenRow !== undefined && eventKey(chosenRow.event, chosenRow.deployment) === listing.selected ? cursor.index : -1;
  return (
    <>
      <QueryBar of="changes" end={<GroupChoice />} />
      <Panes
        facets={<FacetPanel of="changes" shown={shown} noun="changes" titles={titles} />}
        details={
          listing.details && listing.selected !== undefined ? (
            <Details
              of="changes"
              eventRef={listing.selected}
              index={besideIndex}
              total={total}
              change={besideIndex < 0 ? undefined : chosenRow}
              onMove={(by) => cursor.choose(Math.max(0, Math.min(total - 1, cursor.index + by)))}
              onClose={() => {
                cursor.close();
                table.current?.focus();
              }}
            />
          ) : undefined
        }
      >
        {error !== undefined && <ErrorLine error={error} />}
        <VirtualTable
          ref={table}
          label="Admin changes"
          columns={columns}
          sections={sections}
          rowHeight={30}
          sectionHeight={grouped ? 28 : 0}
          renderSection={(section, i) => (
            <GroupHeader
              by={by}
              name={section.key}
              count={section.count}
              fields={groups?.[i]?.fields ?? 0}
              rest={groups?.[i]?.rest}
              mailDomain={mailDomain}
              folded={section.folded ?? false}
              onFold={() =>
                setFolded((before) => {
                  const next = new Set(before);
                  if (!next.delete(section.key)) next.add(section.key);
                  return next;
                })
              }
            />
          )}
          row={row}
          onRange={want}
          cursor={cursor.index}
          onCursor={(index) => cursor.choose(index)}
          onOpen={open}
          onClose={cursor.close}
          resetKey={JSON.stringify(shown?.rows)}
          below={below}
          renderBelow={(change, index) => (
            <BelowRow columns={columns.length}>
              {marksOf(change).crossed && index === cursor.index && <CrossedNote change={change} />}
              <TextBelow text={openTexts?.get(index)} zone={shownZone} />
            </BelowRow>
          )}
          cellActions={cellActions}
          menu={menu}
          busy={pending}
          empty={
            result === undefined ? undefined : (
              <div>
                <p>
                  {result.in_case === 0
                    ? `No change is recorded in the case${soFar}.`
                    : 'No recorded change matches. That does not say that nothing was changed.'}
                </p>
                {filtered && result.in_case > 0 && (
                  <Button
                    className={styles.clear}
                    onPress={() => step('remove all filters', (v) => withTerms(v, 'changes', () => []))}
                  >
                    Remove all filters
                  </Button>
                )}
              </div>
            )
          }
        />
      </Panes>
    </>
  );
}

function TextBelow({ text, zone }: { readonly text: OpenText | undefined; readonly zone: string }) {
  if (text === undefined) return null;
  return (
    <div className={styles.text}>
      <TextChange change={text.change} caption={captionOf(text.change, zone)} />
    </div>
  );
}

/** The groups in the order of the rows; undefined for one list. */
function groupsOf(result: SearchResult | undefined, by: Group): readonly GroupCount[] | undefined {
  if (by === 'day') return result?.days?.map((d) => ({ key: d.day, count: d.count, fields: 0 }));
  return result?.groups;
}

import { useCallback, useMemo, useRef } from 'react';
import type { EventRow } from '../backend/types';
import { useDesk } from '../desk';
import { Details } from '../details/Details';
import { FacetPanel } from '../facets/FacetPanel';
import { Panes } from '../frame/Panes';
import { hasScope } from '../frame/period';
import { useStatus } from '../frame/StatusBar';
import { useSoFar } from '../frame/soFar';
import { QueryBar } from '../query/QueryBar';
import { useEventResult } from '../result/useResult';
import { TimelineChart } from '../timeline/TimelineChart';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { type CellAction, VirtualTable, type VirtualTableHandle } from '../ui/VirtualTable';
import { count, counted } from '../ui/words';
import { setRange } from '../view/terms';
import { weekday } from '../view/time';
import { eventColumns, withListing, withTerms } from '../view/view';
import { ColumnChooser } from './ColumnChooser';
import { cellFilter, columnTitles, eventColumn } from './columns';
import styles from './EventsView.module.css';
import { useCursor } from './useCursor';
import { useFilter } from './useFilter';

export function EventsView() {
  const { view, zone, caseInfo, step, report } = useDesk();
  const { shown, pending, error, row, want } = useEventResult('auto');
  const cursor = useCursor(shown);
  const soFar = useSoFar();
  const table = useRef<VirtualTableHandle>(null);
  const filter = useFilter('events');
  const listing = view.events;
  const result = shown?.result;
  const total = result?.total ?? 0;

  const sections = useMemo(() => {
    if (result === undefined) return [];
    return result.days?.map((d) => ({ key: d.day, count: d.count })) ?? [{ key: 'all', count: result.total }];
  }, [result]);

  // The columns are those of the shown result: its times stand in its zone, also while the next one is on its way.
  const shownZone = shown?.request.zone ?? zone;
  const shownOrder = shown?.request.order ?? listing.order;
  const mailDomain = caseInfo?.mail_domain;
  const columns = useMemo(
    () =>
      listing.columns.flatMap((id) => {
        const column = eventColumn(id, { zone: shownZone, mailDomain });
        if (column === undefined) return [];
        if (id !== 'time') return [column];
        const newest = shownOrder === 'newest';
        return [
          {
            ...column,
            sort: newest ? ('descending' as const) : ('ascending' as const),
            onSort: () =>
              step(newest ? 'oldest first' : 'newest first', (v) =>
                withListing(v, 'events', (l) => ({ ...l, order: l.order === 'newest' ? 'oldest' : 'newest' })),
              ),
          },
        ];
      }),
    [listing.columns, shownZone, shownOrder, mailDomain, step],
  );

  const cellActions = useCallback(
    (event: EventRow, column: string): readonly CellAction[] => {
      const found = cellFilter(event, column);
      return found === undefined ? [] : filter.cellActions(found);
    },
    [filter],
  );

  const scoped = caseInfo !== undefined && hasScope(caseInfo.engagement);
  // Timeline and table keep to the scope, so do the stretches that are hatched.
  const gaps = useMemo(
    () =>
      (caseInfo?.gaps ?? []).filter(
        (g) =>
          (caseInfo?.engagement.deployments ?? []).length === 0 ||
          caseInfo?.engagement.deployments?.includes(g.deployment),
      ),
    [caseInfo],
  );
  const emptyWords =
    caseInfo !== undefined && caseInfo.events > 0
      ? `No event of the case lies in the scope of the audit${soFar}.`
      : soFar === ''
        ? 'No events yet. Import a log to begin.'
        : `No events${soFar}.`;
  const left = useMemo(
    () =>
      result === undefined ? null : (
        <>
          <span>
            <b className={styles.total}>{count(result.in_case)}</b> {result.in_case === 1 ? 'event' : 'events'}
            {scoped && ' in scope'}
            {soFar}
          </span>
          <span className={styles.line} />
          <span role="status">
            <b className={styles.total}>{count(result.total)}</b> {result.total === 1 ? 'matches' : 'match'}
            {soFar}
          </span>
        </>
      ),
    [result, soFar, scoped],
  );
  useStatus(left, cursor.index >= 0 ? `Row ${count(cursor.index + 1)} of ${count(total)}` : undefined);

  const filtered = listing.terms.some((t) => !t.off);
  return (
    <>
      <QueryBar of="events" end={<ColumnChooser of="events" titles={columnTitles} standard={eventColumns} />} />
      <Panes
        facets={<FacetPanel of="events" shown={shown} noun="events" />}
        details={
          listing.details && listing.selected !== undefined ? (
            <Details
              eventRef={listing.selected}
              index={cursor.index}
              total={total}
              onMove={(by) => cursor.choose(Math.max(0, Math.min(total - 1, cursor.index + by)))}
              onClose={() => {
                cursor.setOpen(false);
                table.current?.focus();
              }}
            />
          ) : undefined
        }
      >
        {result?.timeline !== undefined && (
          <TimelineChart
            timeline={result.timeline}
            gaps={gaps}
            soFar={soFar}
            onRange={(after, before) =>
              step('choose a range', (v) => withTerms(v, 'events', (t) => setRange(t, after, before)))
            }
          />
        )}
        {error !== undefined && (
          <p className={styles.error} role="alert">
            <LogText text={error.message} />
            {error.hint !== undefined && (
              <>
                . <LogText text={error.hint} />
              </>
            )}
          </p>
        )}
        <VirtualTable
          ref={table}
          label="Events"
          columns={columns}
          sections={sections}
          sectionHeight={result?.days === undefined ? 0 : 26}
          renderSection={(section) => (
            <>
              <b>
                {weekday(section.key)} {section.key}
              </b>
              <span className={styles.zone}>{shownZone}</span>
              <span className={styles.dayCount}>
                {count(section.count)} of {counted(total, 'event')}
              </span>
            </>
          )}
          row={row}
          onRange={want}
          cursor={cursor.index}
          onCursor={(index) => cursor.choose(index)}
          onOpen={(index) => cursor.choose(index, true)}
          onClose={() => cursor.setOpen(false)}
          resetKey={JSON.stringify(shown?.rows)}
          cellActions={cellActions}
          menu={(event, column) => filter.menu(event, column, () => copyRef(event))}
          busy={pending}
          empty={
            result === undefined ? undefined : result.in_case === 0 ? (
              <p>{emptyWords}</p>
            ) : (
              <div>
                <p>No event of the records received matches.</p>
                {filtered && (
                  <Button
                    className={styles.clear}
                    onPress={() => step('remove all filters', (v) => withTerms(v, 'events', () => []))}
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

  function copyRef(event: EventRow) {
    filter.copy(event.ref).catch(report);
  }
}

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useBackend } from '../backend/context';
import { useDesk } from '../desk';
import { pageQuery, pageRows } from '../result/pages';
import { usePlace } from '../result/usePlace';
import type { Shown } from '../result/useResult';
import { eventKey } from '../view/eventKey';
import { withListing } from '../view/view';

export interface Cursor {
  /** Place of the chosen event in the shown result; -1 where nothing is chosen or the chosen event is not part of it. */
  readonly index: number;
  /** Chooses the row at a place; `open` shows it beside the table. */
  choose(index: number, open?: boolean): void;
  setOpen(open: boolean): void;
}

/**
 * The chosen event by its ref, which outlives queries, and by its place, which keys move. Its place in another result is
 * looked up once.
 */
export function useCursor(shown: Shown | undefined): Cursor {
  const backend = useBackend();
  const client = useQueryClient();
  const { view, amend, report } = useDesk();
  const { selected } = view.events;
  const [known, setKnown] = useState<{
    readonly of: Shown['rows'];
    readonly generation: number;
    readonly index: number;
  }>();
  const latest = useRef(0);
  const current =
    known !== undefined && shown !== undefined && known.of === shown.rows && known.generation === shown.generation
      ? known
      : undefined;
  const place = usePlace(shown, current === undefined ? selected : undefined);

  const choose = (index: number, open?: boolean) => {
    if (shown === undefined || index < 0) return;
    setKnown({ of: shown.rows, generation: shown.generation, index });
    latest.current += 1;
    const mine = latest.current;
    client
      .ensureQueryData(pageQuery(backend, shown.path, shown.generation, shown.rows, Math.floor(index / pageRows)))
      .then((page) => {
        const event = page.events?.[index % pageRows];
        // Only the last of several quick moves counts.
        if (event === undefined || mine !== latest.current) return;
        amend((v) =>
          withListing(v, 'events', (l) => ({
            ...l,
            selected: eventKey(event.ref, event.deployment),
            details: open === undefined ? l.details : open,
          })),
        );
      })
      .catch(report);
  };
  return {
    index: current?.index ?? (selected === undefined ? -1 : (place ?? -1)),
    choose,
    setOpen: (open) =>
      amend((v) => withListing(v, 'events', (l) => (l.details === open ? l : { ...l, details: open }))),
  };
}

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useBackend } from '../backend/context';
import type { ChangeRow } from '../backend/types';
import { useDesk } from '../desk';
import { pageQuery, pageRows } from '../result/pages';
import type { Shown } from '../result/useResult';
import { eventKey } from '../view/eventKey';
import { withListing } from '../view/view';

export interface ChangeCursor {
  /** Place of the chosen row in the shown result; -1 where none is. Several rows can belong to one event. */
  readonly index: number;
  /** Chooses the row at a place; `then` is told which one it is, when it has arrived. */
  choose(index: number, then?: (row: ChangeRow) => void): void;
  /** Shows an event beside the table, whether or not it is among the rows. */
  open(ref: string): void;
  close(): void;
}

/** The chosen row by its place, which is forgotten with the result it belongs to, and the event shown beside the table. */
export function useChangeCursor(shown: Shown | undefined): ChangeCursor {
  const backend = useBackend();
  const client = useQueryClient();
  const { amend, report } = useDesk();
  const [known, setKnown] = useState<{
    readonly of: Shown['rows'];
    readonly generation: number;
    readonly index: number;
  }>();
  const latest = useRef(0);
  const here =
    known !== undefined && known.of === shown?.rows && known.generation === shown.generation ? known.index : -1;

  const choose: ChangeCursor['choose'] = (index, then) => {
    if (shown === undefined || index < 0) return;
    setKnown({ of: shown.rows, generation: shown.generation, index });
    latest.current += 1;
    const mine = latest.current;
    client
      .ensureQueryData(pageQuery(backend, shown.path, shown.generation, shown.rows, Math.floor(index / pageRows)))
      .then((page) => {
        const row = page.changes?.[index % pageRows];
        // Only the last of several quick moves counts.
        if (row === undefined || mine !== latest.current) return;
        // What stands beside the table follows the keys; it does not open by them.
        amend((v) =>
          withListing(v, 'changes', (l) => ({
            ...l,
            selected: eventKey(row.event, row.deployment),
            ordinal: undefined,
          })),
        );
        then?.(row);
      })
      .catch(report);
  };
  const open = useCallback(
    (ref: string) =>
      amend((v) => withListing(v, 'changes', (l) => ({ ...l, selected: ref, ordinal: undefined, details: true }))),
    [amend],
  );
  return {
    index: here,
    choose,
    open,
    close: () => amend((v) => withListing(v, 'changes', (l) => (l.details ? { ...l, details: false } : l))),
  };
}

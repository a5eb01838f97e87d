import { useMemo } from 'react';
import { useBackend } from '../backend/context';
import { useDesk } from '../desk';
import { visibleText } from '../ui/visible';
import { eventKey } from '../view/eventKey';
import { typed } from '../view/terms';
import { withListing, withTerms } from '../view/view';

export interface Open {
  /** Shows an event in the Events view; undo comes back. */
  event(ref: string, deployment: string | undefined): void;
  /** Shows a change in the Admin changes view, beside its rows. */
  change(ref: string, ordinal: number, deployment: string): void;
  /** Shows the changes of a query. */
  query(query: string, words: string): void;
}

/** Ways out of the settings to what they rest on. Each is a step, so that undo leads back. */
export function useOpen(): Open {
  const backend = useBackend();
  const { step, report } = useDesk();
  return useMemo<Open>(
    () => ({
      event: (ref, deployment) =>
        step(`open event ${ref}`, (v) =>
          withListing({ ...v, tab: 'events' }, 'events', (l) => ({
            ...l,
            selected: eventKey(ref, deployment),
            details: true,
          })),
        ),
      change: (ref, ordinal, deployment) =>
        step(`open the change of event ${ref}`, (v) =>
          withListing({ ...v, tab: 'changes' }, 'changes', (l) => ({
            ...l,
            selected: eventKey(ref, deployment),
            ordinal,
            details: true,
          })),
        ),
      query: (query, words) =>
        void backend
          .parseQuery(query)
          .then((parsed) => {
            if (parsed.error !== undefined) throw new Error(parsed.error.message);
            step(`changes of ${visibleText(words).slice(0, 60)}`, (v) =>
              withTerms({ ...v, tab: 'changes' }, 'changes', (terms) => typed(terms, parsed.terms)),
            );
          })
          .catch(report),
    }),
    [backend, step, report],
  );
}

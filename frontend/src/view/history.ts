import type { ViewState } from './view';

/** A view and what led to it, in words such as "exclude ci-bot". */
export interface Entry {
  readonly view: ViewState;
  readonly label: string;
}

export interface History {
  readonly past: readonly Entry[];
  readonly present: Entry;
  readonly future: readonly Entry[];
}

/** Steps kept; the oldest go first. */
export const historyLimit = 200;

export function begin(view: ViewState): History {
  return { past: [], present: { view, label: '' }, future: [] };
}

/** A step that can be undone. A view that did not change makes none. */
export function step(history: History, label: string, view: ViewState): History {
  if (view === history.present.view) return history;
  return {
    past: [...history.past, history.present].slice(-historyLimit),
    present: { view, label },
    future: [],
  };
}

/** A change that is no step: the tab, the selection, a search inside a facet. What can be redone stays so. */
export function amend(history: History, view: ViewState): History {
  if (view === history.present.view) return history;
  return { ...history, present: { ...history.present, view } };
}

export function undo(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future] };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}

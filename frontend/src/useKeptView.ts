import { useEffect, useRef, useState } from 'react';
import { useBackend } from './backend/context';
import { type Throttled, throttled } from './throttled';
import { keptText, restored } from './view/kept';
import type { ViewState } from './view/view';

/** Milliseconds between two views that are kept: typing and dragging change it faster than anybody needs it. */
const pause = 250;

/**
 * Opens a case as it was left, and keeps how the window stands in it from then on. Answers whether the view is that of the
 * open case by now; `restore` is given the one that was kept, and is not called where there is none.
 */
export function useKeptView(
  path: string | undefined,
  view: ViewState,
  restore: (view: ViewState) => void,
  report: (error: unknown) => void,
): boolean {
  const backend = useBackend();
  const [opened, setOpened] = useState<{ readonly path: string; readonly id: string | undefined }>();
  const keeper = useRef<Throttled<string>>(undefined);

  useEffect(() => {
    if (path === undefined) return;
    let left = false;
    const open = async () => {
      const kept = await backend.view();
      const found = kept.view === '' ? undefined : await restored(kept.view, (query) => backend.parseQuery(query));
      if (left) return;
      if (found !== undefined) restore(found.view);
      if (found !== undefined && found.dropped.length > 0) report(new Error(droppedWords(found.dropped)));
      setOpened({ path, id: kept.case });
    };
    open().catch((error: unknown) => {
      if (left) return;
      report(error);
      setOpened({ path, id: undefined });
    });
    return () => {
      left = true;
      setOpened(undefined);
    };
  }, [path, backend, restore, report]);

  const viewed = opened !== undefined && opened.path === path;
  const id = viewed ? opened.id : undefined;
  useEffect(() => {
    if (id === undefined) return;
    // What can't be kept is said once, not at each step.
    let said = false;
    const own = throttled(pause, (text: string) => {
      backend.keepView({ case: id, view: text }).then(
        () => {
          said = false;
        },
        (error: unknown) => {
          if (!said) report(error);
          said = true;
        },
      );
    });
    keeper.current = own;
    window.addEventListener('pagehide', own.flush);
    return () => {
      window.removeEventListener('pagehide', own.flush);
      own.flush();
      keeper.current = undefined;
    };
  }, [id, backend, report]);

  const last = useRef<string>(undefined);
  useEffect(() => {
    const text = id === undefined ? undefined : keptText(view);
    // The first one is what the case opened with.
    if (text !== undefined && last.current !== undefined && text !== last.current) keeper.current?.pass(text);
    last.current = text;
  }, [id, view]);
  return viewed;
}

function droppedWords(dropped: readonly string[]): string {
  const [one = ''] = dropped;
  return dropped.length === 1
    ? `A filter that this case was left with is not understood any more and was left out: ${one}`
    : `${dropped.length} filters that this case was left with are not understood any more and were left out: ${dropped.join(' ')}`;
}

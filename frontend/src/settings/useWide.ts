import { useSyncExternalStore } from 'react';

const wide = '(min-width: 1200px)';

/** Whether there is room for a pane beside the table; as Panes.module.css has it. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(wide);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(wide).matches,
  );
}

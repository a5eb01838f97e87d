import { createContext, type ReactNode, useContext } from 'react';
import type { Backend } from './backend';

const BackendContext = createContext<Backend | undefined>(undefined);

/** Gives the page its backend: the program's own, or a fake in tests. */
export function BackendProvider({ backend, children }: { readonly backend: Backend; readonly children: ReactNode }) {
  return <BackendContext value={backend}>{children}</BackendContext>;
}

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (backend === undefined) throw new Error('useBackend needs a BackendProvider around it');
  return backend;
}

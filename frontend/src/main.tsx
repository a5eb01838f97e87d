import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './App';
import type { Backend } from './backend/backend';
import { BackendProvider } from './backend/context';
import { DeskProvider } from './desk';

/**
 * Development in a browser talks to made-up data: `?fake` in the address, or VITE_FAKE=1. `?fake=none` has no case open,
 * `?fake=empty` a case without records. The program that auditors get holds no made-up data: its build leaves the branch out.
 */
async function chooseBackend(): Promise<Backend> {
  if (import.meta.env.DEV || import.meta.env.VITE_FAKE === '1') {
    const asked = new URLSearchParams(window.location.search).get('fake');
    if (asked !== null || import.meta.env.VITE_FAKE === '1') {
      const open = asked === 'none' || asked === 'empty' ? asked : 'case';
      return (await import('./backend/fake')).createFakeBackend({ open });
    }
  }
  return (await import('./backend/wails')).createWailsBackend();
}

const client = new QueryClient({
  defaultOptions: {
    // The backend is on this machine: an error is an error at once, and answers stay true until the case's generation
    // (part of every key) changes.
    queries: { retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000, refetchOnWindowFocus: false },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const backend = await chooseBackend();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <BackendProvider backend={backend}>
        <DeskProvider>
          <App />
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>
  </StrictMode>,
);

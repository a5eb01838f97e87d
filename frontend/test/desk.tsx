import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import type { Backend } from '../src/backend/backend';
import { BackendProvider } from '../src/backend/context';
import { createFakeBackend, type FakeOptions } from '../src/backend/fake';
import { type Desk, DeskProvider, useDesk } from '../src/desk';
import { StatusProvider } from '../src/frame/StatusBar';
import type { ViewState } from '../src/view/view';

export interface OnDesk {
  readonly user: ReturnType<typeof userEvent.setup>;
  readonly backend: Backend;
  /** The desk as it was drawn last. */
  desk(): Desk;
}

/** Draws a part of the window with a made-up case on the desk. */
export function renderOnDesk(
  part: ReactNode,
  options: { readonly fake?: FakeOptions; readonly backend?: Backend; readonly view?: ViewState } = {},
): OnDesk {
  const backend = options.backend ?? createFakeBackend({ events: 600, ...options.fake });
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  let last: Desk | undefined;
  function Look() {
    last = useDesk();
    return null;
  }
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={client}>
      <BackendProvider backend={backend}>
        <DeskProvider {...(options.view === undefined ? {} : { view: options.view })}>
          <StatusProvider>
            <Look />
            {part}
          </StatusProvider>
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  return {
    user,
    backend,
    desk: () => {
      if (last === undefined) throw new Error('nothing is drawn yet');
      return last;
    },
  };
}

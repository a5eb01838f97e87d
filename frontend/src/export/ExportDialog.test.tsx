import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Actions } from '../actions/Actions';
import { BackendProvider } from '../backend/context';
import { createFakeBackend, type FakeOptions } from '../backend/fake';
import { DeskProvider } from '../desk';
import { initialView, type ViewState } from '../view/view';
import { ExportDialog } from './ExportDialog';

// Roles and names are looked up in whole dialogs, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const denied: ViewState = {
  ...initialView(),
  events: { ...initialView().events, terms: [{ field: 'outcome', values: [{ op: 'equal', text: 'denied' }] }] },
};

async function open(options: FakeOptions = {}, view = denied) {
  const backend = createFakeBackend({ events: 600, step: 0, ...options });
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })}
    >
      <BackendProvider backend={backend}>
        <DeskProvider view={view}>
          <ExportDialog />
          <Actions />
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  await act(async () => {});
  await waitFor(() => backend.state());
  act(() => backend.emit('action', 'export'));
  const dialog = await screen.findByRole('dialog', { name: 'Export' });
  return { backend, dialog, user: userEvent.setup({ delay: null }) };
}

describe('the export', () => {
  let total = 0;
  let all = 0;
  beforeAll(async () => {
    const answer = await createFakeBackend({ events: 600 }).search({
      of: 'events',
      query: 'outcome:denied',
      zone: 'UTC',
      order: 'newest',
      facets: [],
    });
    total = answer.total;
    all = answer.in_case;
  });

  it('counts what it would write, and says what it cannot leave out', async () => {
    const { dialog } = await open();
    expect(await within(dialog).findByText(`${total} events`)).toBeInTheDocument();
    expect(within(dialog).getByText(`${all} events`)).toBeInTheDocument();
    expect(within(dialog).getByText('outcome:denied')).toBeInTheDocument();
    expect(within(dialog).getByText('values masked')).toBeInTheDocument();
    expect(dialog).toHaveTextContent('3 stretches without records lie in this period; About says so');
  });

  it('asks for exactly what was chosen', async () => {
    const { backend, dialog, user } = await open();
    await within(dialog).findByText(`${total} events`);
    await user.click(within(dialog).getByRole('radio', { name: /CSV/ }));
    await user.click(within(dialog).getByRole('radio', { name: /The whole case/ }));
    await user.clear(within(dialog).getByRole('textbox', { name: 'Prepared by' }));
    await user.type(within(dialog).getByRole('textbox', { name: 'Prepared by' }), 'Ada');
    await user.click(within(dialog).getByRole('button', { name: 'Choose file…' }));
    expect(backend.exports()).toEqual([{ format: 'csv', query: '', zone: 'UTC', order: 'newest', prepared_by: 'Ada' }]);
  });

  it('lists no sheets for CSV, and suggests it for too many', async () => {
    const { dialog, user } = await open();
    expect(within(dialog).getByText('About this export')).toBeInTheDocument();
    await user.click(within(dialog).getByRole('radio', { name: /JSON lines/ }));
    expect(within(dialog).queryByText('About this export')).not.toBeInTheDocument();
  });

  it('writes sheet by sheet and ends with its place', async () => {
    const { dialog, user } = await open();
    await within(dialog).findByText(`${total} events`);
    await user.click(within(dialog).getByRole('button', { name: 'Choose file…' }));
    const end = await screen.findByRole('dialog', { name: 'Exported' }, { timeout: 5000 });
    expect(end).toHaveTextContent('NWB-2026-H1-ITGC-017 Coder audit events.xlsx');
    expect(end).toHaveTextContent(`${total} events`);
    await user.click(within(end).getByRole('button', { name: 'Show in folder' }));
    await user.click(within(end).getAllByRole('button', { name: 'Close' }).at(-1) ?? end);
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('can be cancelled, and then says what is left behind', async () => {
    const { dialog, user } = await open({ step: 250 });
    await within(dialog).findByText(`${total} events`);
    await user.click(within(dialog).getByRole('button', { name: 'Choose file…' }));
    const writing = await screen.findByRole('dialog', { name: 'Exporting' });
    expect(await within(writing).findByText('being written')).toBeInTheDocument();
    expect(within(writing).getByRole('progressbar', { name: 'Export' })).toBeInTheDocument();
    await user.click(within(writing).getByRole('button', { name: 'Cancel' }));
    const end = await screen.findByRole('dialog', { name: 'The export stopped' });
    expect(within(end).getByRole('alert')).toHaveTextContent('the export was cancelled No file was left behind.');
  });

  it('of nothing is not offered', async () => {
    const { dialog } = await open(
      {},
      {
        ...denied,
        events: { ...denied.events, terms: [{ field: 'action', values: [{ op: 'equal', text: 'cordon' }] }] },
      },
    );
    expect(await within(dialog).findByText(/Nothing matches/)).toBeInTheDocument();
    expect(within(dialog).getByRole('button', { name: 'Choose file…' })).toBeDisabled();
  });
});

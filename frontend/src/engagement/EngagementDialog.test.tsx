import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { Actions } from '../actions/Actions';
import { BackendProvider } from '../backend/context';
import { createFakeBackend } from '../backend/fake';
import { DeskProvider, useDesk } from '../desk';
import { EngagementDialog } from './EngagementDialog';

vi.setConfig({ testTimeout: 30_000 });

function Loaded() {
  return useDesk().caseInfo === undefined ? null : <p>loaded</p>;
}

async function open() {
  const backend = createFakeBackend({ events: 50 });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <BackendProvider backend={backend}>
        <DeskProvider>
          <Loaded />
          <EngagementDialog />
          <Actions />
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  await screen.findByText('loaded');
  act(() => backend.emit('action', 'engagement'));
  const dialog = await screen.findByRole('dialog', { name: 'Engagement' });
  return { backend, dialog, user: userEvent.setup({ delay: null }) };
}

describe('the engagement', () => {
  it('is saved as it was written, without what was emptied', async () => {
    const { backend, dialog, user } = await open();
    const title = within(dialog).getByRole('textbox', { name: 'Title' });
    await user.clear(title);
    await user.type(title, 'Access review');
    await user.clear(within(dialog).getByRole('textbox', { name: 'Reference' }));
    await user.click(within(dialog).getByRole('button', { name: 'No limit' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    const { engagement } = await backend.caseInfo();
    expect(engagement).toEqual({ title: 'Access review', prepared_by: 'Þóra Guðmundsdóttir', zone: 'Europe/Zurich' });
  });

  it('chooses the deployments under audit, and every view keeps to them from then on', async () => {
    const { backend, dialog, user } = await open();
    const list = within(dialog).getByRole('list', { name: 'Deployments under audit' });
    expect(dialog).toHaveTextContent('None is chosen: all are under audit');
    const v2 = within(list).getByRole('checkbox', { name: /^next\.northwind-bank\.example v2/ });
    await user.click(v2);
    expect(dialog).toHaveTextContent('Every view and export keeps to the chosen ones');
    const before = await backend.search({ of: 'events', query: '', zone: 'UTC', order: 'newest', facets: [] });
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect((await backend.caseInfo()).engagement.deployments).toEqual(['next.northwind-bank.example']);
    const after = await backend.search({ of: 'events', query: '', zone: 'UTC', order: 'newest', facets: [] });
    expect(after.in_case).toBeLessThan(before.in_case);
  });

  it('takes a choice of deployments back', async () => {
    const { backend, dialog, user } = await open();
    const boxes = within(dialog).getAllByRole('checkbox');
    expect(boxes).toHaveLength(2);
    for (const box of [...boxes, ...boxes]) await user.click(box);
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect((await backend.caseInfo()).engagement).not.toHaveProperty('deployments');
  });

  it('needs a title and a zone that exists', async () => {
    const { dialog, user } = await open();
    const zone = within(dialog).getByRole('combobox', { name: 'Time zone' });
    await user.clear(zone);
    await user.paste('Europe/Zürich');
    await user.tab();
    expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
    expect(within(dialog).getByText(/knows no zone of that name/)).toBeInTheDocument();
  });

  it('shows the period day by day, written as year, month, day', async () => {
    const { dialog } = await open();
    const segments = within(dialog)
      .getAllByRole('spinbutton')
      .map((s) => s.textContent);
    expect(segments).toEqual(['2026', '01', '01', '2026', '06', '30']);
  });
});

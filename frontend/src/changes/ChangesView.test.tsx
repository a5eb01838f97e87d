import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { BackendProvider } from '../backend/context';
import { createFakeBackend } from '../backend/fake';
import { DeskProvider } from '../desk';
import { StatusProvider } from '../frame/StatusBar';
import { initialView, type ViewState } from '../view/view';
import { ChangesView } from './ChangesView';

vi.setConfig({ testTimeout: 30_000 });

async function open(change: (view: ViewState) => ViewState = (v) => v) {
  const backend = createFakeBackend({ events: 600 });
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })}
    >
      <BackendProvider backend={backend}>
        <DeskProvider view={change({ ...initialView(), tab: 'changes' })}>
          <StatusProvider>
            <ChangesView />
          </StatusProvider>
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  const grid = await screen.findByRole('grid', { name: 'Admin changes' });
  await within(grid).findAllByText(/applied|denied/);
  return { backend, grid, user: userEvent.setup({ delay: null }) };
}

describe('the changes', () => {
  it('stand by panel in the order of risk, each with its numbers', async () => {
    const { backend, grid } = await open();
    const answer = await backend.search({
      of: 'changes',
      query: 'class:admin',
      zone: 'UTC',
      order: 'newest',
      facets: [],
      group: 'panel',
    });
    const [first] = answer.groups ?? [];
    expect(first?.key).toBe('Users and roles');
    expect(within(grid).getByText(`${first?.count} changes of ${first?.fields} fields`)).toBeInTheDocument();
  });

  it.each(['target', 'user'] as const)('stand by %s, most changes first', async (group) => {
    const { backend, grid } = await open((v) => ({ ...v, changes: { ...v.changes, group } }));
    const { groups = [] } = await backend.search({
      of: 'changes',
      query: 'class:admin',
      zone: 'UTC',
      order: 'newest',
      facets: [],
      group,
    });
    const counts = groups.filter((g) => g.key !== '').map((g) => g.count);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    const words = groups[0]?.count === 1 ? '1 change' : `${groups[0]?.count} changes`;
    expect(within(grid).getAllByText(words).length).toBeGreaterThan(0);
  });

  it('stand by day of the shown zone', async () => {
    const { grid } = await open((v) => ({ ...v, changes: { ...v.changes, group: 'day' } }));
    expect(within(grid).getAllByRole('button', { name: /^\d{4}-\d\d-\d\d/ }).length).toBeGreaterThan(0);
  });

  it('count new values when the facet is opened, and not before', async () => {
    const { user } = await open();
    expect(screen.queryByText('(secret)')).not.toBeInTheDocument();
    const facet = screen.getByRole('button', { name: /^New value/ });
    expect(facet).toHaveAttribute('aria-expanded', 'false');
    await user.click(facet);
    expect(await screen.findByText('(secret)')).toBeInTheDocument();
  });

  it('fold away by panel and come back', async () => {
    const { grid, user } = await open();
    const panel = within(grid).getByRole('button', { name: /Users and roles/ });
    expect(panel).toHaveAttribute('aria-expanded', 'true');
    await user.click(panel);
    expect(within(grid).getByRole('button', { name: /Users and roles/ })).toHaveAttribute('aria-expanded', 'false');
    expect(within(grid).queryByText('roles')).not.toBeInTheDocument();
  });

  it('show their event beside the table', async () => {
    const { grid, user } = await open();
    const row = within(grid).getAllByText('applied')[0];
    if (row === undefined) throw new Error('no row');
    await user.click(row);
    expect(await screen.findByLabelText('Event', {}, { timeout: 10_000 })).toBeInTheDocument();
  });

  const only =
    (field: 'changed' | 'class', text: string, exclude = false) =>
    (v: ViewState) => ({
      ...v,
      changes: { ...v.changes, terms: [{ field, exclude, values: [{ op: 'equal' as const, text }] }] },
    });

  it('show the values of their setting over time, and lead by keys from write to write', async () => {
    const { backend, grid, user } = await open(only('changed', 'gpu vendor'));
    const [first] = within(grid).getAllByText('gpu vendor');
    if (first === undefined) throw new Error('no row');
    await user.click(first);
    const strip = await screen.findByRole('slider', { name: /^Values of gpu vendor over time/ });
    const { rows } = await backend.changeRows({
      of: 'changes',
      query: 'changed:"gpu vendor"',
      zone: 'UTC',
      order: 'newest',
      group: 'panel',
      offset: 0,
      limit: 500,
    });
    expect(rows.length).toBeGreaterThan(3);
    const at = Number(strip.getAttribute('aria-valuenow'));
    expect(strip).toHaveAttribute('aria-valuetext', expect.stringContaining(`event ${rows[0]?.event},`));
    // The table has the newest first, the strip has it last.
    strip.focus();
    await user.keyboard('{ArrowLeft}{ArrowLeft}{Enter}');
    // Beside the table stands the other event, and its strip has the focus.
    await waitFor(
      () => {
        expect(within(screen.getByRole('region', { name: 'Fields' })).getByText(String(rows[2]?.event))).toBeVisible();
        expect(screen.getByRole('slider', { name: /^Values of gpu vendor over time/ })).toHaveFocus();
      },
      { timeout: 10_000 },
    );
    const next = screen.getByRole('slider', { name: /^Values of gpu vendor over time/ });
    expect(Number(next.getAttribute('aria-valuenow'))).toBe(at - 2);
  });

  it('that are of no setting say nothing of values over time', async () => {
    const { backend, grid, user } = await open(only('class', 'admin', true));
    const row = within(grid).getAllByText('applied')[0];
    if (row === undefined) throw new Error('no row');
    const asked = vi.spyOn(backend, 'settingOf');
    await user.click(row);
    await screen.findByLabelText('Event', {}, { timeout: 10_000 });
    await waitFor(() => expect(asked).toHaveBeenCalled());
    expect(await asked.mock.results[0]?.value).toBeUndefined();
    expect(screen.queryByRole('region', { name: 'Values over time' })).not.toBeInTheDocument();
  });

  it('open a text of several lines in place, under its row', async () => {
    const { grid, user } = await open((v) => ({
      ...v,
      changes: { ...v.changes, terms: [{ field: 'changed', values: [{ op: 'equal', text: 'svc banner body' }] }] },
    }));
    const lines = within(grid).getAllByText('svc banner body')[0];
    if (lines === undefined) throw new Error('no row');
    const before = screen.queryAllByRole('region', { name: 'Lines of svc banner body' }).length;
    await user.click(lines);
    await waitFor(() =>
      expect(screen.getAllByRole('region', { name: 'Lines of svc banner body' })).toHaveLength(before + 1),
    );
    expect(screen.getByRole('radio', { name: 'Side by side' })).toBeInTheDocument();
  });

  it('are copied as a line for a working paper, from the menu of a row', async () => {
    const { backend, grid, user } = await open();
    const row = within(grid).getAllByText('applied')[0];
    if (row === undefined) throw new Error('no row');
    await user.pointer({ keys: '[MouseRight]', target: row });
    await user.click(await screen.findByRole('menuitem', { name: 'As Markdown' }));
    await waitFor(() => expect(backend.copied()).toMatch(/ref [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\.$/));
  });

  it('never say that nothing was changed', async () => {
    const backend = createFakeBackend({ events: 200 });
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <BackendProvider backend={backend}>
          <DeskProvider
            view={{
              ...initialView(),
              changes: {
                ...initialView().changes,
                terms: [{ field: 'changed', values: [{ op: 'equal', text: 'no such field' }] }],
              },
            }}
          >
            <StatusProvider>
              <ChangesView />
            </StatusProvider>
          </DeskProvider>
        </BackendProvider>
      </QueryClientProvider>,
    );
    expect(
      await screen.findByText('No recorded change matches. That does not say that nothing was changed.'),
    ).toBeInTheDocument();
  });
});

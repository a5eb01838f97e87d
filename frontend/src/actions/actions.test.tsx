import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { BackendProvider } from '../backend/context';
import { createFakeBackend, type FakeOptions } from '../backend/fake';
import { DeskProvider, useDesk } from '../desk';
import { QueryField } from '../query/QueryField';
import { Actions } from './Actions';
import { actions } from './actions';
import { isPress } from './shortcuts';

// The first look-up by role takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe('shortcuts', () => {
  it.each([
    [['mod', 'K'], press('k', { ctrlKey: true }), 'linux', true],
    [['mod', 'K'], press('k', { metaKey: true }), 'darwin', true],
    [['mod', 'K'], press('k', { metaKey: true }), 'linux', false],
    [['mod', 'K'], press('k', { ctrlKey: true, shiftKey: true }), 'linux', false],
    [['mod', 'shift', 'Z'], press('Z', { ctrlKey: true, shiftKey: true }), 'linux', true],
    [['?'], press('?', { shiftKey: true }), 'linux', true],
    [['/'], press('/'), 'linux', true],
    [['/'], press('/', { ctrlKey: true }), 'linux', false],
  ] as const)('%s', (shortcut, event, platform, want) => {
    expect(isPress(shortcut, event, platform)).toBe(want);
  });

  it('mean one thing each', () => {
    const all = actions.flatMap((a) => a.shortcuts.map((s) => s.join('+')));
    expect(new Set(all).size).toBe(all.length);
  });

  it('and ids too', () => {
    expect(new Set(actions.map((a) => a.id)).size).toBe(actions.length);
  });

  it('offer every command of the native menu', () => {
    const native = [
      'open-case',
      'new-import',
      'import-folder',
      'export',
      'find',
      'toggle-zone',
      'theme-system',
      'theme-light',
      'theme-dark',
      'help',
      'palette',
      'about',
      'close-case',
      'engagement',
      'verify',
      'tab-sources',
      'tab-events',
      'tab-changes',
      'tab-settings',
      'roll-forward',
      'undo',
      'redo',
      'demo',
    ];
    expect(actions.map((a) => a.id)).toEqual(expect.arrayContaining(native));
  });
});

function Seen() {
  const desk = useDesk();
  return (
    <p>
      tab {desk.view.tab}, clock {desk.view.clock}, dialog {desk.dialog ?? 'none'}, case{' '}
      {desk.caseInfo?.engagement.title ?? 'none'}
    </p>
  );
}

async function start(options: FakeOptions = {}) {
  const backend = createFakeBackend({ events: 20, step: 0, ...options });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <BackendProvider backend={backend}>
        <DeskProvider>
          <Seen />
          <input aria-label="Some field" />
          <QueryField of="events" />
          <Actions />
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  const seen = screen.getByText(/^tab /);
  if (options.open !== 'none') await waitFor(() => expect(seen).not.toHaveTextContent('case none'));
  else await waitFor(() => expect(backend.state()).resolves.toBeDefined());
  return { backend, seen, user: userEvent.setup() };
}

describe('commands', () => {
  it('come from keys', async () => {
    const { seen, user } = await start();
    await user.keyboard('{Control>}3{/Control}');
    expect(seen).toHaveTextContent('tab changes');
    await user.keyboard('{Control>}{Shift>}u{/Shift}{/Control}');
    expect(seen).toHaveTextContent('clock case');
    await user.keyboard('{Control>}z{/Control}');
    expect(seen).toHaveTextContent('clock utc');
  });

  it('come from the native menu', async () => {
    const { backend, seen } = await start();
    act(() => backend.emit('action', 'tab-sources'));
    await waitFor(() => expect(seen).toHaveTextContent('tab sources'));
    act(() => backend.emit('action', 'close-case'));
    await waitFor(() => expect(seen).toHaveTextContent('case none'));
  });

  it('wait while a dialog asks, also those of the native menu', async () => {
    const { backend, seen, user } = await start();
    act(() => backend.emit('action', 'help'));
    await screen.findByRole('dialog');
    act(() => backend.emit('action', 'tab-sources'));
    await user.keyboard('{Control>}3{/Control}');
    await act(async () => {});
    expect(seen).toHaveTextContent('tab events');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    act(() => backend.emit('action', 'tab-sources'));
    await waitFor(() => expect(seen).toHaveTextContent('tab sources'));
  });

  it('leave signs to whoever is typing', async () => {
    const { seen, user } = await start();
    await user.type(screen.getByLabelText('Some field'), '/?');
    expect(screen.getByLabelText('Some field')).toHaveValue('/?');
    expect(seen).toHaveTextContent('dialog none');
  });

  it('that find take what is typed right behind the key', async () => {
    await start();
    await userEvent.setup({ delay: null }).keyboard('/action:write');
    expect(screen.getByLabelText('Query')).toHaveValue('action:write');
  });

  it('that cannot be done now do nothing', async () => {
    const { backend, seen } = await start({ open: 'none' });
    act(() => backend.emit('action', 'export'));
    act(() => backend.emit('action', 'no-such-command'));
    await act(async () => {});
    expect(seen).toHaveTextContent('dialog none');
  });

  it('are all in the palette, and found by their words', async () => {
    const { seen, user } = await start();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('searchbox', { name: 'Search commands' }), 'admin');
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((i) => i.textContent)).toEqual([expect.stringContaining('Show admin changes')]);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(seen).toHaveTextContent('tab changes'));
  });

  it('are listed with their keys', async () => {
    const { user } = await start();
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keys and query language' })).toBeInTheDocument();
    expect(screen.getByText('Ctrl+K')).toBeInTheDocument();
    expect(screen.getByText('F1 or ?')).toBeInTheDocument();
    expect(screen.getByText('All commands…')).toBeInTheDocument();
  });
});

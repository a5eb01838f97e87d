import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { BackendProvider } from '../backend/context';
import { createFakeBackend } from '../backend/fake';
import { DeskProvider, useDesk } from '../desk';
import { openedWords } from './opened';
import { Welcome } from './Welcome';

vi.setConfig({ testTimeout: 30_000 });

function Window() {
  const { app, caseInfo } = useDesk();
  if (caseInfo !== undefined) return <p>open: {caseInfo.engagement.title}</p>;
  return app === undefined ? null : <Welcome />;
}

async function open() {
  const backend = createFakeBackend({ open: 'none', events: 50, step: 0 });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <BackendProvider backend={backend}>
        <DeskProvider>
          <Window />
        </DeskProvider>
      </BackendProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { name: 'Auditdesk' });
  return { backend, user: userEvent.setup({ delay: null }) };
}

describe('the welcome screen', () => {
  it('opens a recent case', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: /Contoso Versicherung/ }));
    expect(await screen.findByText(/^open: Contoso/)).toBeInTheDocument();
  });

  it('says which case is gone, and forgets it only when asked', async () => {
    const { user } = await open();
    const recent = screen.getByRole('region', { name: 'Recent cases' });
    expect(recent).toHaveTextContent('file not found: D:\\cases\\fabrikam\\leavers.auditcase');
    await user.click(within(recent).getByRole('button', { name: 'Forget Fabrikam: leaver accounts' }));
    await waitFor(() => expect(recent).not.toHaveTextContent('Fabrikam'));
  });

  it('asks before it creates a case, and then imports into it', async () => {
    const { backend, user } = await open();
    await user.click(screen.getByRole('button', { name: 'Choose files…' }));
    const pane = await screen.findByRole('region', { name: 'Import' });
    expect(pane).toHaveTextContent('Nothing is stored until you create the case.');
    expect(within(pane).getByRole('table', { name: 'Files to import' })).toHaveTextContent(
      'coder-audit-2026-07.ndjson.zst',
    );
    await user.click(within(pane).getByRole('button', { name: 'Change…' }));
    expect(await within(pane).findByText('~/Documents/new-place.auditcase')).toBeInTheDocument();
    await user.click(within(pane).getByRole('button', { name: 'Create case' }));
    expect(await screen.findByText('open: coder-audit-2026-07', {}, { timeout: 20_000 })).toBeInTheDocument();
    expect((await backend.caseInfo()).events).toBe(412);
  });

  it('drops a plan that is not wanted', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Choose files…' }));
    const pane = await screen.findByRole('region', { name: 'Import' });
    await user.click(within(pane).getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { name: 'From log files to a case' })).toBeInTheDocument();
  });
});

describe('when a case was opened', () => {
  it.each([
    ['2026-07-03T09:12:00Z', 'today 09:12'],
    ['2026-07-02T17:40:00Z', 'yesterday 17:40'],
    ['2026-06-18T10:00:00Z', '2026-06-18'],
    ['never', 'not known when'],
  ])('%s', (instant, words) => {
    expect(openedWords(instant, new Date('2026-07-03T12:00:00Z'), 'UTC')).toBe(words);
  });
});

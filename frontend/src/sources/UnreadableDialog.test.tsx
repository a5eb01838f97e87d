import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { BackendError } from '../backend/backend';
import { createFakeBackend } from '../backend/fake';
import { reasonsOf, unreadable } from '../backend/fake/accounting';
import { retryWords } from './retryWords';
import { UnreadableDialog } from './UnreadableDialog';

const reasons = reasonsOf(unreadable);

function draw(backend = createFakeBackend({ events: 60 })) {
  const onClose = vi.fn();
  return {
    onClose,
    ...renderOnDesk(<UnreadableDialog reasons={reasons} folder="" onClose={onClose} />, { backend }),
  };
}

const rows = async () => within(await screen.findByRole('table', { name: 'Unreadable records' })).findAllByRole('row');

describe('unreadable records', () => {
  it('are filtered by their reason, whatever position each names', async () => {
    const { user } = draw();
    await waitFor(async () => expect(await rows()).toHaveLength(unreadable.length + 1));
    const group = screen.getByRole('group', { name: 'Filter by reason' });
    const broken = within(group).getByRole('button', { name: /^broken JSON at byte …/ });
    await user.click(broken);
    expect(broken).toHaveAttribute('aria-pressed', 'true');
    const n = reasons.find((r) => r.reason.startsWith('broken'))?.count ?? 0;
    await waitFor(async () => expect(await rows()).toHaveLength(n + 1));
    expect(screen.getByRole('dialog')).toHaveTextContent(`1 to ${n} of ${n}`);
    await user.click(within(group).getByRole('button', { name: /^All reasons/ }));
    await waitFor(async () => expect(await rows()).toHaveLength(unreadable.length + 1));
  });

  it('are written to a file, those of the reason that is chosen', async () => {
    const fake = createFakeBackend({ events: 60 });
    const asked = vi.fn(fake.exportUnreadable);
    const { user } = draw({ ...fake, exportUnreadable: asked });
    await user.click(await screen.findByRole('button', { name: /^no time/ }));
    await user.click(screen.getByRole('button', { name: 'Export CSV…' }));
    expect(asked).toHaveBeenCalledWith({ format: 'csv', reason: 'no time' });
    expect(await screen.findByText(/unreadable records written to unreadable.csv, masked/)).toBeInTheDocument();
  });

  it('are tried again, and what became of them is said', async () => {
    const { user } = draw();
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('status')).toHaveTextContent(
      '21 of 24 tried are understood now and gave 18 events, 2 matching records and 1 duplicate; the case notes it. 7 records can’t be tried',
    );
  });

  it('are not tried in a hand-over copy', async () => {
    draw(createFakeBackend({ events: 60, redacted: true }));
    expect(await screen.findByText(/This is a hand-over copy, which does not keep them whole/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeDisabled();
  });

  it('say why they can’t be tried now', async () => {
    const fake = createFakeBackend({ events: 60 });
    const { user } = draw({
      ...fake,
      retry: () => Promise.reject(new BackendError({ message: 'an export is running', hint: 'Wait for it to end' })),
    });
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('an export is running Wait for it to end');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeEnabled();
  });
});

describe('what became of them', () => {
  const none = {
    tried: 3,
    understood: 0,
    events: 0,
    matching: 0,
    duplicates: 0,
    still_unreadable: 3,
    not_kept_whole: 0,
  };
  it.each([
    ['nothing was understood', none, 'This version understands none of the 3 tried.'],
    [
      'nothing could be tried',
      { ...none, tried: 0, not_kept_whole: 1 },
      'None could be tried. 1 record can’t be tried, for not all of its bytes were kept.',
    ],
    [
      'it was stopped',
      { ...none, cancelled: true },
      'This version understands none of the 3 tried. It was stopped; trying again goes on from there.',
    ],
  ])('is said where %s', (_, result, words) => {
    expect(retryWords(result)).toBe(words);
  });
});

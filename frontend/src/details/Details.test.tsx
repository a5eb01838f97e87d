import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { createFakeBackend } from '../backend/fake';
import { eventKey } from '../view/eventKey';
import { Details } from './Details';

vi.setConfig({ testTimeout: 30_000 });

async function drawn(query: string, backend = createFakeBackend({ events: 600 })) {
  const { rows } = await backend.eventRows({ of: 'events', query, zone: 'UTC', order: 'newest', offset: 0, limit: 1 });
  const event = rows[0];
  if (event === undefined) throw new Error(`the made-up case has nothing for ${query}`);
  const onMove = vi.fn();
  const onClose = vi.fn();
  const on = renderOnDesk(<Details eventRef={event.ref} index={3} total={40} onMove={onMove} onClose={onClose} />, {
    backend,
  });
  await screen.findByText(event.ref);
  return { ...on, event, onMove, onClose };
}

describe('the details of an event', () => {
  it('say when it was logged in both zones, and its ref', async () => {
    const { event } = await drawn('');
    expect(screen.getByText(/^Event 4 of 40$/)).toBeInTheDocument();
    expect(screen.getByText(/Europe\/Zurich$/)).toBeInTheDocument();
    expect(screen.getByText(event.ref)).toBeInTheDocument();
  });

  it('say "not recorded" of a person that the record does not name', async () => {
    await drawn('user:""');
    const title = screen.getByText('User').closest('dt');
    expect(title?.nextElementSibling).toHaveTextContent('not recorded');
  });

  it('name the person by other records where these give only an id', async () => {
    const backend = createFakeBackend({ events: 600 });
    const ask = backend.event;
    backend.event = async (ref) => {
      const detail = await ask(ref);
      return { ...detail, person: 'sam@acme.example', event: { ...detail.event, user: { id: '6c405053' } } };
    };
    await drawn('action:write', backend);
    expect(screen.getByText('Person').closest('dt')?.nextElementSibling).toHaveTextContent(
      'sam@acme.example by other records',
    );
    expect(screen.getByText('User').closest('dt')?.nextElementSibling).toHaveTextContent('6c405053');
  });

  it('name the organization by other records where these give only its id', async () => {
    const backend = createFakeBackend({ events: 600 });
    const ask = backend.event;
    backend.event = async (ref) => {
      const detail = await ask(ref);
      return { ...detail, organization: 'platform', event: { ...detail.event, organization: '703f72a1' } };
    };
    await drawn('action:write', backend);
    expect(screen.getByText('Organization is').closest('dt')?.nextElementSibling).toHaveTextContent(
      'platform by other records',
    );
    expect(screen.getByText('Organization').closest('dt')?.nextElementSibling).toHaveTextContent('703f72a1');
  });

  it('filter by a field', async () => {
    const { user, desk, event } = await drawn('action:write');
    await user.click(screen.getByRole('button', { name: 'Exclude this action' }));
    expect(desk().view.events.terms).toEqual([
      { field: 'action', exclude: true, values: [{ op: 'equal', text: event.action }] },
    ]);
  });

  it('copy a change as a line for a working paper', async () => {
    const backend = createFakeBackend({ events: 600 });
    const { user, event } = await drawn('action:write has:changes', backend);
    const [copy] = screen.getAllByRole('button', { name: /^Copy line: the change of/ });
    if (copy === undefined) throw new Error('no change');
    await user.click(copy);
    await user.click(await screen.findByRole('menuitem', { name: 'As a row of a spreadsheet' }));
    await waitFor(() => expect(backend.copied()?.split('\t').at(-1)).toBe(`ref ${event.ref}`));
    expect(backend.copied()).toContain(event.changes[0]?.words);
  });

  it('go on, back and close', async () => {
    const { user, onMove, onClose } = await drawn('');
    await user.click(screen.getByRole('button', { name: 'Next event' }));
    await user.click(screen.getByRole('button', { name: 'Previous event' }));
    expect(onMove.mock.calls).toEqual([[1], [-1]]);
    await user.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalled();
  });

  it('show no secrets in a hand-over copy', async () => {
    await drawn('has:secret', createFakeBackend({ events: 600, redacted: true }));
    expect(await screen.findByText(/This is a hand-over copy: raw records are masked/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Show unmasked…' })).not.toBeInTheDocument();
  });

  it('show secrets only when asked twice', async () => {
    const { user, backend, event } = await drawn('has:secret');
    const reveal = vi.spyOn(backend, 'revealRaw');
    expect(screen.getAllByRole('group', { name: 'Raw record' })[0]).toHaveTextContent('(masked)');
    await user.click(screen.getByRole('button', { name: 'Show unmasked…' }));
    const dialog = await screen.findByRole('alertdialog');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(reveal).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Show unmasked…' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Show unmasked' }));
    await waitFor(() => expect(reveal).toHaveBeenCalledWith(eventKey(event.ref, event.deployment)));
    await user.click(await screen.findByRole('button', { name: 'Mask again' }));
    expect(screen.getAllByRole('group', { name: 'Raw record' })[0]).toHaveTextContent('(masked)');
  });
});

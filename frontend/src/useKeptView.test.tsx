import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../test/desk';
import { App } from './App';
import { createFakeBackend, type FakeBackend } from './backend/fake';
import { keptText } from './view/kept';
import { only } from './view/terms';
import { initialView, queryText, type ViewState, withSettings, withTerms } from './view/view';

vi.setConfig({ testTimeout: 30_000 });

const statement = {
  key: 'k',
  deployment: 'd',
  name: 'gpu vendor',
  from: '2026-01-02T00:00:00Z',
  to: '2026-03-01T00:00:00Z',
};

/** A filter, two instants and a statement. */
const asked = (view: ViewState) =>
  withSettings(
    withTerms(view, 'events', (t) => only(t, 'action', { op: 'equal', text: 'write' })),
    (s) => ({ ...s, from: '2026-02-01T00:00:00Z', at: '2026-03-01T00:00:00Z', statements: [statement] }),
  );

async function open(backend: FakeBackend) {
  const drawn = renderOnDesk(<App />, { backend });
  await screen.findByRole('tab', { name: /^Events/ });
  return drawn;
}

/** What the desk has of the case that is open. */
const keptOf = async (backend: FakeBackend) => (await backend.view()).view;

describe('a case', () => {
  it('opens as it was left, without its history', async () => {
    const backend = createFakeBackend({ events: 60 });
    const { desk } = await open(backend);
    expect(desk().view).toEqual(initialView());
    expect(await keptOf(backend)).toBe('');
    act(() => desk().step('ask', asked));
    await waitFor(async () => expect(await keptOf(backend)).toBe(keptText(asked(initialView()))));
    cleanup(); // the window is closed
    const again = await open(backend);
    expect(again.desk().view).toEqual(asked(initialView()));
    expect(again.desk().undoLabel).toBeUndefined();
    // The view's code is loaded the first time.
    const query = await screen.findByRole('textbox', { name: 'Query' }, { timeout: 20_000 });
    expect(query).toHaveValue('action:write');
  });

  it('has a view of its own, whatever is opened in between', async () => {
    const backend = createFakeBackend({ events: 60 });
    const { desk } = await open(backend);
    act(() => desk().step('ask', asked));
    // A change that still waits to be kept as the other case opens.
    act(() => desk().amend((v) => ({ ...v, tab: 'settings' })));
    await act(async () => desk().setCase(await backend.openDemo()));
    await waitFor(() => expect(desk().viewed).toBe(true));
    expect(desk().view).toEqual(initialView());
    act(() => desk().amend((v) => ({ ...v, clock: 'case' })));
    await act(async () => desk().setCase(await backend.openRecent('r1')));
    await waitFor(() => expect(desk().view).toEqual({ ...asked(initialView()), tab: 'settings' }));
    await act(async () => desk().setCase(await backend.openDemo()));
    await waitFor(() => expect(desk().view).toEqual({ ...initialView(), clock: 'case' }));
  });

  it('that is forgotten opens as at first', async () => {
    const backend = createFakeBackend({ events: 60 });
    const { desk } = await open(backend);
    act(() => desk().step('ask', asked));
    await waitFor(async () => expect(await keptOf(backend)).not.toBe(''));
    cleanup();
    await backend.forgetRecent('r1');
    expect((await open(backend)).desk().view).toEqual(initialView());
  });

  it('says which filter it was left with is not understood any more, and opens without it', async () => {
    const backend = createFakeBackend({ events: 60 });
    const kept = JSON.parse(keptText(asked(initialView())));
    kept.events.terms.push({ text: 'unheard-of:1' });
    await backend.keepView({ case: 'r1', view: JSON.stringify(kept) });
    const { desk } = await open(backend);
    expect(within(screen.getByRole('alert')).getByText(/was left out: unheard-of:1/)).toBeInTheDocument();
    expect(queryText(desk().view.events)).toBe('action:write');
  });

  it('opens as at first where what was kept is of another kind', async () => {
    const backend = createFakeBackend({ events: 60 });
    await backend.keepView({ case: 'r1', view: '{"version":99}' });
    const { desk } = await open(backend);
    expect(desk().view).toEqual(initialView());
    expect(desk().trouble).toBeUndefined();
  });

  it('is shown as at first when the view is reset, and undo brings the view back', async () => {
    const backend = createFakeBackend({ events: 60 });
    const { desk, user } = await open(backend);
    act(() => desk().step('ask', asked));
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('searchbox', { name: 'Search commands' }), 'reset view');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(desk().view).toEqual(initialView()));
    act(() => desk().undo());
    expect(desk().view).toEqual(asked(initialView()));
  });
});

describe('a view that can’t be kept', () => {
  it('is said once', async () => {
    const fake = createFakeBackend({ events: 60 });
    const keepView = vi.fn(() => Promise.reject(new Error('The disk is full')));
    const { desk } = await open({ ...fake, keepView });
    act(() => desk().step('ask', asked));
    await waitFor(() => expect(desk().trouble?.message).toBe('The disk is full'));
    act(() => desk().report(undefined));
    act(() => desk().amend((v) => ({ ...v, tab: 'changes' })));
    await waitFor(() => expect(keepView).toHaveBeenCalledTimes(2));
    expect(desk().trouble).toBeUndefined();
  });
});

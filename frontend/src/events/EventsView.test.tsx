import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import type { Backend } from '../backend/backend';
import { createFakeBackend } from '../backend/fake';
import type { EventRows, SearchResult } from '../backend/types';
import { add, facetValue } from '../view/terms';
import { withTerms } from '../view/view';
import { EventsView } from './EventsView';

vi.setConfig({ testTimeout: 30_000 });

/** Rows of events on screen, without the head and the days. */
function eventRows() {
  return within(screen.getByRole('grid', { name: 'Events' }))
    .getAllByRole('row')
    .filter((r) => r.hasAttribute('aria-selected'));
}

async function drawn(backend?: Backend) {
  const on = renderOnDesk(<EventsView />, backend === undefined ? {} : { backend });
  await waitFor(() => expect(eventRows().length).toBeGreaterThan(5));
  return { ...on, grid: screen.getByRole('grid', { name: 'Events' }) };
}

describe('the table of events', () => {
  it('tells how many rows there are, of which few are drawn', async () => {
    const { grid } = await drawn();
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(400);
    expect(eventRows().length).toBeLessThan(60);
    const [head] = within(grid).getAllByRole('row');
    expect(head).toHaveAttribute('aria-rowindex', '1');
    expect(within(grid).getByRole('columnheader', { name: /^Time/ })).toHaveAttribute('aria-sort', 'descending');
  });

  it('is walked with keys', async () => {
    const { user, grid } = await drawn();
    grid.focus();
    const chosen = () => within(grid).getByRole('row', { selected: true });
    await user.keyboard('{ArrowDown}');
    const first = chosen().getAttribute('aria-rowindex');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(Number(chosen().getAttribute('aria-rowindex'))).toBe(Number(first) + 1);
    expect(grid).toHaveAttribute('aria-activedescendant', chosen().id);
    await user.keyboard('{PageDown}');
    expect(Number(chosen().getAttribute('aria-rowindex'))).toBeGreaterThan(Number(first) + 10);
    await user.keyboard('{End}');
    await waitFor(() => expect(chosen()).toHaveAttribute('aria-rowindex', grid.getAttribute('aria-rowcount')));
    await user.keyboard('{Home}');
    expect(chosen()).toHaveAttribute('aria-rowindex', first);
  });

  it('opens the event with Enter and closes it with Escape', async () => {
    const { user, grid } = await drawn();
    grid.focus();
    await user.keyboard('{ArrowDown}{Enter}');
    const details = await screen.findByRole('region', { name: 'Details' });
    expect(await within(details).findByText(/^Event 1 of /)).toBeInTheDocument();
    expect(await within(details).findByRole('heading', { name: /^Raw record/ })).toBeInTheDocument();
    await user.keyboard('{ArrowDown}');
    expect(await within(details).findByText(/^Event 2 of /)).toBeInTheDocument();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('region', { name: 'Details' })).not.toBeInTheDocument();
    expect(grid).toHaveFocus();
  });

  it('turns its order round', async () => {
    const { user, grid } = await drawn();
    const firstTime = () => within(eventRows()[0] as HTMLElement).getAllByRole('gridcell')[0]?.firstElementChild;
    const newest = firstTime()?.getAttribute('title') ?? '';
    await user.click(within(grid).getByRole('button', { name: /^Time/ }));
    await waitFor(() =>
      expect(within(grid).getByRole('columnheader', { name: /^Time/ })).toHaveAttribute('aria-sort', 'ascending'),
    );
    expect((firstTime()?.getAttribute('title') ?? '') < newest).toBe(true);
  });

  it('names the person as facets do, and says where nothing is recorded', async () => {
    const fake = createFakeBackend({ events: 600 });
    const { grid } = await drawn({
      ...fake,
      eventRows: async (r) => {
        const answer = await fake.eventRows(r);
        const rows = answer.rows.map(({ ip: _, ...event }) => ({ ...event, user: { id: '6c405053' } }));
        return { ...answer, rows, persons: answer.persons.map((_, i) => (i === 0 ? 'sam@elsewhere.example' : '')) };
      },
    });
    const cells = (row: number) =>
      within(eventRows()[row] as HTMLElement)
        .getAllByRole('gridcell')
        .map((c) => c.textContent);
    expect(within(grid).getByText('sam@elsewhere.example')).toBeInTheDocument();
    expect(cells(0).slice(1, 3)).toEqual(['sam@elsewhere.example', 'not recorded']);
    expect(cells(1)[1]).toBe('6c405053');
  });

  it('filters by what stands in a cell', async () => {
    const { user, desk } = await drawn();
    const cell = within(eventRows()[0] as HTMLElement).getAllByRole('gridcell')[3] as HTMLElement;
    const action = cell.textContent ?? '';
    await user.pointer({ keys: '[MouseRight]', target: cell });
    await user.click(await screen.findByRole('menuitem', { name: 'Exclude this' }));
    expect(desk().view.events.terms).toEqual([{ field: 'action', exclude: true, values: [facetValue(action)] }]);
  });
});

/** A backend whose searches and rows are answered when the test says so. */
function held() {
  const fake = createFakeBackend({ events: 600 });
  const waiting: { readonly query: string; readonly answer: () => void }[] = [];
  const hold =
    <Q extends { readonly query: string }, A>(ask: (request: Q) => Promise<A>) =>
    (request: Q) =>
      new Promise<A>((resolve, reject) => {
        waiting.push({ query: request.query, answer: () => ask(request).then(resolve, reject) });
      });
  const backend: Backend = {
    ...fake,
    search: hold<Parameters<Backend['search']>[0], SearchResult>((r) => fake.search(r)),
    eventRows: hold<Parameters<Backend['eventRows']>[0], EventRows>((r) => fake.eventRows(r)),
  };
  const answer = (query: string) =>
    act(async () => {
      const all = waiting.splice(0);
      waiting.push(...all.filter((w) => w.query !== query));
      for (const w of all.filter((w) => w.query === query)) w.answer();
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
  return { backend, answer };
}

describe('a result', () => {
  it('stays until the next one is there as a whole, and a late answer is never shown', async () => {
    const { backend, answer } = held();
    const { desk } = renderOnDesk(<EventsView />, { backend });
    await waitFor(() => expect(desk().caseInfo).toBeDefined());
    await answer('');
    await waitFor(() => expect(eventRows().length).toBeGreaterThan(5));
    const actions = () => new Set(eventRows().map((r) => within(r).getAllByRole('gridcell')[3]?.textContent));
    const before = actions();
    expect(before.size).toBeGreaterThan(1);

    const only = (action: string) =>
      act(() => desk().step('test', (v) => withTerms(v, 'events', () => add([], 'action', facetValue(action)))));
    only('login');
    expect(actions()).toEqual(before);
    expect(screen.getByRole('grid')).toHaveAttribute('aria-busy', 'true');
    only('write');
    await answer('action:login');
    expect(actions()).toEqual(before);
    await answer('action:write');
    await waitFor(() => expect(actions()).toEqual(new Set(['write'])));
    expect(screen.getByRole('grid')).toHaveAttribute('aria-busy', 'false');
  });
});

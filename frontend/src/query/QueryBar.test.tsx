import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { initialView, queryText } from '../view/view';
import { QueryBar } from './QueryBar';

vi.setConfig({ testTimeout: 30_000 });

const eq = (text: string) => ({ op: 'equal', text }) as const;
const start = initialView();
const view = {
  ...start,
  events: {
    ...start.events,
    terms: [
      { field: 'action', values: [eq('write'), eq('create')] },
      { field: 'user', exclude: true, values: [eq('ci-bot@northwind-bank.example')] },
    ],
  },
} as const;

async function drawn() {
  const on = renderOnDesk(<QueryBar of="events" />, { view });
  await waitFor(() => expect(on.desk().caseInfo).toBeDefined());
  return { ...on, query: () => queryText(on.desk().view.events) };
}

describe('the query as text', () => {
  it('is what the chips say', async () => {
    await drawn();
    expect(screen.getByRole('textbox', { name: 'Query' })).toHaveValue(
      'action:write,create -user:ci-bot@northwind-bank.example',
    );
  });

  it('is taken over by Enter', async () => {
    const { user, query } = await drawn();
    const input = screen.getByRole('textbox', { name: 'Query' });
    await user.clear(input);
    await user.type(input, 'type:user "log in"{Enter}');
    await waitFor(() => expect(query()).toBe('resource_type:user "log in"'));
    expect(input).toHaveValue('resource_type:user "log in"');
  });

  it("that can't be read says where, and changes nothing", async () => {
    const { user, query } = await drawn();
    const input = screen.getByRole('textbox', { name: 'Query' });
    await user.clear(input);
    await user.type(input, 'date_from:2026-13-01{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Position 11: there is no month 13');
    expect(input).toBeInvalid();
    expect(query()).toContain('action:write');
    await user.type(input, '{Escape}');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(input).toHaveValue('action:write,create -user:ci-bot@northwind-bank.example');
  });

  it('is copied', async () => {
    const { user, backend } = await drawn();
    const copied = vi.spyOn(backend, 'copyText');
    await user.click(screen.getByRole('button', { name: 'Copy the query' }));
    expect(copied).toHaveBeenCalledWith('action:write,create -user:ci-bot@northwind-bank.example');
  });
});

describe('a chip', () => {
  const action = () => screen.getByRole('group', { name: 'Action write, create' });

  it('says its sign in words', async () => {
    await drawn();
    expect(action()).toBeInTheDocument();
    expect(screen.getByRole('group', { name: 'User is not ci-bot' })).toBeInTheDocument();
  });

  it('inverts, goes off and on again, and goes', async () => {
    const { user, query } = await drawn();
    await user.click(within(action()).getByRole('button', { name: 'Exclude instead' }));
    expect(query()).toBe('-action:write,create -user:ci-bot@northwind-bank.example');
    const inverted = screen.getByRole('group', { name: 'Action is not write, create' });
    await user.click(within(inverted).getByRole('button', { name: 'Switch off' }));
    expect(query()).toBe('-user:ci-bot@northwind-bank.example');
    const off = screen.getByRole('group', { name: 'Action is not write, create, switched off' });
    await user.click(within(off).getByRole('button', { name: /^Switch on: Action/ }));
    expect(query()).toBe('-action:write,create -user:ci-bot@northwind-bank.example');
    await user.click(screen.getByRole('button', { name: 'Remove: User is not ci-bot' }));
    expect(query()).toBe('-action:write,create');
  });

  it('is edited as text', async () => {
    const { user, query } = await drawn();
    await user.click(within(action()).getByRole('button', { name: /^Edit: Action/ }));
    const field = await screen.findByRole('textbox', { name: 'Term' });
    expect(field).toHaveValue('action:write,create');
    await user.clear(field);
    await user.type(field, 'action:');
    await user.keyboard('{Enter}');
    expect(await screen.findByText(/^Position 8: a value is missing/)).toBeInTheDocument();
    await user.type(field, 'delete{Enter}');
    await waitFor(() => expect(query()).toBe('action:delete -user:ci-bot@northwind-bank.example'));
  });

  it('of the scope is locked: it shows the period and has no buttons', async () => {
    await drawn();
    const scope = screen.getByText('2026-01-01 → 2026-06-30').parentElement;
    expect(scope).toHaveTextContent('Scope');
    expect(scope?.querySelector('button')).toBeNull();
  });
});

describe('+ Filter', () => {
  it('adds a value of a field, quoted where it must be', async () => {
    const { user, query } = await drawn();
    await user.click(screen.getByRole('button', { name: 'Filter' }));
    await user.click(await screen.findByRole('option', { name: /^Target/ }));
    await user.type(await screen.findByRole('textbox', { name: 'Target' }), 'system banner{Enter}');
    await waitFor(() => expect(query()).toContain('target:"system banner"'));
  });
});

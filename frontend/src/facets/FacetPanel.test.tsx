import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { useEventResult } from '../result/useResult';
import { formatQuery } from '../view/format';
import { active } from '../view/terms';
import { FacetPanel } from './FacetPanel';

// The first look-up by role takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

function Panel() {
  const { shown } = useEventResult(undefined);
  return <FacetPanel of="events" shown={shown} noun="events" />;
}

async function drawn() {
  const on = renderOnDesk(<Panel />);
  const query = () => formatQuery(active(on.desk().view.events.terms));
  const actions = await screen.findByRole('listbox', { name: /^Action:/ });
  const option = (name: string) => within(actions).getByRole('option', { name: new RegExp(`^${name} `) });
  const target = (name: string, what: string) => {
    const found = option(name).querySelector(`[data-target=${what}]`);
    if (found === null) throw new Error(`no ${what}`);
    return found;
  };
  return { ...on, query, option, target };
}

describe('a facet value', () => {
  it('says its name, its exact count and what is done with it', async () => {
    const { user, option, target } = await drawn();
    expect(option('write')).toHaveAccessibleName(/^write [\d,]+ events$/);
    await user.click(target('write', 'add'));
    expect(option('write')).toHaveAccessibleName(/^write [\d,]+ events, included$/);
    expect(option('write')).toHaveAttribute('aria-selected', 'true');
    await user.click(target('login', 'exclude'));
    expect(await screen.findByRole('option', { name: /^login .*excluded$/ })).toBeInTheDocument();
  });

  it('is taken alone by its label, added by its box, left out by its minus; the same again takes it back', async () => {
    const { user, query, option, target } = await drawn();
    await user.click(option('write'));
    expect(query()).toBe('action:write');
    await user.click(target('login', 'add'));
    expect(query()).toBe('action:write,login');
    await user.click(target('write', 'exclude'));
    expect(query()).toBe('action:login -action:write');
    await user.click(target('write', 'exclude'));
    expect(query()).toBe('action:login');
    await user.click(option('login'));
    expect(query()).toBe('');
  });

  it('has keys for all three, and arrows go on', async () => {
    const { user, query, option } = await drawn();
    const first = screen.getAllByRole('option', { name: / events$/ }).find((o) => o.closest('[aria-label^="Action:"]'));
    first?.focus();
    const name = first?.textContent?.split(' ')[0] ?? '';
    await user.keyboard('{Enter}');
    expect(query()).toBe(`action:${name}`);
    await user.keyboard(' ');
    expect(query()).toBe('');
    await user.keyboard('-');
    expect(query()).toBe(`-action:${name}`);
    await user.keyboard('{Delete}');
    expect(query()).toBe('');
    await user.keyboard('{ArrowDown}');
    expect(option(name)).not.toHaveFocus();
    await user.keyboard('{ArrowUp}');
    expect(option(name)).toHaveFocus();
  });

  it('does not move while the pointer is in the facet', async () => {
    const { user, option, target } = await drawn();
    const names = () => [...(option('write').parentElement?.children ?? [])].map((c) => c.textContent?.split(' ')[0]);
    const before = names();
    const last = before.at(-1) ?? '';
    await user.hover(option('write'));
    await user.click(target(last, 'add'));
    await waitFor(() => expect(option(last)).toHaveAttribute('aria-selected', 'true'));
    expect(names()).toEqual(before);
    await user.unhover(option('write'));
    await user.hover(screen.getByRole('heading', { name: /Target/ }));
    await waitFor(() => expect(names()[0]).toBe(last));
  });
});

describe('a facet', () => {
  it('is searched inside', async () => {
    const { user } = await drawn();
    await user.click(screen.getByRole('button', { name: 'Search in User' }));
    await user.keyboard('sato');
    const users = screen.getByRole('listbox', { name: /^User:/ });
    await waitFor(() => expect(within(users).getAllByRole('option')).toHaveLength(1));
    expect(within(users).getByRole('option', { name: /sato/ })).toBeInTheDocument();
  });

  it('counts its values without regard to its own filter', async () => {
    const { user, option, target } = await drawn();
    const count = option('login').textContent;
    await user.click(target('write', 'add'));
    await waitFor(() => expect(option('write')).toHaveAttribute('aria-selected', 'true'));
    expect(option('login').textContent).toBe(count);
  });

  it('folds, keeps its filter and gives it up by one button', async () => {
    const { user, query, target } = await drawn();
    await user.click(target('write', 'add'));
    await user.click(await screen.findByRole('button', { name: '1 included' }));
    expect(query()).toBe('');
    await user.click(screen.getByRole('button', { name: 'Action' }));
    expect(screen.queryByRole('listbox', { name: /^Action:/ })).not.toBeInTheDocument();
  });

  it('says so where a search finds nothing', async () => {
    const { user } = await drawn();
    const group = screen.getByRole('region', { name: 'Action' });
    expect(within(group).getByText(/^\d+ of \d+ values$/)).toBeInTheDocument();
    await user.click(within(group).getByRole('button', { name: 'Search in Action' }));
    await user.keyboard('zzz');
    expect(await within(group).findByText('No value has this in it')).toBeInTheDocument();
    expect(within(group).getByText(/^0 of 0, \d+ in all$/)).toBeInTheDocument();
  });

  it('tells documented values that were never seen', async () => {
    const { user } = await drawn();
    const group = screen.getByRole('region', { name: 'Action' });
    await user.click(within(group).getByRole('button', { name: /^Never seen/ }));
    expect(within(group).getByText('cordon')).toBeInTheDocument();
  });
});

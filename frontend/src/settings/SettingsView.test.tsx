import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { Actions } from '../actions/Actions';
import type { Backend } from '../backend/backend';
import { BackendError } from '../backend/backend';
import { createFakeBackend, type FakeOptions } from '../backend/fake';
import type { SettingRows, SettingsRequest, SettingsResult } from '../backend/types';
import { initialView, type SettingsView as View, withSettings } from '../view/view';
import { SettingsView } from './SettingsView';

vi.setConfig({ testTimeout: 30_000 });

/** The view with the keys of its commands. */
function Whole() {
  return (
    <>
      <SettingsView />
      <Actions />
    </>
  );
}

function draw(change: Partial<View> = {}, options: { fake?: FakeOptions; backend?: Backend } = {}) {
  const view = withSettings({ ...initialView(), tab: 'settings' as const }, (s) => ({
    ...s,
    pane: 'statements' as const,
    ...change,
  }));
  return renderOnDesk(<Whole />, { view, ...options });
}

async function open(change: Partial<View> = {}, options: { fake?: FakeOptions; backend?: Backend } = {}) {
  const drawn = draw(change, options);
  const grid = await screen.findByRole('grid', { name: 'Settings' });
  await within(grid).findAllByText(/logged|before the first event/);
  return { ...drawn, grid };
}

const request = (r: Partial<SettingsRequest> = {}): SettingsRequest => ({
  at: '',
  unseen: true,
  from: '2025-12-31T23:00:00Z',
  zone: 'UTC',
  ...r,
});

describe('the settings', () => {
  it('stand by panel and deployment, each with what differs', async () => {
    const { backend, grid } = await open();
    const result = await backend.settings(request());
    const [first] = result.panels;
    expect(first?.panel).toBe('Users and roles');
    expect(within(grid).getByRole('button', { name: /Users and roles/ })).toHaveTextContent(
      `${first?.settings} settings`,
    );
    expect(screen.getByText(`${result.differ} of ${result.total}`)).toBeInTheDocument();
  });

  it('say before and after, and that they differ, to whoever hears them', async () => {
    const { grid } = await open({ search: 'roles' });
    const [row] = within(grid).getAllByRole('row', { name: /before .*differs between A and B.*, after / });
    expect(row).toBeDefined();
  });

  it('say what no audit record holds', async () => {
    await open();
    expect(
      screen.getByText('v2 server options set by flags, environment or files are not in any audit record.'),
    ).toBeInTheDocument();
  });

  it('fold away by panel and come back', async () => {
    const { grid, user, desk } = await open({ search: 'users and roles' });
    await user.click(within(grid).getByRole('button', { name: /Users and roles/ }));
    expect(within(grid).queryByText('roles')).not.toBeInTheDocument();
    expect(desk().view.settings.folded).toHaveLength(1);
    await user.click(within(grid).getByRole('button', { name: /Users and roles/ }));
    expect(await within(grid).findAllByText('roles')).not.toHaveLength(0);
  });

  it('of one instant have one value', async () => {
    const { grid, user } = await open();
    await user.click(screen.getByRole('radio', { name: 'One instant' }));
    await waitFor(() => expect(within(grid).queryByText('Value at A')).not.toBeInTheDocument());
    expect(screen.getAllByRole('slider')).toHaveLength(1);
    expect(screen.getByRole('checkbox', { name: /Only settings that differ/ })).toBeDisabled();
  });

  it('that differ or are unknown can stand alone, and undo brings the others back', async () => {
    const { backend, user, desk } = await open();
    const all = await backend.settings(request());
    const some = await backend.settings(request({ only_differ: true }));
    expect(some.total).toBeLessThan(all.total);
    await user.click(screen.getByRole('checkbox', { name: /Only settings that differ/ }));
    expect(await screen.findByText(`${some.differ} of ${some.total}`)).toBeInTheDocument();
    expect(desk().undoLabel).toBe('only settings that differ or are unknown');
    act(() => desk().undo());
    expect(await screen.findByText(`${all.differ} of ${all.total}`)).toBeInTheDocument();
  });

  it('that nothing matches say so and offer the way back', async () => {
    const { user, desk } = draw({ search: 'no such thing' });
    await user.click(await screen.findByRole('button', { name: 'Clear the search' }));
    await waitFor(() => expect(desk().view.settings.search).toBe(''));
    expect(desk().undoLabel).toBe('clear the search');
  });

  it('are searched in one step, however many letters are typed', async () => {
    const { user, desk } = await open();
    await user.type(screen.getByRole('searchbox', { name: /Setting, field/ }), 'gpu');
    await waitFor(() => expect(desk().view.settings.search).toBe('gpu'));
    act(() => desk().undo());
    expect(desk().view.settings.search).toBe('');
    expect(desk().undoLabel).toBeUndefined();
  });

  it('of a case without records never say that nothing was changed', async () => {
    draw({}, { fake: { open: 'empty' } });
    expect(
      await screen.findByText(/No record of a write to a setting was received\. That does not say that no setting/),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Import files…' })).toBeEnabled();
    expect(screen.getByRole('button', { name: 'New statement' })).toBeDisabled();
  });

  it('that could not be read say what to do', async () => {
    const backend: Backend = {
      ...createFakeBackend({ events: 200 }),
      settings: async () => {
        throw new BackendError({ message: 'the case is busy', hint: 'Try again in a moment.' });
      },
    };
    draw({}, { backend });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('the case is busy');
    expect(alert).toHaveTextContent('Try again in a moment.');
  });
});

describe('a hundred thousand settings', () => {
  it('are behind one scroll bar, and the last one is a key away', async () => {
    const fake = createFakeBackend({ events: 200 });
    const total = 100_000;
    const asked: number[] = [];
    const backend: Backend = {
      ...fake,
      settings: async (r) => ({
        ...(await fake.settings(r)),
        total,
        panels: [
          {
            panel: 'Users and roles',
            deployment: 'd',
            version: 'v2',
            settings: total,
            fields: 1,
            differ: 0,
            unknown: 0,
            first: 0,
          },
        ],
      }),
      settingRows: async (r) => {
        asked.push(r.offset);
        return {
          generation: 1,
          rows: Array.from({ length: Math.min(r.limit, total - r.offset) }, (_, i) => ({
            key: `k${r.offset + i}`,
            deployment: 'd',
            version: 'v2' as const,
            panel: 'Users and roles',
            setting: '',
            field: 'roles',
            resource_type: 'user',
            target: `user-${r.offset + i}`,
            kind: 'list' as const,
            documented: false,
            now: { known: 'unknown' as const, words: 'unknown before the first event', gaps: 0 },
          })),
        };
      },
    };
    const { grid, user, desk } = await open({ instants: 'one' }, { backend });
    grid.focus();
    await user.keyboard('{ArrowDown}{End}');
    await waitFor(() => expect(desk().view.settings.selected).toBe('k99999'));
    expect(await within(grid).findByText('user user-99999')).toBeInTheDocument();
    expect(new Set(asked).size).toBeLessThan(8);
  });
});

describe('the date control', () => {
  it('is moved by keys: a day, a month, to the ends; one step when the key is let go', async () => {
    const { user, desk } = await open();
    const a = screen.getByRole('slider', { name: /^Instant A/ });
    expect(a).toHaveAttribute('aria-valuetext', '2025-12-31 23:00:00 UTC');
    a.focus();
    await user.keyboard('{ArrowRight}');
    expect(a).toHaveAttribute('aria-valuetext', '2026-01-01 23:00:00 UTC');
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
    expect(a).toHaveAttribute('aria-valuetext', '2026-02-01 23:00:00 UTC');
    await user.keyboard('{ArrowLeft>3/}');
    expect(a).toHaveAttribute('aria-valuetext', '2026-01-29 23:00:00 UTC');
    expect(desk().undoLabel).toBe('A to 2026-01-29 23:00:00');
    act(() => desk().undo());
    expect(a).toHaveAttribute('aria-valuetext', '2026-02-01 23:00:00 UTC');
    await user.keyboard('{Home}');
    expect(Number(a.getAttribute('aria-valuenow'))).toBe(Number(a.getAttribute('aria-valuemin')));
  });

  it('keeps A before B', async () => {
    const { user } = await open();
    const a = screen.getByRole('slider', { name: /^Instant A/ });
    const b = screen.getByRole('slider', { name: /^Instant B/ });
    a.focus();
    await user.keyboard('{End}');
    expect(Number(a.getAttribute('aria-valuenow'))).toBeLessThan(Number(b.getAttribute('aria-valuenow')));
    b.focus();
    await user.keyboard('{Home}');
    expect(Number(b.getAttribute('aria-valuenow'))).toBeGreaterThan(Number(a.getAttribute('aria-valuenow')));
  });

  it('takes a date that is typed, and says how to write one', async () => {
    const { user, desk } = await open();
    screen.getByRole('slider', { name: /^Instant B/ }).focus();
    await user.keyboard('{Enter}');
    const field = await screen.findByRole('textbox', { name: /Instant B, UTC/ });
    await user.clear(field);
    await user.type(field, 'June{Enter}');
    expect(await screen.findByText(/Write a day as 2026-06-30/)).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, '2019-01-01{Enter}');
    expect(await screen.findByText(/A before B/)).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, '2026-03-01 12:30{Enter}');
    await waitFor(() => expect(desk().view.settings.at).toBe('2026-03-01T12:30:00Z'));
    expect(screen.queryByRole('textbox', { name: /Instant B, UTC/ })).not.toBeInTheDocument();
  });

  it('asks one thing at a time and never shows an answer that comes late', async () => {
    const fake = createFakeBackend({ events: 600 });
    const waiting: { at: string; answer: () => void }[] = [];
    let hold = false;
    const backend: Backend = {
      ...fake,
      settings: async (r): Promise<SettingsResult> => {
        const result = await fake.settings(r);
        if (hold) await new Promise<void>((done) => waiting.push({ at: r.at, answer: done }));
        return result;
      },
      settingRows: async (r): Promise<SettingRows> => fake.settingRows(r),
    };
    const { user } = await open({ instants: 'one' }, { backend });
    const pin = screen.getByRole('slider');
    pin.focus();
    const before = screen.getByText(/, after .* logged writes/).textContent;
    hold = true;
    await user.keyboard('{ArrowLeft>9/}');
    await waitFor(() => expect(waiting).toHaveLength(1));
    expect(screen.getByText(/, after .* logged writes/)).toHaveTextContent(before ?? '');
    act(() => waiting[0]?.answer());
    // The next question is about where the pin stands now, not about each day on the way.
    await waitFor(() => expect(waiting).toHaveLength(2));
    expect(pin).toHaveAttribute('aria-valuetext', `${waiting[1]?.at.slice(0, 19).replace('T', ' ')} UTC`);
    const want = await fake.settings({ at: waiting[1]?.at ?? '', unseen: true, zone: 'UTC' });
    act(() => waiting[1]?.answer());
    await waitFor(() =>
      expect(screen.getByText(/, after .* logged writes/)).toHaveTextContent(`after ${want.writes} logged writes`),
    );
    expect(waiting).toHaveLength(2);
  });
});

describe('a setting', () => {
  it('shows its whole history beside the table: attempts never applied, breaks, and a way to each event', async () => {
    const { grid, user, desk, backend } = await open({ search: 'default_ttl' }, { fake: { events: 5000 } });
    await user.click(within(grid).getByText('default_ttl'));
    const history = await screen.findByRole('region', { name: 'History' });
    const rows = await backend.settingRows({ ...request({ search: 'default_ttl' }), offset: 0, limit: 1 });
    const { rows: all } = await backend.settingHistory({ key: rows.rows[0]?.key ?? '', offset: 0, limit: 500 });
    const refused = all.filter((r) => !r.applied);
    expect(refused.length).toBeGreaterThan(0);
    expect(within(history).getAllByText('not applied')).toHaveLength(refused.length);
    expect(within(history).getAllByText('A change that the log lacks')).toHaveLength(all.filter((r) => r.break).length);
    const [first] = all;
    await user.click(within(history).getByRole('button', { name: new RegExp(`open event ${first?.event}`) }));
    expect(desk().view.tab).toBe('events');
    expect(desk().view.events.selected).toContain(first?.event);
    act(() => desk().undo());
    expect(desk().view.tab).toBe('settings');
  });

  it('marks both instants among its writes', async () => {
    const { grid, user } = await open({ search: 'gpu vendor' }, { fake: { events: 3000 } });
    await user.click(within(grid).getByText('gpu vendor'));
    const history = await screen.findByRole('region', { name: 'History' });
    const marks = within(history)
      .getAllByRole('listitem')
      .filter((li) => /^[AB] 20/.test(li.textContent ?? ''));
    expect(marks.map((li) => li.textContent?.[0])).toEqual(['B', 'A']);
  });

  it('is copied as a line, a Markdown line or a row', async () => {
    const fake = createFakeBackend({ events: 3000 });
    const { grid, user } = await open({ search: 'gpu vendor' }, { backend: fake });
    await user.click(within(grid).getByText('gpu vendor'));
    await user.click(await screen.findByRole('button', { name: 'Copy line: the setting' }));
    await user.click(await screen.findByRole('menuitem', { name: 'As Markdown' }));
    await waitFor(() => expect(fake.copied()).toContain('`gpu vendor`'));
    expect(await screen.findByText('Copied: the setting')).toBeInTheDocument();
  });

  it('that was never seen says that this is no proof', async () => {
    const { grid, user } = await open({ search: 'default registry' });
    await user.click(within(grid).getByText('default registry enabled'));
    expect(
      await screen.findByText(/No write to it is recorded. That does not say that it was never changed/),
    ).toBeInTheDocument();
  });

  it('goes back to the statements with Escape', async () => {
    const { grid, user } = await open({ search: 'gpu vendor' }, { fake: { events: 3000 } });
    await user.click(within(grid).getByText('gpu vendor'));
    const pane = await screen.findByRole('group', { name: 'Setting' });
    within(pane).getByRole('button', { name: 'Close' }).focus();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('group', { name: 'Setting' })).not.toBeInTheDocument());
    expect(screen.getByRole('grid')).toHaveFocus();
  });
});

describe('keys', () => {
  it('show only what differs, go to the search, copy the chosen setting, ask for a statement', async () => {
    const fake = createFakeBackend({ events: 3000 });
    const { grid, user, desk } = await open({}, { backend: fake });
    await user.keyboard('{Control>}{Shift>}D{/Shift}{/Control}');
    expect(screen.getByRole('checkbox', { name: /Only settings that differ/ })).toBeChecked();
    await user.keyboard('/');
    expect(screen.getByRole('searchbox', { name: /Setting, field/ })).toHaveFocus();
    await user.keyboard('gpu vendor');
    await user.click(await within(grid).findByText('gpu vendor'));
    await screen.findByRole('region', { name: 'History' });
    await user.keyboard('{Control>}{Shift>}C{/Shift}{/Control}');
    await waitFor(() => expect(fake.copied()).toContain('gpu vendor of coder.northwind-bank.example'));
    await user.keyboard('{Control>}{Shift>}S{/Shift}{/Control}');
    const dialog = await screen.findByRole('dialog', { name: 'New statement' });
    expect(within(dialog).getByRole('option', { name: /^gpu vendor/, selected: true })).toBeInTheDocument();
    expect(desk().dialog).toBe('statement');
  });
});

describe('a statement', () => {
  async function ask(user: ReturnType<typeof draw>['user'], name: string, from: string, to: string) {
    await user.click(screen.getByRole('button', { name: 'New statement' }));
    const dialog = await screen.findByRole('dialog', { name: 'New statement' });
    await user.type(within(dialog).getByRole('searchbox'), name);
    await user.click(await within(dialog).findByRole('option', { name: new RegExp(`^${name} *,`) }));
    for (const [label, text] of [
      [/^From/, from],
      [/^To/, to],
    ] as const) {
      const field = within(dialog).getByRole('textbox', { name: label });
      await user.clear(field);
      await user.type(field, text);
    }
    await user.click(within(dialog).getByRole('button', { name: 'State it' }));
  }

  it('is made where records cover the time, with their sources, and is copied', async () => {
    const fake = createFakeBackend({ events: 600 });
    const { user, desk } = await open({}, { backend: fake });
    await ask(user, 'default registry enabled', '2026-01-02', '2026-03-10');
    const card = await screen.findByRole('article', { name: 'Statement on default registry enabled' });
    expect(await within(card).findByText(/No successful write to/)).toBeInTheDocument();
    expect(within(card).getByText(/Records of 2 sources lie in that time/)).toBeInTheDocument();
    expect(within(card).getByRole('list', { name: 'What no audit log holds' })).toHaveTextContent('flags, environment');
    expect(desk().undoLabel).toBe('statement on default registry enabled');
    await user.click(within(card).getByRole('button', { name: /^Copy: the statement/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'As text' }));
    await waitFor(() => expect(fake.copied()).toContain('No successful write to `default registry enabled`'));
  });

  it('is refused where they do not, names the stretches, and offers to import them', async () => {
    const { user, desk } = await open();
    await ask(user, 'default registry enabled', '2026-01-02', '2026-06-30');
    const card = await screen.findByRole('article', { name: 'Statement on default registry enabled' });
    expect(await within(card).findByRole('heading', { name: /Can't be stated/ })).toBeInTheDocument();
    expect(within(card).getByRole('list', { name: 'Stretches without records' })).toHaveTextContent(
      '2026-03-14 02:00 → 03-16 09:30 UTC, 2 d 7 h',
    );
    expect(within(card).getByRole('button', { name: 'Import what is missing…' })).toBeEnabled();
    await user.click(within(card).getByRole('button', { name: 'Remove this statement' }));
    expect(screen.queryByRole('article', { name: /Statement on/ })).not.toBeInTheDocument();
    act(() => desk().undo());
    expect(await screen.findByRole('article', { name: /Statement on/ })).toBeInTheDocument();
  });

  it('lists the first stretches, and all when they are asked for', async () => {
    const fake = createFakeBackend({ events: 600 });
    const missing = Array.from({ length: 9 }, (_, i) => ({
      deployment: 'd',
      from: `2026-02-1${i}T00:00:00Z`,
      to: `2026-02-1${i}T06:00:00Z`,
    }));
    const statement: Backend['statement'] = async (r) => ({ ...(await fake.statement(r)), gaps: missing });
    const { user } = await open({}, { backend: { ...fake, statement } });
    await ask(user, 'default registry enabled', '2026-01-02', '2026-06-30');
    const list = await screen.findByRole('list', { name: 'Stretches without records' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(5);
    await user.click(screen.getByRole('button', { name: 'Show all 9 stretches', expanded: false }));
    expect(within(list).getAllByRole('listitem')).toHaveLength(9);
    await user.click(screen.getByRole('button', { name: 'Show the first few', expanded: true }));
    expect(within(list).getAllByRole('listitem')).toHaveLength(5);
  });

  it('is not made where writes are logged: each leads to its event', async () => {
    const { user, desk } = await open({}, { fake: { events: 3000 } });
    await ask(user, 'gpu vendor', '2026-01-02', '2026-03-10');
    const card = await screen.findByRole('article', { name: 'Statement on gpu vendor' });
    const writes = await within(card).findByRole('list', { name: 'Logged writes' });
    const [first] = within(writes).getAllByRole('button');
    if (first === undefined) throw new Error('no write');
    await user.click(first);
    expect(desk().view.tab).toBe('events');
  });

  it('is not asked for with dates that are none, or the wrong way round', async () => {
    const { user, desk } = await open();
    await ask(user, 'default registry enabled', 'June', '2026-03-10');
    const dialog = screen.getByRole('dialog', { name: 'New statement' });
    expect(within(dialog).getByText(/Write a day as/)).toBeInTheDocument();
    const from = within(dialog).getByRole('textbox', { name: /^From/ });
    await user.clear(from);
    await user.type(from, '2026-03-11{Enter}');
    expect(await within(dialog).findByText(/must be after the first/)).toBeInTheDocument();
    expect(desk().view.settings.statements).toHaveLength(0);
  });
});

describe('attempts', () => {
  it('between the instants are listed as not applied, and lead to their events', async () => {
    const { user, desk, backend } = await open({}, { fake: { events: 3000 } });
    const { attempts } = await backend.settings(request());
    const card = await screen.findByRole('article', { name: 'Attempts that were not applied' });
    expect(card).toHaveTextContent(`${attempts.total} attempts denied or failed between A and B, not applied`);
    const [first] = within(card).getAllByRole('button', { name: /open the event/ });
    if (first === undefined) throw new Error('no attempt');
    await user.click(first);
    expect(desk().view.events.selected).toContain(attempts.rows[0]?.event);
  });
});

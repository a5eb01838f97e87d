import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import type { Backend } from '../backend/backend';
import { createFakeBackend } from '../backend/fake';
import type { Completeness } from '../backend/types';
import { queryText } from '../view/view';
import { SourcesView } from './SourcesView';

vi.setConfig({ testTimeout: 30_000 });

function draw(backend: Backend = createFakeBackend({ events: 300 })) {
  return renderOnDesk(<SourcesView />, { backend });
}

const v1 = 'coder.northwind-bank.example';

async function tests(deployment = v1) {
  return screen.findByRole('list', { name: `Tests of deployment ${deployment}` });
}

async function test(title: RegExp, deployment = v1) {
  const list = await tests(deployment);
  return within(list).findByRole('button', { name: title });
}

describe('the tests of the records', () => {
  it('say verdict and reason of each test, by deployment', async () => {
    draw();
    expect(await test(/^Differs Stretches without any record/)).toHaveAccessibleName(
      /3 findings.*longer than the usual rhythm explains/,
    );
    expect(await test(/^Cannot be tested Rows that look synthetic/)).toBeInTheDocument();
    expect(await test(/^Agrees Rows that look synthetic/, 'next.northwind-bank.example')).toBeInTheDocument();
    const section = screen.getByRole('region', { name: 'Tests of what was received' });
    expect(section).toHaveTextContent('1 differs, 4 agree, 2 cannot be tested');
    expect(section).toHaveTextContent('the events that a finding opens are those within the scope of the audit');
  });

  it('open to what they found, each finding a link to its rows', async () => {
    const { user, desk } = draw();
    const rhythm = await test(/Stretches without any record/);
    expect(rhythm).toHaveAttribute('aria-expanded', 'false');
    await user.click(rhythm);
    expect(rhythm).toHaveAttribute('aria-expanded', 'true');
    await user.click(screen.getByRole('button', { name: /^no record from 2026-03-14 02:00/ }));
    await waitFor(() => expect(desk().view.tab).toBe('events'));
    expect(queryText(desk().view.events)).toBe(
      `deployment:${v1} after:2026-03-14T02:00:00Z before:2026-03-16T09:30:00Z`,
    );
  });

  it('are reached and opened by keys', async () => {
    const { user } = draw();
    const rhythm = await test(/Stretches without any record/);
    act(() => rhythm.focus());
    await user.keyboard('{Enter}');
    expect(rhythm).toHaveAttribute('aria-expanded', 'true');
    await user.keyboard('{Tab}');
    expect(screen.getByRole('button', { name: /^no record from 2026-03-14/ })).toHaveFocus();
  });

  it('show every day by form, and the days between that have none', async () => {
    const { user } = draw();
    await user.click(await test(/Records received by day and form/));
    await user.click(screen.getByRole('button', { name: 'Show every day' }));
    const table = await screen.findByRole('table', { name: 'Records by day and form' });
    expect(within(table).getByRole('columnheader', { name: 'v1 json' })).toBeInTheDocument();
    expect(within(table).getAllByText(/day.? without any record/).length).toBeGreaterThan(0);
  });

  it('stand in their places while the answer is awaited', async () => {
    const backend = createFakeBackend({ events: 300 });
    let answer: (value: Completeness) => void = () => {};
    const late: Backend = {
      ...backend,
      completeness: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    draw(late);
    const list = await tests();
    expect(within(list).getAllByText('Testing…')).toHaveLength(7);
    expect(screen.getByRole('region', { name: 'Files to case' })).toHaveTextContent('Testing…');
    answer(await backend.completeness('UTC'));
    await waitFor(() => expect(within(list).queryByText('Testing…')).toBeNull());
    expect(screen.getByRole('region', { name: 'Files to case' })).toHaveTextContent('Agrees');
  });

  it('leave a case without records to its first import', async () => {
    draw(createFakeBackend({ open: 'empty' }));
    expect(await screen.findByText('The case holds no records yet')).toBeInTheDocument();
    expect(screen.queryByRole('region', { name: 'Tests of what was received' })).toBeNull();
  });
});

describe('the sources', () => {
  it('say that no file held a record, and claim nothing of days between', async () => {
    const fake = createFakeBackend({ events: 50 });
    const backend = {
      ...fake,
      state: async () => {
        const state = await fake.state();
        return state.open === undefined ? state : { ...state, open: { ...state.open, deployments: [] } };
      },
      sources: async () => {
        const all = await fake.sources();
        return {
          ...all,
          sources: all.sources.slice(0, 1).map((s) => ({ ...s, path: '/logs/a.txt', records: 0, shape: '' })),
        };
      },
    };
    renderOnDesk(<SourcesView />, { backend });
    expect(await screen.findByText(/no audit record in any of them/)).toHaveTextContent(
      /^1 source, and no audit record in any of them\.$/,
    );
    const list = screen.getByRole('region', { name: 'Sources' });
    expect(within(list).getByRole('option')).toHaveTextContent('no audit record found');
    expect(list).toHaveTextContent('in /logs/');
  });

  it('name each file by what tells it from the others', async () => {
    const fake = createFakeBackend({ events: 50 });
    const backend = {
      ...fake,
      sources: async () => {
        const all = await fake.sources();
        return { ...all, sources: all.sources.slice(0, 2).map((s, i) => ({ ...s, path: `/logs/0${i}/audit.json` })) };
      },
    };
    renderOnDesk(<SourcesView />, { backend });
    const table = await screen.findByRole('table', { name: 'Accounting by source' });
    const names = within(table)
      .getAllByRole('rowheader')
      .map((r) => r.textContent);
    expect(names).toEqual(['00/audit.json', '01/audit.json', '2 sources']);
  });
});

describe('the receipt of a source', () => {
  it('is written, compared while it is typed, and shown with its source', async () => {
    const { user } = draw();
    const list = await screen.findByRole('listbox', { name: 'Sources' });
    const button = screen.getByRole('button', { name: 'Receipt…' });
    expect(button).toBeDisabled();
    const [first] = within(list).getAllByRole('option');
    if (first === undefined) throw new Error('no source');
    expect(first).toHaveTextContent('none stated');
    await user.click(first);
    await user.click(button);
    const dialog = await screen.findByRole('dialog', { name: 'Receipt' });
    await user.type(within(dialog).getByRole('textbox', { name: 'Received from' }), 'A. Keller');
    const digest = within(dialog).getByRole('textbox', { name: 'Stated SHA-256' });
    await user.type(digest, 'abc');
    expect(await within(dialog).findByText(/64 digits/)).toBeInTheDocument();
    expect(within(dialog).getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.clear(digest);
    await user.type(within(dialog).getByRole('textbox', { name: 'Stated count' }), 'many');
    expect(within(dialog).getByText('Write a number')).toBeInTheDocument();
    await user.clear(within(dialog).getByRole('textbox', { name: 'Stated count' }));
    await user.click(digest);
    await user.paste('0'.repeat(64));
    expect(await within(dialog).findByText(/^differs from what you received/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await waitFor(() => expect(within(list).getAllByRole('option')[0]).toHaveTextContent('A. Keller'));
    expect(within(list).getAllByRole('option')[0]).toHaveTextContent('differs from the stated one');
  });

  it('says which source it replaces, and opens what the two do not share', async () => {
    const fake = createFakeBackend({ events: 300 });
    const backend: Backend = {
      ...fake,
      sources: async () => {
        const all = await fake.sources();
        const [old, next] = all.sources;
        if (old === undefined || next === undefined) throw new Error('too few sources');
        return { ...all, sources: [old, { ...next, deployment: old.deployment, receipt: { replaces: old.number } }] };
      },
    };
    const { user, desk } = draw(backend);
    const list = await screen.findByRole('listbox', { name: 'Sources' });
    const second = within(list).getAllByRole('option')[1];
    if (second === undefined) throw new Error('no second source');
    await user.click(second);
    const again = await screen.findByRole('region', { name: 'Sent again' });
    expect(await within(again).findByText(/200 alike/)).toHaveTextContent(/12 new, 3 missing, 1 differs; 200 alike\.$/);
    await user.click(within(again).getByRole('button', { name: '12 new' }));
    await waitFor(() => expect(desk().view.tab).toBe('events'));
    expect(queryText(desk().view.events)).toMatch(/^source:"?#\d+"? -source:"?#\d+"?$/);
  });

  it('stands below the list for the chosen one, each comparison as a shape and a word', async () => {
    const fake = createFakeBackend({ events: 300 });
    const [first] = (await fake.sources()).sources;
    if (first === undefined) throw new Error('no source');
    await fake.saveReceipt({
      source: first.number,
      receipt: { from: 'A. Keller', request: 'R-0141', sha256: first.sha256 ?? '', count: first.records + 1 },
    });
    const { user } = draw(fake);
    const list = await screen.findByRole('listbox', { name: 'Sources' });
    expect(screen.queryByRole('region', { name: 'Receipt' })).toBeNull();
    const option = within(list).getAllByRole('option')[0];
    if (option === undefined) throw new Error('no source in the list');
    await user.click(option);
    const receipt = await screen.findByRole('region', { name: 'Receipt' });
    const fact = (name: string) => within(receipt).getByText(name, { selector: 'dt' }).nextElementSibling;
    expect(fact('From')).toHaveTextContent('A. Keller');
    expect(fact('Not noted')).toHaveTextContent(/^received, extracted by$/);
    expect(fact('SHA-256 stated')).toHaveTextContent(/^[0-9a-f]{64}matches what you received$/);
    expect(fact('Count stated')).toHaveTextContent(/differs: \d+ stated/);
    await user.click(within(receipt).getByRole('button', { name: 'Edit the receipt…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Receipt' });
    expect(within(dialog).getByRole('textbox', { name: 'Received from' })).toHaveValue('A. Keller');
  });

  it('says which earlier source it looks like, and notes that only when told to', async () => {
    const fake = createFakeBackend({ events: 300 });
    const backend: Backend = {
      ...fake,
      sources: async () => {
        const all = await fake.sources();
        const noted = all.sources[1]?.receipt?.replaces !== undefined;
        return { ...all, suggestions: noted ? [] : [{ source: 2, replaces: 1, why: 'it has the same name' }] };
      },
    };
    const { user } = draw(backend);
    const list = await screen.findByRole('listbox', { name: 'Sources' });
    const second = within(list).getAllByRole('option')[1];
    if (second === undefined) throw new Error('no second source');
    await user.click(second);
    const receipt = await screen.findByRole('region', { name: 'Receipt' });
    expect(receipt).toHaveTextContent(/It looks like #1 .*, sent again: it has the same name\./);
    expect(screen.queryByRole('region', { name: 'Sent again' })).toBeNull();
    await user.click(within(receipt).getByRole('button', { name: 'Edit the receipt…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Receipt' });
    expect(within(dialog).getByText(/It looks like #1 .*: it has the same name\./)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await user.click(within(receipt).getByRole('button', { name: 'Note that it replaces #1' }));
    const again = await screen.findByRole('region', { name: 'Sent again' });
    expect(await within(again).findByRole('button', { name: '3 missing' })).toBeInTheDocument();
    expect(within(receipt).queryByText(/It looks like/)).toBeNull();
  });
});

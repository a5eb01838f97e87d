import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { Actions } from '../actions/Actions';
import { BackendError } from '../backend/backend';
import { createFakeBackend, type FakeBackend } from '../backend/fake';
import type { RolledRow, RollForward, RollForwardRequest } from '../backend/types';
import { initialView, withRollForward } from '../view/view';
import { RollForwardView } from './RollForwardView';

vi.setConfig({ testTimeout: 30_000 });

const answerOf = (rows: readonly RolledRow[], more: Partial<RollForward> = {}): RollForward => ({
  generation: 1,
  opening_at: '2026-01-01T00:00:00Z',
  closing_at: '2026-06-30T23:59:59Z',
  opening: 'opening.json',
  closing: 'closing.csv',
  opening_sha256: 'aa',
  closing_sha256: 'bb',
  differs: rows.filter((r) => r.verdict === 'differs').length,
  cannot_be_tested: rows.filter((r) => r.verdict === 'cannot be tested').length,
  agrees: rows.filter((r) => r.verdict === 'agrees').length,
  gaps: 2,
  rows,
  unnamed: 1,
  limits: ['The instants are the client’s word.'],
  ...more,
});

const rows: readonly RolledRow[] = [
  {
    verdict: 'differs',
    words: 'the last logged change, AAAA-BBBB-CCCC, left <b>25</b>\u202e, closing says 42',
    deployment: 'acme',
    resource_type: 'group',
    target: 'ops',
    field: 'quota_allowance',
    opening_value: 10,
    closing_value: 42,
    opening_line: 3,
    closing_line: 9,
    changes: 2,
    events: ['1111-2222-3333', 'AAAA-BBBB-CCCC'],
    lacks: [{ after: 'AAAA-BBBB-CCCC', before: 'closing', gaps: 0, words: 'left 25, closing says 42' }],
  },
  {
    verdict: 'cannot be tested',
    words: 'the closing snapshot does not have the setting',
    field: 'api_token',
    secret: true,
    opening_value: '(set)',
    opening_line: 4,
    changes: 0,
  },
  {
    verdict: 'agrees',
    words: 'opening and closing are the same, and no applied change is logged in between',
    field: 'icon',
    opening_bytes: 5002,
    closing_value: '',
    opening_line: 5,
    closing_line: 5,
    changes: 0,
  },
];

function draw(change: Partial<FakeBackend> = {}) {
  const backend = { ...createFakeBackend({ events: 600 }), rollForward: async () => answerOf(rows), ...change };
  const view = withRollForward({ ...initialView(), tab: 'settings' as const }, { shown: true });
  return {
    ...renderOnDesk(
      <>
        <RollForwardView />
        <Actions />
      </>,
      { backend, view },
    ),
    fake: backend,
  };
}

/** Chooses both files and compares, by keys alone. */
async function compare(change: Partial<FakeBackend> = {}) {
  const drawn = draw(change);
  const { user } = drawn;
  await waitFor(() => expect(screen.getByRole('button', { name: 'Choose the opening snapshot…' })).toHaveFocus());
  await user.keyboard('{Enter}');
  await screen.findByText('settings-2026-01-01.json');
  await user.tab();
  await user.tab();
  expect(screen.getByRole('button', { name: 'Choose the closing snapshot…' })).toHaveFocus();
  await user.keyboard('{Enter}');
  await screen.findByText('settings-2026-06-30.csv');
  await user.tab();
  await user.keyboard('{Enter}');
  const grid = await screen.findByRole('grid', { name: 'Compared settings' });
  return { ...drawn, grid };
}

describe('before a comparison', () => {
  it('says what the client is to be asked for, and which instants are meant', async () => {
    draw();
    expect(await screen.findByText(/The client gives two snapshots of settings/)).toBeInTheDocument();
    expect(
      await screen.findByText('Left empty: the beginning of the period under audit, 2026-01-01.'),
    ).toBeInTheDocument();
    expect(screen.getByText('Left empty: the end of the period under audit, 2026-06-30.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Compare' })).toBeDisabled();
    expect(screen.getByRole('button', { name: /Save as/ })).toBeDisabled();
  });

  it('a file that can’t be read says where and what to do, and another one can be chosen', async () => {
    let broken = true;
    const { chooseSnapshot } = createFakeBackend({ events: 10 });
    const { user } = draw({
      chooseSnapshot: async (end) => {
        if (broken)
          throw new BackendError({
            message: 'opening.json, line 2: broken JSON',
            hint: 'save it as one JSON document',
          });
        return chooseSnapshot(end);
      },
    });
    const opening = within(await screen.findByRole('group', { name: 'Opening snapshot' }));
    await user.click(opening.getByRole('button'));
    const alert = await opening.findByRole('alert');
    expect(alert).toHaveTextContent('opening.json, line 2: broken JSON');
    expect(alert).toHaveTextContent('save it as one JSON document');
    broken = false;
    await user.click(opening.getByRole('button'));
    expect(await opening.findByText('settings-2026-01-01.json')).toBeInTheDocument();
    expect(opening.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('a dialog that was cancelled changes nothing', async () => {
    const { user, desk } = draw({ chooseSnapshot: async () => undefined });
    await user.click(await screen.findByRole('button', { name: 'Choose the opening snapshot…' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Choose the opening snapshot…' })).toBeEnabled());
    expect(desk().view.rollForward.opening).toBeUndefined();
  });

  it('says how to write an instant, and asks nothing with one that is none', async () => {
    const rollForward = vi.fn(async () => answerOf(rows));
    const { user } = await compare({ rollForward });
    expect(rollForward).toHaveBeenCalledTimes(1);
    await user.type(screen.getByRole('textbox', { name: /^Closing snapshot/ }), 'yesterday{Enter}');
    expect(await screen.findByText(/Write a day as 2026-06-30/)).toBeInTheDocument();
    expect(rollForward).toHaveBeenCalledTimes(1);
  });
});

describe('a comparison', () => {
  it('is of the two files and what was typed', async () => {
    const rollForward = vi.fn(async (_: RollForwardRequest) => answerOf(rows));
    const { user } = await compare({ rollForward });
    expect(rollForward).toHaveBeenLastCalledWith({
      opening: 'snapshot-opening',
      closing: 'snapshot-closing',
      zone: 'UTC',
    });
    await user.type(screen.getByRole('textbox', { name: /^Opening snapshot/ }), '2026-02-01{Enter}');
    await waitFor(() =>
      expect(rollForward).toHaveBeenLastCalledWith({
        opening: 'snapshot-opening',
        closing: 'snapshot-closing',
        opening_at: '2026-02-01',
        zone: 'UTC',
      }),
    );
  });

  it('says how many differ, can’t be tested and agree, and what it can’t show', async () => {
    await compare();
    const result = within(screen.getByRole('region', { name: 'Result' }));
    expect(result.getByRole('status')).toHaveTextContent(
      '1 differs, 1 cannot be tested, 1 agrees, 2 stretches without records in between, 1 setting with applied changes in between stands in neither snapshot',
    );
    expect(result.getByText(/as of 2026-01-01 00:00:00/)).toHaveTextContent(
      'opening.json as of 2026-01-01 00:00:00 → closing.csv as of 2026-06-30 23:59:59 UTC',
    );
    expect(result.getByText('The instants are the client’s word.')).toBeInTheDocument();
  });

  it('folds what agrees until it is asked for', async () => {
    const { user, grid } = await compare();
    expect(within(grid).queryByText('icon')).not.toBeInTheDocument();
    await user.click(within(grid).getByRole('button', { name: /Agrees 1 setting/ }));
    expect(await within(grid).findByText('icon')).toBeInTheDocument();
  });

  it('shows one verdict alone', async () => {
    const { user, grid } = await compare();
    await user.click(screen.getByRole('radio', { name: 'Agrees 1' }));
    expect(await within(grid).findByText('icon')).toBeInTheDocument();
    expect(within(grid).queryByText('quota_allowance')).not.toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Differs 1' }));
    expect(await within(grid).findByText('quota_allowance')).toBeInTheDocument();
  });

  it('is heard as opening, in between, closing and verdict', async () => {
    const { grid } = await compare();
    expect(
      within(grid).getByRole('row', {
        name: /quota_allowance.*, opening 10.*, in between 2 applied changes.*, closing 42.*, differs: /,
      }),
    ).toBeInTheDocument();
  });

  it('never draws texts of files and logs as markup, nor a turn of direction', async () => {
    const { grid } = await compare();
    expect(grid).toHaveTextContent('<b>25</b>');
    expect(within(grid).getAllByText('U+202E').length).toBeGreaterThan(0);
    expect(document.body.textContent).not.toContain('\u202e');
  });

  it('says what it does not list', async () => {
    await compare({ rollForward: async () => answerOf(rows, { agrees: 41, left_out: 40 }) });
    expect(screen.getByText(/The first 3 of 43 settings are listed; a file .* holds all/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /Agrees 41 settings, 1 listed/ })).toBeInTheDocument();
  });

  it('that could not be made says why', async () => {
    const { desk, user } = draw({
      rollForward: async () => {
        throw new BackendError({ message: 'The opening snapshot is no longer known', hint: 'Choose the file again.' });
      },
    });
    act(() => desk().amend((v) => withRollForward(v, { asked: { opening: 'gone', closing: 'gone' } })));
    expect(await screen.findByText('The opening snapshot is no longer known')).toBeInTheDocument();
    expect(screen.getByText('Choose the file again.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Settings' }));
    expect(desk().view.rollForward.shown).toBe(false);
  });

  it('is of the file on screen: another one takes the answer away', async () => {
    const { user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Choose the closing snapshot…' }));
    await waitFor(() => expect(screen.queryByRole('grid')).not.toBeInTheDocument());
  });
});

describe('a setting of a comparison', () => {
  it('is opened by keys: values with their places, changes, what the log lacks; Escape closes it', async () => {
    const { user, grid } = await compare();
    act(() => grid.focus());
    await user.keyboard('{ArrowDown}{Enter}');
    const pane = within(await screen.findByRole('group', { name: 'Compared setting' }));
    expect(pane.getByText(/, line 3$/)).toHaveTextContent('opening.json, line 3');
    expect(pane.getByText(/, line 9$/)).toHaveTextContent('closing.csv, line 9');
    expect(pane.getByRole('heading', { name: 'The log lacks 1 change, or a snapshot is wrong' })).toBeInTheDocument();
    expect(pane.getByRole('region', { name: 'What the log lacks' })).toHaveTextContent(
      /between open event AAAA-BBBB-CCCC and the closing snapshot/,
    );
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('group', { name: 'Compared setting' })).not.toBeInTheDocument();
  });

  it('leads to its events, and undo back to the comparison', async () => {
    const { user, grid, desk } = await compare();
    await user.click(within(grid).getByText('quota_allowance'));
    await user.click(await screen.findByRole('button', { name: 'open event 1111-2222-3333' }));
    expect(desk().view.tab).toBe('events');
    expect(desk().view.events.selected).toBe('1111-2222-3333@acme');
    act(() => desk().undo());
    expect(desk().view.tab).toBe('settings');
    expect(desk().view.rollForward.shown).toBe(true);
    expect(await screen.findByRole('group', { name: 'Compared setting' })).toBeInTheDocument();
  });

  it('that is secret, long or not there does not look like a value', async () => {
    const { user, grid } = await compare();
    expect(within(grid).getByRole('img', { name: 'secret' })).toBeInTheDocument();
    expect(within(grid).getByText('not in this snapshot')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Agrees 1' }));
    expect(await within(grid).findByText(/a long value/)).toBeInTheDocument();
    expect(within(grid).getByText('(empty)')).toBeInTheDocument();
  });

  it.each([
    ['As text', 'text'],
    ['As Markdown', 'markdown'],
    ['As a row of a spreadsheet', 'row'],
  ])('is copied %s', async (label, format) => {
    const rollForwardLine = vi.fn(async () => `a line: ${format}`);
    const { user, grid, fake } = await compare({ rollForwardLine });
    await user.click(within(grid).getByText('api_token'));
    await user.click(await screen.findByRole('button', { name: 'Copy line: the row' }));
    await user.click(await screen.findByRole('menuitem', { name: label }));
    await waitFor(() => expect(fake.copied()).toBe(`a line: ${format}`));
    expect(rollForwardLine).toHaveBeenLastCalledWith({
      opening: 'snapshot-opening',
      closing: 'snapshot-closing',
      zone: 'UTC',
      generation: 1,
      row: 1,
      format,
    });
  });
});

describe('a roll-forward', () => {
  it.each([
    ['Workbook…', 'xlsx'],
    ['CSV…', 'csv'],
  ] as const)('is saved as %s, and says where', async (label, format) => {
    const saveRollForward = vi.fn(async () => ({ name: `rolled.${format}`, folder: '~' }));
    const { user } = await compare({ saveRollForward });
    await user.click(screen.getByRole('button', { name: /Save as/ }));
    await user.click(await screen.findByRole('menuitem', { name: label }));
    expect(await screen.findByText(`rolled.${format}`)).toBeInTheDocument();
    expect(saveRollForward).toHaveBeenCalledWith({
      opening: 'snapshot-opening',
      closing: 'snapshot-closing',
      zone: 'UTC',
      format,
    });
  });

  it('that can’t be saved says why', async () => {
    const { user, desk } = await compare({
      saveRollForward: async () => {
        throw new BackendError({ message: 'a roll-forward would replace the snapshot closing.csv' });
      },
    });
    await user.click(screen.getByRole('button', { name: /Save as/ }));
    await user.click(await screen.findByRole('menuitem', { name: 'CSV…' }));
    await waitFor(() => expect(desk().trouble?.message).toContain('would replace the snapshot'));
  });

  it('gives way to the settings for what is done there', async () => {
    const { user, desk } = await compare();
    await user.keyboard('{Control>}{Shift>}S{/Shift}{/Control}');
    await waitFor(() => expect(desk().dialog).toBe('statement'));
    expect(desk().view.rollForward.shown).toBe(false);
    act(() => desk().closeDialog());
    await user.keyboard('{Control>}{Shift>}R{/Shift}{/Control}');
    await waitFor(() => expect(desk().view.rollForward.shown).toBe(true));
  });
});

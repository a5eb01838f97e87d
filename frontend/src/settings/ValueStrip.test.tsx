import { screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import type { HistoryRow, SettingRow } from '../backend/types';
import type { Writes } from './useWrites';
import { ValueStrip } from './ValueStrip';

const setting: SettingRow = {
  key: 'k',
  deployment: 'coder.northwind-bank.example',
  version: 'v1',
  panel: 'Infrastructure',
  setting: 'GPU Vendor',
  field: 'gpu vendor',
  resource_type: 'infrastructure',
  target: 'infrastructure',
  kind: 'choice',
  documented: true,
  now: { known: 'logged', words: 'amd', gaps: 0 },
};

function write(at: string, value: string, more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    event: `REF-${at}`,
    ordinal: 0,
    time: `${at}T10:00:00Z`,
    user: 'maya.okonkwo',
    new: value,
    words: `→ ${value}`,
    basis: 'logged',
    kind: 'choice',
    applied: true,
    outcome: 'ok',
    gaps_before: 0,
    source: 'a.log',
    line: 1,
    ...more,
  };
}

const some: readonly HistoryRow[] = [
  write('2026-01-10', 'none'),
  write('2026-02-01', 'nvidia'),
  write('2026-02-10', 'amd', { applied: false, outcome: 'denied', status: 403 }),
  write('2026-03-01', 'amd', { applied: false, outcome: 'unknown', status: 503 }),
  write('2026-04-01', 'amd\u202e', {
    break: { after_event: 'x', after_time: '', before_event: 'y', before_time: '', words: '', gaps: 0 },
  }),
];

function draw(rows: readonly HistoryRow[], chosen: number, more: Partial<Writes> = {}) {
  const onOpen = vi.fn<(write: HistoryRow) => void>();
  const writes: Writes = {
    setting,
    begin: '2026-01-02T00:00:00Z',
    end: '2026-06-01T00:00:00Z',
    rows,
    older: 0,
    newer: 0,
    ...more,
  };
  const span = {
    begin: '2026-01-01T00:00:00Z',
    end: '2026-07-01T00:00:00Z',
    days: [],
    gaps: [
      { deployment: setting.deployment, from: '2026-05-01T00:00:00Z', to: '2026-05-10T00:00:00Z' },
      { deployment: 'another', from: '2026-03-01T00:00:00Z', to: '2026-03-10T00:00:00Z' },
    ],
  };
  const drawn = renderOnDesk(<ValueStrip writes={writes} span={span} zone="UTC" chosen={chosen} onOpen={onOpen} />);
  return { ...drawn, onOpen };
}

const strip = () => screen.findByRole('slider', { name: /^Values of gpu vendor over time/ });

describe('the strip of values', () => {
  it('says the chosen write, goes from write to write by arrows, and opens one by Enter', async () => {
    const { user, onOpen } = draw(some, 1);
    const slider = await strip();
    const says = (words: RegExp) => expect(slider).toHaveAttribute('aria-valuetext', expect.stringMatching(words));
    says(
      /^2 of 5: nvidia, 2026-02-01 10:00 → 04-01 10:00 UTC, applied, by maya.okonkwo, event REF-2026-02-01, logged$/,
    );
    slider.focus();
    await user.keyboard('{ArrowRight}');
    says(/^3 of 5: amd, 2026-02-10 10:00 UTC, not applied: denied 403,/);
    await user.keyboard('{ArrowRight}');
    says(/^4 of 5: amd, 2026-03-01 10:00 UTC, not applied: failed 503, effect unknown,/);
    await user.keyboard('{ArrowRight}{ArrowRight}');
    says(/^5 of 5: amd\[U\+202E\], .*; a change that the log lacks lies before it$/);
    await user.keyboard('{Home}{ArrowLeft}{Enter}');
    expect(onOpen.mock.calls).toEqual([[some[0]]]);
    await user.keyboard('{End} ');
    expect(onOpen).toHaveBeenLastCalledWith(some[4]);
  });

  it('is a table for whoever hears it, with the stretches without records of its deployment', async () => {
    draw(some, -1);
    const table = await screen.findByRole('table', { name: /^Values of gpu vendor over time, UTC/ });
    const rows = within(table).getAllByRole('row').slice(1);
    expect(rows).toHaveLength(5);
    expect(rows[2]).toHaveTextContent('not applied: denied 403');
    const missing = within(screen.getByRole('list', { name: 'Stretches without records' })).getAllByRole('listitem');
    expect(missing.map((li) => li.textContent)).toEqual([
      expect.stringContaining('2025-12-31 23:00 → 2026-01-02 00:00'), // from the beginning of the period
      expect.stringContaining('2026-05-01 00:00 → 05-10 00:00'),
      expect.stringContaining('2026-06-01 00:00 → 07-01 00:00'),
    ]);
  });

  it('gives each sort of mark a shape of its own', async () => {
    draw(some, -1);
    await strip();
    for (const words of ['denied or failed', 'effect unknown', 'a change that the log lacks', 'no records'])
      expect(screen.getByText(words)).toBeInTheDocument();
  });

  it('never holds a value of a secret, nor its length', async () => {
    const secret = write('2026-02-01', 'hunter2', { kind: 'secret', words: 'secret replaced' });
    const { new: _, ...shown } = secret;
    draw([shown, secret], 1);
    const slider = await strip();
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringContaining('2 of 2: replaced,'));
    expect(document.body.textContent).not.toContain('hunter2');
  });

  it('stays small for thousands of writes, and says what it does not draw', async () => {
    const many = Array.from({ length: 6_000 }, (_, i) => ({
      ...write('2026-02-01', `v${i}`),
      event: `REF-${i}`,
      time: new Date(Date.parse('2026-02-01T00:00:00Z') + i * 1_000_000).toISOString(),
    }));
    const { user } = draw(many, 3_000, { older: 1_234, newer: 2_000 });
    const slider = await strip();
    expect(slider.querySelectorAll('*').length).toBeLessThan(300);
    expect(screen.getByText('1,234 earlier and 2,000 later writes not drawn')).toBeInTheDocument();
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(201);
    slider.focus();
    await user.keyboard('{ArrowLeft}');
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringMatching(/^3000 of 6000: v2999,/));
  });

  it('of a setting that was only attempted is unknown throughout', async () => {
    draw(
      [some[2], some[3]].filter((w) => w !== undefined),
      0,
    );
    await strip();
    expect(screen.getByText('unknown')).toBeInTheDocument();
  });
});

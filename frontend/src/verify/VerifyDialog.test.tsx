import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { BackendError } from '../backend/backend';
import { createFakeBackend, type FakeOptions } from '../backend/fake';
import { verifiedOf } from '../backend/fake/verified';
import { VerifyDialog } from './VerifyDialog';
import { exportWords, headProblem, reportText } from './verifyWords';

const sound = verifiedOf({ events: 60, sources: 7, redaction: undefined, noted: undefined, damaged: false });

async function draw(options: FakeOptions = {}, change: Partial<ReturnType<typeof createFakeBackend>> = {}) {
  const backend = createFakeBackend({ events: 60, step: 0, ...options });
  const drawn = renderOnDesk(<VerifyDialog />, { backend: { ...backend, ...change } });
  await waitFor(() => expect(drawn.desk().caseInfo).toBeDefined());
  act(() => drawn.desk().openDialog('verify'));
  const dialog = await screen.findByRole('dialog', { name: 'Verify the case' });
  return { ...drawn, fake: backend, dialog };
}

describe('a check of the case', () => {
  it('gives a report: each check, the head, the exports noted and the records shown unmasked', async () => {
    const { user, fake } = await draw();
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    const report = await screen.findByRole('dialog', { name: 'No damage found' });
    expect(report).toHaveTextContent('The case agrees with its own digests and with the records that it holds.');
    expect(report).toHaveTextContent('Without a head noted elsewhere that does not show that nobody rewrote it');
    const rows = within(screen.getByRole('table', { name: 'Checks' })).getAllByRole('row');
    expect(rows).toHaveLength(sound.checks.length + 1);
    expect(rows[4]).toHaveTextContent(/raw blocks41sound/);
    expect(screen.getByRole('region', { name: 'Heads noted with exports: 1' })).toHaveTextContent(
      /Coder audit events.xlsx on 2026-07-02 15:12:44 UTC.*agrees: it is that of link 1 of 2/,
    );
    expect(screen.getByRole('region', { name: 'Records shown unmasked: 1' })).toHaveTextContent(
      'the records of 7K2M-9QXD-41TB were shown unmasked on 2026-07-02 15:20:07 UTC',
    );
    await user.click(screen.getByRole('button', { name: 'Copy head' }));
    expect(fake.copied()).toBe(sound.head);
    await user.click(screen.getByRole('button', { name: 'Copy report' }));
    expect(fake.copied()).toBe(reportText(sound));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('compares a head that was noted elsewhere', async () => {
    const { user } = await draw();
    await user.type(screen.getByRole('textbox', { name: 'Head noted elsewhere' }), sound.head.toUpperCase());
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    const report = await screen.findByRole('dialog', { name: 'No damage found' });
    expect(report).toHaveTextContent('What it held when that head was noted is still the same');
    expect(screen.getByRole('region', { name: 'Head noted elsewhere' })).toHaveTextContent(
      'agrees: it is that of link 2 of 2',
    );
  });

  it('says that a head is none that the chain ever had', async () => {
    const { user } = await draw();
    await user.type(screen.getByRole('textbox', { name: 'Head noted elsewhere' }), '0'.repeat(64));
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    await screen.findByRole('dialog', { name: 'Damage found' });
    expect(screen.getByRole('alert')).toHaveTextContent('none that the chain ever had');
    expect(screen.getByRole('region', { name: 'Head noted elsewhere' })).toHaveTextContent(
      'DAMAGED: the chain never had it',
    );
  });

  it('does not begin with what is no head', async () => {
    const { user } = await draw();
    await user.type(screen.getByRole('textbox', { name: 'Head noted elsewhere' }), '12ab');
    expect(screen.getByText('A head has 64 hexadecimal digits')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Verify' })).toBeDisabled();
  });

  it('names the first damage and what is still sound', async () => {
    const { user } = await draw({ damaged: true });
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    await screen.findByRole('dialog', { name: 'Damage found' });
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent('First damage: event 17 (7K2M-9QXD-41TB)');
    expect(alert).toHaveTextContent('Still sound: what was written up to link 1 of 2');
    expect(screen.getByRole('table', { name: 'Checks' })).toHaveTextContent(
      /events and their changes60DAMAGEDevent 17 .*and 2 more/,
    );
  });

  it('says of a hand-over copy what can’t be compared', async () => {
    const { user, dialog } = await draw({ redacted: true });
    expect(dialog).toHaveTextContent('This is a hand-over copy: its raw records are masked.');
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    const report = await screen.findByRole('dialog', { name: 'No damage found' });
    expect(report).toHaveTextContent('This hand-over copy agrees with its own digests');
    expect(report).toHaveTextContent("raw records: removed from this copy (41 blocks); they can't be compared here.");
  });

  it('goes on while its dialog is closed, and can be stopped', async () => {
    const { user, desk } = await draw({ step: 15 });
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    const running = await screen.findByRole('dialog', { name: 'Verifying' });
    await waitFor(() => expect(running).toHaveTextContent(/check \d+ of 12: /));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    act(() => desk().openDialog('verify'));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    const end = await screen.findByRole('dialog', { name: 'Not verified' });
    expect(end).toHaveTextContent('It says nothing about the case');
    await user.click(within(end).getByRole('button', { name: 'Back' }));
    expect(await screen.findByRole('dialog', { name: 'Verify the case' })).toBeInTheDocument();
  });

  it('says why it can’t begin', async () => {
    const startVerify = vi.fn(() => Promise.reject(new BackendError({ message: 'an import is running' })));
    const { user } = await draw({}, { startVerify });
    await user.click(screen.getByRole('button', { name: 'Verify' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('an import is running');
    expect(screen.getByRole('button', { name: 'Verify' })).toBeEnabled();
  });
});

describe('the words of a report', () => {
  it('are those of the command line', () => {
    const text = reportText(
      verifiedOf({ events: 1234, sources: 3, redaction: undefined, noted: '0'.repeat(64), damaged: true }),
    );
    expect(
      text.split('\n').filter((line) => /^(events and|first|still|head noted|the records| {3})/.test(line)),
    ).toEqual([
      'events and their changes: 1,234, DAMAGED',
      '   event 17 (7K2M-9QXD-41TB): its row or its changes are not what was written',
      '   and 2 more',
      `head noted with the export NWB-2026-H1-ITGC-017 Coder audit events.xlsx on 2026-07-02 15:12:44 UTC agrees: it is that of link 1 of 2 (${sound.exports[0]?.head})`,
      `head noted elsewhere: DAMAGED: the chain never had it (${'0'.repeat(64)})`,
      'the records of 7K2M-9QXD-41TB were shown unmasked on 2026-07-02 15:20:07 UTC',
      'first damage: event 17 (7K2M-9QXD-41TB)',
      'still sound: what was written up to link 1 of 2 agrees with the chain: no event, raw block or source yet',
    ]);
    expect(text).not.toContain('agrees with its own digests');
  });

  it('say of an export that its head is none of the chain', () => {
    const [first] = sound.exports;
    if (first === undefined) throw new Error('the fake notes an export');
    expect(exportWords({ ...first, agrees: false }, 2)).toBe('does NOT agree: the chain never had it');
  });

  it.each([
    ['nothing', '', undefined],
    ['a head', sound.head, undefined],
    ['a head in groups and capitals', `${sound.head.slice(0, 32).toUpperCase()} ${sound.head.slice(32)}\n`, undefined],
    ['a part of a head', sound.head.slice(1), 'A head has 64 hexadecimal digits'],
    ['another digit', `${sound.head.slice(1)}g`, 'A head has 64 hexadecimal digits'],
  ])('of what is typed as a head: %s', (_, typed, problem) => {
    expect(headProblem(typed)).toBe(problem);
  });
});

import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { BackendProvider } from '../backend/context';
import { createFakeBackend } from '../backend/fake';
import type { Change } from '../backend/types';
import { ChangeValue, type ChangeValueProps } from './ChangeValue';
import { FieldName } from './FieldName';
import { BasisMark, CrossedNote, OutcomeMark } from './Marks';

function show(change: Partial<Change>, more: Partial<ChangeValueProps> = {}) {
  const whole: Change = { field: 'gpu vendor', kind: 'text', basis: 'logged', outcome: 'ok', words: '', ...change };
  const backend = createFakeBackend({ open: 'none' });
  const { container } = render(
    <BackendProvider backend={backend}>
      <ChangeValue change={whole} zone="UTC" version="v1" {...more} />
    </BackendProvider>,
  );
  return { container, text: container.textContent?.replace(/\s+/g, ' ').trim() ?? '' };
}

describe('a change', () => {
  it.each<[string, Partial<Change>, string]>([
    [
      'a boolean in its own words',
      { kind: 'boolean', old: 'disabled', new: 'enabled' },
      'before disabled, after enabled',
    ],
    ['a logged false, not an empty cell', { kind: 'boolean', old: false, new: true }, 'before false, after true'],
    ['a choice', { kind: 'choice', old: 'none', new: 'nvidia' }, 'before none, after nvidia'],
    [
      'an undocumented choice',
      { kind: 'choice', old: 'github', new: 'bitbucket', note: 'bitbucket is not a documented value' },
      'before github, after bitbucketnot documented',
    ],
    ['a number', { kind: 'number', old: 4, new: 8 }, 'before 4, after 8'],
    ['an empty text by a word', { kind: 'choice', old: '', new: 'local' }, 'before (empty), after local'],
    ['null by a word', { kind: 'choice', old: null, new: 'x' }, 'before (none), after x'],
    [
      'a duration in words and as logged',
      { kind: 'duration', old: 28_800_000_000_000, new: 86_400_000_000_000 },
      'before 8 h, after 24 h86400000000000 ns',
    ],
    [
      'a digest by its ends',
      { kind: 'hash', old: '0'.repeat(40), new: 'ed19c7b02f4d5a1199c0aa71e0d2b66f3c15843b' },
      'before 0000…0000none yet, after ed19…843b',
    ],
    [
      'a time in the shown zone',
      { kind: 'time', old: '2026-01-01T00:00:00Z', new: '2027-01-01T00:00:00Z' },
      'before 2026-01-01 00:00:00.000 UTC, after 2027-01-01 00:00:00.000 UTC',
    ],
    ['first sight of a v1 field as not recorded', { kind: 'boolean', new: true }, 'before not recorded, after true'],
    [
      'a list by what came and went',
      { kind: 'list', field: 'members', old: ['member', 'template-admin'], new: ['member', 'owner'] },
      'before removed template-admin, after added owner1 kept',
    ],
    ['a list that was empty', { kind: 'list', field: 'members', old: [], new: ['a'] }, 'before (none), after added a'],
    [
      'a write without content',
      { kind: 'unrecorded', field: '', basis: 'not recorded' },
      'changed, content not recorded by Coder',
    ],
    [
      'a refused write as not applied',
      { kind: 'choice', old: 'a', new: 'b', outcome: 'denied' },
      'before not applied, after b',
    ],
    [
      'a write of unknown effect with its value',
      { kind: 'choice', old: 'a', new: 'b', outcome: 'unknown' },
      'before a, after b',
    ],
  ])('shows %s', (_, change, want) => {
    const { text } = show(change);
    expect(text.replaceAll('−', '').replaceAll('+', '')).toBe(want);
  });

  it('never shows a secret, not even its length', () => {
    const { text } = show({
      kind: 'secret',
      secret: true,
      words: 'secret replaced, value never logged',
      old: 'hunter2',
      new: 'hunter3',
    });
    expect(text).toBe('before set, after replaced, value never logged');
    expect(screen.getAllByRole('img', { name: 'secret' })).toHaveLength(2);
  });

  it('keeps what nobody logged of a secret open: set alone says nothing of before', () => {
    expect(show({ kind: 'secret', secret: true, words: 'secret set' }).text).toBe('set');
  });

  it('shows a colour as a swatch with its hex and contrast', () => {
    const { container, text } = show({ kind: 'colour', old: '#18382D', new: '#9A4967' });
    expect(text).toBe('before #18382D12.8:1, after #9A49676.0:1');
    expect(container.querySelectorAll('i[style]')).toHaveLength(2);
  });

  it('puts nothing of a log into a style', () => {
    const { container } = show({ kind: 'colour', old: 'red;background:url(//evil)', new: '#fff' });
    expect(container.innerHTML).not.toContain('style="background: red');
    expect(container.querySelectorAll('i[style]')).toHaveLength(1);
  });

  it('tells a short text word by word', () => {
    const { container } = show({ old: 'Maintenance 9PM', new: 'Maintenance 23:00 UTC' });
    expect(container.querySelector('del')).toHaveTextContent('9PM');
    expect(container.querySelector('ins')).toHaveTextContent('23:00 UTC');
  });

  it('tells a text of several lines line by line, with hostile characters visible', () => {
    show({ field: 'svc banner body', old: 'one\ntwo', new: 'one\n2\u202e\nthree' });
    const block = screen.getByRole('region', { name: 'Lines of svc banner body' });
    expect(within(block).getByText('U+202E')).toBeInTheDocument();
    expect(block).toHaveTextContent('removed: two');
    expect(block).toHaveTextContent('added: three');
  });

  it('tells an object key by key', () => {
    const { text } = show({ kind: 'object', old: { a: 1, b: { c: 2 } }, new: { a: 1, b: { c: 3 }, d: [] } });
    expect(text).toBe('b.cbefore 2, after 3dbefore (no such key), after (none)1 kept');
  });

  it('weakens a derived value and links to its event', async () => {
    const open = vi.fn();
    show(
      { kind: 'choice', old: 'none', new: 'nvidia', basis: 'derived', from: '7K2M-9QXD-41TB' },
      { onOpenEvent: open },
    );
    await userEvent.click(screen.getByRole('button', { name: 'none derived from event 7K2M-9QXD-41TB' }));
    expect(open).toHaveBeenCalledWith('7K2M-9QXD-41TB');
  });

  it('says "zero or none" where v2 leaves a value out', () => {
    expect(show({ kind: 'text', new: 'x' }, { version: 'v2' }).text).toBe('before (zero or none), after x');
  });

  it('marks a new privilege', () => {
    const roles: Partial<Change> = { kind: 'list', field: 'roles', old: [], new: ['auditor'] };
    expect(show(roles).text).not.toContain('new privilege');
    expect(show({ ...roles, note: 'new privilege: auditor' }).text).toContain('new privilege');
  });
});

describe('the marks of a change', () => {
  const change: Change = {
    field: 'fuse device',
    setting: 'Enable TUN device',
    kind: 'boolean',
    basis: 'derived',
    gaps: 2,
    note: 'bitbucket is not a documented value; label and field look crossed with the FUSE row',
    words: '',
  };

  it('say over how many gaps a value is derived', () => {
    render(<BasisMark change={change} />);
    expect(screen.getByText('derived, 2 gaps')).toBeInTheDocument();
  });

  it('keep the field first and the label a gloss, with the crossing named', () => {
    render(<FieldName change={change} />);
    expect(screen.getByText('fuse device').compareDocumentPosition(screen.getByText('Enable TUN device'))).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    expect(screen.getByRole('img', { name: 'label and field look crossed' })).toBeInTheDocument();
  });

  it('say in a sentence what a crossed label means', () => {
    const { container } = render(<CrossedNote change={change} />);
    expect(container).toHaveTextContent(
      "Logged field fuse device. The vendor's page prints it under Enable TUN device; label and field look crossed with the FUSE row. The field is the record, the label a gloss.",
    );
  });

  it.each([
    ['ok', 200, 'applied'],
    ['denied', 403, 'denied 403'],
    ['failed', 404, 'failed 404'],
    ['unknown', 500, 'failed 500, effect unknown'],
    [undefined, undefined, 'not recorded'],
  ] as const)('name the outcome %s in words', (outcome, status, words) => {
    render(<OutcomeMark outcome={outcome} status={status} />);
    expect(screen.getByText(words)).toBeInTheDocument();
  });
});

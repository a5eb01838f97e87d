import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Json, Kind, SettingState } from '../backend/types';
import { StateBasis, StateValue } from './StateValue';

const base: SettingState = { known: 'logged', words: '', basis: 'logged', gaps: 0 };

function draw(state: SettingState, kind: Kind = 'text') {
  const { container } = render(
    <>
      <StateValue state={state} kind={kind} zone="UTC" />
      <br />
      <StateBasis state={state} zone="UTC" />
    </>,
  );
  return container;
}

describe('a state', () => {
  it.each<[string, Kind, Json, string]>([
    ['a choice', 'choice', 'nvidia', 'nvidia'],
    ['a boolean', 'boolean', false, 'false'],
    ['a list', 'list', ['member', 'auditor'], 'member, auditor'],
    ['permissions', 'list', [{ resource_type: 'audit_log', action: 'read' }], 'audit_log:read'],
    ['a duration', 'duration', 28_800_000_000_000, '8 h'],
    ['a colour', 'colour', '#9A4967', '#9A4967'],
    ['an empty text', 'text', '', '(empty)'],
    ['none', 'text', null, '(none)'],
    ['a text of several lines', 'text', 'first\nsecond', '2 lines first'],
    ['an object', 'object', { days: 31, weeks: 1 }, 'days: 31, weeks: 1'],
    ['a time', 'time', '2027-01-01T00:00:00Z', '2027-01-01 00:00:00.000 UTC'],
    ['zero', 'number', 0, '0'],
  ])('shows %s', (_, kind, value, want) => {
    expect(draw({ ...base, value }, kind)).toHaveTextContent(want);
  });

  it('never looks like a value where it is unknown', () => {
    expect(draw({ ...base, known: 'unknown', words: 'unknown before the first event' })).toHaveTextContent(
      'unknownbefore the first event',
    );
    expect(
      draw({ ...base, known: 'not recorded', words: 'unknown', basis: 'not recorded', value: 'leak' }),
    ).not.toHaveTextContent('leak');
  });

  it('says of a documented setting that no record names that there is none', () => {
    expect(draw({ ...base, known: 'unknown', words: 'unknown: no record of it' })).toHaveTextContent(
      'unknownno record of it',
    );
  });

  it('never shows a secret, whatever comes with it', () => {
    const shown = draw(
      { ...base, known: 'secret', secret_state: 'set', words: 'replaced, value never logged', value: 'hunter2' },
      'secret',
    );
    expect(screen.getByRole('img', { name: 'secret' })).toBeInTheDocument();
    expect(shown).toHaveTextContent('replaced');
    expect(shown).toHaveTextContent('write logged, value never');
    expect(shown.innerHTML).not.toContain('hunter2');
  });

  it('says of a secret that was written, and nobody knows whether to none, no more than that', () => {
    expect(
      draw({ ...base, known: 'secret', secret_state: 'unknown', words: 'written, value never logged' }, 'secret'),
    ).toHaveTextContent('writtenwrite logged, value never');
  });

  it('without a value has its words: zero values that v2 leaves out, and long ones', () => {
    expect(draw({ ...base, words: 'false' }, 'boolean')).toHaveTextContent('false');
    expect(draw({ ...base, words: 'Scheduled maintenance…', value_bytes: 1 << 20 })).toHaveTextContent(
      'Scheduled maintenance… 1.0 MB',
    );
  });

  it('whose resource is recorded as deleted says so, with what was known until then', () => {
    const removed = { event: '7K2M-9QXD-41TB', time: '2026-03-01T10:00:00Z', source: 'a', line: 1, gaps: 0 };
    const words = 'removed with its resource, recorded as deleted 2026-03-01 (event 7K2M-9QXD-41TB); until then: x';
    const weakened = 'recorded as deleted 2026-03-01; 2 gaps since';
    expect(
      draw({
        ...base,
        known: 'removed',
        value: 'x',
        words,
        weakened,
        removed: { ...removed, known: 'logged', words: 'x' },
      }),
    ).toHaveTextContent('removed, until then xresource recorded as deleted 2026-03-01 10:00, 2 gaps since');
    expect(
      draw({ ...base, known: 'removed', words, removed: { ...removed, known: 'unknown', words: 'unknown' } }),
    ).toHaveTextContent('removed, until then unknown');
  });

  it('says when it was last logged and how many gaps lie since', () => {
    expect(draw({ ...base, value: 'x', gaps: 3, weakened: 'last logged 2025-12-01; 3 gaps since' })).toHaveTextContent(
      'last logged 2025-12-01, 3 gaps since',
    );
  });

  it('says that a failed write of unknown effect came after it', () => {
    expect(draw({ ...base, value: 'x', weakened: 'a failed write after it, effect unknown' })).toHaveTextContent(
      'logged, a failed write after it, effect unknown',
    );
  });

  it('known from a later record is derived, and says from which', () => {
    draw({ ...base, known: 'earlier', basis: 'derived', value: 'none', time: '2026-02-01T10:00:00Z' });
    expect(screen.getByTitle(/^the record of 2026-02-01 10:00 UTC logs this/)).toHaveTextContent('derived');
  });

  it('shows hostile text as text', () => {
    const shown = draw({ ...base, value: '<img src=x onerror=alert(1)> \u202egpj.exe' });
    expect(shown.querySelector('img')).toBeNull();
    expect(shown).toHaveTextContent('U+202E');
  });

  it('cuts a value of a megabyte', () => {
    expect(draw({ ...base, value: 'x'.repeat(1 << 20) }).innerHTML.length).toBeLessThan(5_000);
  });
});

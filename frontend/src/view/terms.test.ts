import { describe, expect, it } from 'vitest';
import { formatTerm } from './format';
import {
  active,
  add,
  clearField,
  exclude,
  facetValue,
  invert,
  only,
  remove,
  replace,
  setRange,
  stateOf,
  switchOff,
  switchOn,
  type Terms,
  typed,
} from './terms';

const v = facetValue;
const none: Terms = [];
const text = (terms: Terms) => terms.map((t) => (t.off ? `(${formatTerm(t)})` : formatTerm(t))).join(' ');

describe('only', () => {
  it('takes the value alone, and the same again takes the filter away', () => {
    const one = only(none, 'action', v('write'));
    expect(text(one)).toBe('action:write');
    expect(only(one, 'action', v('write'))).toEqual([]);
  });

  it('drops other values and excludes of the field and keeps its place', () => {
    const before = add(exclude(add(none, 'action', v('write')), 'action', v('login')), 'user', v('h.sato'));
    expect(text(only(before, 'action', v('create')))).toBe('action:create user:h.sato');
  });

  it('of one of several included leaves that one', () => {
    const two = add(add(none, 'action', v('write')), 'action', v('login'));
    expect(text(only(two, 'action', v('login')))).toBe('action:login');
  });

  it('leaves a term that is switched off alone', () => {
    const off = switchOff(add(none, 'action', v('write')), 0);
    expect(text(only(off, 'action', v('login')))).toBe('(action:write) action:login');
  });
});

describe('add', () => {
  it('collects alternatives in one term, and the same again takes one out', () => {
    const two = add(add(none, 'action', v('write')), 'action', v('login'));
    expect(text(two)).toBe('action:write,login');
    expect(text(add(two, 'action', v('write')))).toBe('action:login');
    expect(add(add(two, 'action', v('write')), 'action', v('login'))).toEqual([]);
  });

  it('removes a contrary exclude', () => {
    const out = exclude(none, 'user', v('ci-bot'));
    expect(text(add(out, 'user', v('ci-bot')))).toBe('user:ci-bot');
  });

  it('knows a value without regard to ASCII case, and only to that', () => {
    expect(stateOf(add(none, 'user', v('CI-Bot')), 'user', v('ci-bot'))).toBe('include');
    expect(stateOf(add(none, 'user', v('ÞÓR')), 'user', v('þór'))).toBe('');
  });

  it('takes "not recorded" as a value', () => {
    expect(text(add(add(none, 'user', v('')), 'user', v('a')))).toBe('user:"",a');
    expect(stateOf(add(none, 'user', v('')), 'user', v(''))).toBe('include');
  });
});

describe('exclude', () => {
  it('removes a contrary include, and the same again takes it back', () => {
    const out = exclude(add(none, 'user', v('ci-bot')), 'user', v('ci-bot'));
    expect(text(out)).toBe('-user:ci-bot');
    expect(exclude(out, 'user', v('ci-bot'))).toEqual([]);
  });

  it('collects in one term', () => {
    expect(text(exclude(exclude(none, 'user', v('a')), 'user', v('b')))).toBe('-user:a,b');
  });
});

describe('a chip', () => {
  const two: Terms = [
    { field: 'action', values: [v('write')] },
    { field: 'user', exclude: true, values: [v('ci-bot')] },
  ];

  it('inverts both ways', () => {
    expect(text(invert(two, 0))).toBe('-action:write -user:ci-bot');
    expect(text(invert(two, 1))).toBe('action:write user:ci-bot');
    expect(invert(invert(two, 0), 0)).toEqual(two);
  });

  it('switched off is kept but is no part of the query', () => {
    const off = switchOff(two, 0);
    expect(text(off)).toBe('(action:write) -user:ci-bot');
    expect(active(off)).toEqual([{ field: 'user', exclude: true, values: [v('ci-bot')] }]);
    expect(switchOn(off, 0)).toEqual(two);
  });

  it('can be removed and replaced', () => {
    expect(text(remove(two, 0))).toBe('-user:ci-bot');
    expect(text(replace(two, 0, [{ field: 'ip', values: [v('10.0.0.1')] }]))).toBe('ip:10.0.0.1 -user:ci-bot');
    expect(text(replace(two, 0, []))).toBe('-user:ci-bot');
  });

  it('that is off outlives a typed query', () => {
    expect(text(typed(switchOff(two, 0), [{ field: 'ip', values: [v('x')] }]))).toBe('ip:x (action:write)');
  });

  it('of a field goes with the others of the field, unless it is off', () => {
    expect(text(clearField(two, 'user'))).toBe('action:write');
    expect(text(clearField(switchOff(two, 1), 'user'))).toBe('action:write (-user:ci-bot)');
  });
});

describe('times', () => {
  const day = (field: 'date_from' | 'date_to', d: string): Terms => [{ field, values: [v(d)] }];

  it('turn round to the days or instants that are left', () => {
    expect(text(invert(day('date_from', '2026-03-01'), 0))).toBe('date_to:2026-02-28');
    expect(text(invert(day('date_to', '2024-02-28'), 0))).toBe('date_from:2024-02-29');
    expect(text(invert(setRange(none, '2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z').slice(0, 1), 0))).toBe(
      'before:2026-06-01T00:00:00Z',
    );
  });

  it('stand at most once each: what would stand twice is switched off', () => {
    const range = setRange(none, '2026-06-01T00:00:00Z', '2026-06-09T00:00:00Z');
    expect(text(invert(range, 0))).toBe('before:2026-06-01T00:00:00Z (before:2026-06-09T00:00:00Z)');
    const off = [...switchOff(day('date_from', '2026-06-01'), 0), ...day('date_from', '2026-06-05')];
    expect(text(switchOn(off, 0))).toBe('date_from:2026-06-01 (date_from:2026-06-05)');
  });

  it('of a new range take the place of the old one and leave days alone', () => {
    const before = [...day('date_from', '2026-06-01'), ...setRange(none, 'a', 'b')];
    expect(text(setRange(before, 'c', 'd'))).toBe('date_from:2026-06-01 after:c before:d');
  });
});

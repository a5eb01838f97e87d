import { describe, expect, it } from 'vitest';
import type { Change, Json } from '../backend/types';
import { contrastOn, durationWords, listChange, objectChange, ordinalOf, rgbOf, shortHash } from './values';

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [3_600_000_000_000, '1 h'],
    [5_400_000_000_000, '1 h 30 min'],
    [250_000_000, '250 ms'],
    [-1_000_000_000, '−1 s'],
    [1, '1 ns'],
  ])('%d ns is %s', (ns, words) => {
    expect(durationWords(ns)).toBe(words);
  });
});

describe('colours', () => {
  it('are read from hex only', () => {
    expect(rgbOf('#18382D')).toEqual([24, 56, 45]);
    expect(rgbOf('#fff')).toEqual([255, 255, 255]);
    for (const text of ['red', '#12', '#12345g', 'rgb(1 2 3)', '#18382D;x']) expect(rgbOf(text)).toBeUndefined();
  });

  it('have the contrast of the text that reads better on them', () => {
    expect(contrastOn([0, 0, 0])).toEqual({ ratio: '21.0:1', text: 'white' });
    expect(contrastOn([255, 255, 255])).toEqual({ ratio: '21.0:1', text: 'black' });
    expect(contrastOn([154, 73, 103])).toEqual({ ratio: '6.0:1', text: 'white' });
  });
});

describe('digests', () => {
  it.each([
    ['ed19c7b02f4d5a1199c0aa71e0d2b66f3c15843b', 'ed19…843b', false],
    ['0000...0000', '0000…0000', true],
    ['0'.repeat(64), '0000…0000', true],
    ['0fb2...7a4a', '0fb2…7a4a', false],
    ['User', 'User', false],
  ])('%s is drawn %s', (text, short, noneYet) => {
    expect(shortHash(text)).toEqual({ short, noneYet });
  });
});

describe('lists', () => {
  it('lose and win nothing: kept + removed = before, kept + added = after', () => {
    const letters = ['a', 'b', 'c', 'a', 'a', 'd'];
    for (let n = 0; n < 64; n++) {
      const old = letters.filter((_, i) => n & (1 << i));
      const now = letters.filter((_, i) => (n * 7) & (1 << i));
      const { added, removed, kept } = listChange(old, now);
      expect(kept + removed.length).toBe(old.length);
      expect(kept + added.length).toBe(now.length);
    }
  });

  it('name roles by their name', () => {
    expect(listChange([], [{ name: 'auditor', display_name: 'Auditor' }]).added).toEqual(['auditor']);
  });

  it.each<[string, Json, string]>([
    ['a permission', { negate: false, resource_type: 'audit_log', action: 'read' }, 'audit_log:read'],
    ['one taken away', { negate: true, resource_type: 'file', action: 'read' }, 'not file:read'],
    ['a member', { user_id: '6c40', username: 'jun.ito' }, 'jun.ito'],
    ['an object without a name', { enabled: true, message: '' }, 'enabled: true, message: (empty)'],
    ['a list', [1, 2], '[1,2]'],
  ])('name %s', (_, item, name) => {
    expect(listChange([], [item]).added).toEqual([name]);
  });
});

describe('lists of objects', () => {
  it('tell an item whose other members changed as gone and come', () => {
    const member = (role: string) => ({ name: 'jun.ito', role });
    expect(listChange([member('viewer')], [member('owner')])).toEqual({
      added: ['jun.ito'],
      removed: ['jun.ito'],
      kept: 0,
    });
  });
});

describe('objects', () => {
  it('are compared key by key, however deep', () => {
    const old: Json = { a: { b: { c: 1 } }, same: [1, 2], gone: true };
    const now: Json = { a: { b: { c: 2 } }, same: [1, 2], come: null };
    expect(objectChange(old, now)).toEqual({
      changes: [
        { path: 'a.b.c', old: 1, now: 2 },
        { path: 'gone', old: true },
        { path: 'come', now: null },
      ],
      kept: 1,
    });
  });

  it('do not reach into what every object has', () => {
    expect(objectChange({}, { toString: 'x' }).changes).toEqual([{ path: 'toString', now: 'x' }]);
  });
});

describe('the place of a change within its event', () => {
  const change = (field: string, words: string): Change => ({ field, words, kind: 'text', basis: 'logged' });
  const all = [change('a', 'x → y'), change('b', '→ 1'), change('b', '→ 2')];

  it('is told by field and words, and is none for another field', () => {
    expect(ordinalOf(all, change('b', '→ 2'))).toBe(2);
    expect(ordinalOf(all, change('a', 'derived otherwise by now'))).toBe(0);
    expect(ordinalOf(all, change('c', 'x → y'))).toBe(-1);
  });
});

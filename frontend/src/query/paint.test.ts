import { describe, expect, it } from 'vitest';
import { paint, unitsOf } from './paint';

const kinds = (text: string) => paint(text).map((p) => `${p.kind}=${p.text}`);

describe('paint', () => {
  it('tells fields, signs and values apart', () => {
    expect(kinds('action:write,"log in" -user:ci-bot x')).toEqual([
      'field=action:',
      'value=write,"log in"',
      'space= ',
      'sign=-',
      'field=user:',
      'value=ci-bot',
      'space= ',
      'value=x',
    ]);
  });

  it('loses and adds nothing, whatever is typed', () => {
    const letters = ['a', ':', '"', '\\', '-', ' ', ',', '\t', '🗝', '\u202e', '*'];
    for (let n = 0; n < 3000; n++) {
      let text = '';
      for (let rest = n * 7919; rest > 0; rest = Math.floor(rest / letters.length))
        text += letters[rest % letters.length];
      expect(
        paint(text)
          .map((p) => p.text)
          .join(''),
      ).toBe(text);
    }
  });
});

describe('unitsOf', () => {
  it('turns bytes into units of the page', () => {
    expect(unitsOf('aþデ🗝b', 0)).toBe(0);
    expect(unitsOf('aþデ🗝b', 1)).toBe(1);
    expect(unitsOf('aþデ🗝b', 3)).toBe(2);
    expect(unitsOf('aþデ🗝b', 6)).toBe(3);
    expect(unitsOf('aþデ🗝b', 10)).toBe(5);
    expect(unitsOf('ab', 99)).toBe(2);
  });
});

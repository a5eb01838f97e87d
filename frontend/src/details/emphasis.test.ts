import { describe, expect, it } from 'vitest';
import { emphasise } from './emphasis';

const strong = (sentence: string, things: readonly string[]) =>
  emphasise(sentence, things).flatMap((r) => (r.strong ? [r.text] : []));

describe('emphasise', () => {
  const sentence = 'Account a@acme.example is recorded as changing 3 fields of appearance';

  it('sets off what the sentence is about', () => {
    expect(strong(sentence, ['a@acme.example', 'appearance', '3 fields', 'absent'])).toEqual([
      'a@acme.example',
      '3 fields',
      'appearance',
    ]);
  });

  it('loses nothing and does not cut into what is set off', () => {
    const runs = emphasise(sentence, ['a@acme.example', 'acme', 'example']);
    expect(runs.map((r) => r.text).join('')).toBe(sentence);
    expect(runs.filter((r) => r.strong).map((r) => r.text)).toEqual(['a@acme.example']);
  });

  it('of nothing is nothing', () => expect(emphasise('', ['x'])).toEqual([]));
});

import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { LogText } from './LogText';
import { cutText, logParts, visibleText } from './visible';

const shown = (text: string, lines = false) => logParts(text, lines).map((p) => ('text' in p ? p.text : `{${p.code}}`));

describe('text out of a log', () => {
  it.each([
    ['a right-to-left override', 'photo\u202egpj.exe', ['photo', '{U+202E}', 'gpj.exe']],
    ['an isolate that is never closed', '\u2067abc', ['{U+2067}', 'abc']],
    ['zero-width characters', 'ad\u200bmin\u200d\ufeff', ['ad', '{U+200B}', 'min', '{U+200D}', '{U+FEFF}']],
    ['terminal escapes', '\u001b[31mred', ['{U+001B}', '[31mred']],
    ['line feeds in a row', 'a\r\nb\tc', ['a', '{U+000D}', '{U+000A}', 'b', '{U+0009}', 'c']],
    ['a NUL', 'a\u0000b', ['a', '{U+0000}', 'b']],
    ['half a surrogate pair', 'a\ud83db', ['a', '{U+D83D}', 'b']],
    ['replaced bytes', 'a\ufffdb', ['a', '{U+FFFD}', 'b']],
    ['tag characters', 'x\u{e0041}', ['x', '{U+E0041}']],
    ['selectors that hide data', 'x\ufe01\u{e0101}', ['x', '{U+FE01}', '{U+E0101}']],
    ['fillers that look empty', '\u3164\u115f\u2800', ['{U+3164}', '{U+115F}', '{U+2800}']],
    ['a soft hyphen', 'ad\u00admin', ['ad', '{U+00AD}', 'min']],
    ['a line separator', 'a\u2028b', ['a', '{U+2028}', 'b']],
    [
      'characters of many scripts as they are',
      'データ分析 þórður 李伟 עברית é 👍',
      ['データ分析 þórður 李伟 עברית é 👍'],
    ],
    ['nothing', '', []],
  ])('shows %s', (_, text, want) => {
    expect(shown(text)).toEqual(want);
  });

  it('keeps line feeds and tabs in blocks, but no carriage return', () => {
    expect(shown('a\r\n\tb', true)).toEqual(['a', '{U+000D}', '\n\tb']);
  });

  it('never becomes markup', () => {
    const { container } = render(<LogText text={'<img src=x onerror=alert(1)><a href="https://evil.example">x</a>'} />);
    expect(container.querySelector('img, a')).toBeNull();
    expect(container).toHaveTextContent('<img src=x onerror=alert(1)><a href="https://evil.example">x</a>');
  });

  it('is isolated from the direction of what stands around it', () => {
    render(<LogText text={'photo\u202egpj.exe'} />);
    expect(screen.getByText('U+202E').closest('bdi')).toHaveAttribute('dir', 'ltr');
    expect(screen.getByTitle('U+202E, right-to-left override')).toBeInTheDocument();
  });

  it('says how much it leaves out', () => {
    render(<LogText text={'x'.repeat(5000)} max={100} />);
    expect(screen.getByText('… 4,900 more characters')).toBeInTheDocument();
  });

  it('never cuts a character in two', () => {
    expect(cutText('ab👍', 3)).toEqual({ text: 'ab', more: 2 });
  });

  it('puts codes in brackets where only a plain string fits', () => {
    expect(visibleText('a\u202eb\nc')).toBe('a[U+202E]b[U+000A]c');
  });
});

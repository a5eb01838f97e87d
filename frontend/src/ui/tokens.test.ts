import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

/** The declarations of the first block with a selector, as a map. */
function block(selector: string): ReadonlyMap<string, string> {
  const at = css.indexOf(`${selector} {`);
  const body = css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at));
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', m[2]?.trim() ?? '']));
}

const light = block(':root, [data-theme="light"]');
const dark = block('[data-theme="dark"]');

function channel(c: number): number {
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function luminance(hex: string): number {
  const n = Number.parseInt(hex.slice(1), 16);
  const [r = 0, g = 0, b = 0] = [n >> 16, (n >> 8) & 255, n & 255].map((c) => channel(c / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

describe('the tokens', () => {
  it('are the same when dark is chosen and when the system is dark', () => {
    expect(block(':root:not([data-theme])')).toEqual(dark);
  });

  it('give dark every colour that light has', () => {
    const colours = [...light].filter(([, v]) => v.startsWith('#') || v.startsWith('rgb')).map(([name]) => name);
    expect(colours.length).toBeGreaterThan(30);
    for (const name of colours) expect(dark.has(name), name).toBe(true);
  });

  it.each([
    ['light', light],
    ['dark', dark],
  ] as const)('%s: text reads on every ground where it stands', (_, theme) => {
    const grounds = ['--canvas', '--surface', '--sunken', '--raised', '--hover', '--hover-chrome', '--selected'];
    for (const ink of [
      '--ink',
      '--ink-2',
      '--ink-3',
      '--accent-ink',
      '--failed',
      '--derived',
      '--secret',
      '--caution',
      '--absent',
    ]) {
      for (const ground of grounds) {
        expect(contrast(theme.get(ink) ?? '', theme.get(ground) ?? ''), `${ink} on ${ground}`).toBeGreaterThanOrEqual(
          4.5,
        );
      }
    }
    expect(contrast(theme.get('--on-accent') ?? '', theme.get('--accent') ?? '')).toBeGreaterThanOrEqual(4.5);
    for (const mark of ['--control', '--focus', '--bar']) {
      expect(contrast(theme.get(mark) ?? '', theme.get('--surface') ?? ''), mark).toBeGreaterThanOrEqual(3);
    }
  });
});

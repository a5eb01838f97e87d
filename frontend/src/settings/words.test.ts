import { describe, expect, it } from 'vitest';
import type { SettingState } from '../backend/types';
import { textPieces } from './textPieces';
import { glossOf, panelWords, settingName, weakenings } from './words';

const state: SettingState = { known: 'logged', words: 'nvidia', basis: 'logged', gaps: 0 };

describe('what weakens a value', () => {
  it('is told piece by piece', () => {
    expect(weakenings({ ...state, gaps: 3, weakened: 'last logged 2025-12-01; 3 gaps since' })).toEqual([
      'last logged 2025-12-01',
      '3 gaps since',
    ]);
  });

  it('is told of gaps also where there are no words for it', () => {
    expect(weakenings({ ...state, gaps: 1 })).toEqual(['1 gap since']);
    expect(weakenings(state)).toEqual([]);
  });
});

describe('a setting', () => {
  it('goes by its logged field, the label is a gloss', () => {
    expect(settingName({ field: 'gpu vendor', setting: 'GPU Vendor' })).toBe('gpu vendor');
    expect(settingName({ field: '', setting: 'Enable fallback shell support for K8s' })).toBe(
      'Enable fallback shell support for K8s',
    );
    expect(glossOf({ field: 'gpu vendor', setting: 'GPU Vendor', resource_type: 'x', target: 'y' })).toBe('GPU Vendor');
    expect(glossOf({ field: 'roles', setting: '', resource_type: 'custom_role', target: 'reader' })).toBe(
      'custom role reader',
    );
    expect(glossOf({ field: 'f', setting: '', resource_type: 'infrastructure', target: 'infrastructure' })).toBe(
      'infrastructure',
    );
  });
});

describe('a panel', () => {
  const panel = {
    panel: 'Infrastructure',
    deployment: 'd',
    version: 'v1',
    settings: 19,
    fields: 19,
    differ: 1,
    unknown: 2,
    first: 0,
  } as const;

  it('says how many of its settings differ, never that none was changed', () => {
    expect(panelWords(panel, true)).toBe('19 settings, 1 differs, 2 can’t be told');
    expect(panelWords({ ...panel, differ: 0, unknown: 0 }, true)).toBe('19 settings, none logged as different');
    expect(panelWords(panel, false)).toBe('19 settings');
  });
});

describe('a sentence', () => {
  it('keeps its dates and fields together, and nothing else of it changes', () => {
    const text = "Can't be stated from 2026-01-01 00:00 to 2026-06-30 23:59 UTC: `access URL`, `a` and a ` alone";
    const pieces = textPieces(text);
    expect(pieces.map((p) => p.text).join('')).toBe(text.replaceAll(/`(access URL|a)`/g, '$1'));
    expect(pieces.filter((p) => p.kind === 'date').map((p) => p.text)).toEqual([
      '2026-01-01 00:00',
      '2026-06-30 23:59 UTC',
    ]);
    expect(pieces.filter((p) => p.kind === 'field').map((p) => p.text)).toEqual(['access URL', 'a']);
  });

  it('keeps a date and its zone together', () => {
    const dates = [
      '2026-10-25 02:30:00 Europe/Zurich (+02:00)',
      '2026-01-02 America/Argentina/Buenos_Aires',
      '2026-01-02 UTC',
    ];
    const pieces = textPieces(`It was ${dates.join(', or ')}. And 2026-01-02 Then`);
    expect(pieces.filter((p) => p.kind === 'date').map((p) => p.text)).toEqual([...dates, '2026-01-02']);
  });

  it('of no dates is one piece', () => {
    expect(textPieces('nothing')).toEqual([{ kind: 'text', text: 'nothing' }]);
    expect(textPieces('')).toEqual([]);
  });
});

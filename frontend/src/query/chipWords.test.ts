import { describe, expect, it } from 'vitest';
import { termWords } from './chipWords';

const eq = (text: string) => ({ op: 'equal', text }) as const;

describe('the words of a chip', () => {
  it('list alternatives', () => {
    expect(termWords({ field: 'action', values: [eq('write'), eq('create')] }, 'UTC')).toBe('write, create');
  });

  it('leave out the mail domain that all people share, and no other', () => {
    const term = { field: 'user', values: [eq('ci-bot@acme.example'), eq('x@other.example')] } as const;
    expect(termWords(term, 'UTC', 'acme.example')).toBe('ci-bot, x@other.example');
    expect(termWords({ ...term, field: 'target' }, 'UTC', 'acme.example')).toBe('ci-bot@acme.example, x@other.example');
  });

  it('say what a form means', () => {
    const values = [
      { op: 'recorded', text: '' },
      { op: 'not_recorded', text: '' },
      { op: 'prefix', text: 'svc' },
      { op: 'at_least', text: '500' },
      { op: 'below', text: '400' },
    ] as const;
    expect(termWords({ field: 'status', values }, 'UTC')).toBe('recorded, (not recorded), svc*, ≥ 500, < 400');
  });

  it('of times name the zone', () => {
    expect(termWords({ field: 'date_from', values: [eq('2026-06-01')] }, 'Europe/Zurich')).toBe(
      '2026-06-01 00:00 Europe/Zurich',
    );
    expect(termWords({ field: 'date_to', values: [eq('2026-06-30')] }, 'UTC')).toBe('the end of 2026-06-30 UTC');
    expect(termWords({ field: 'after', values: [eq('2026-06-30T22:00:00Z')] }, 'Europe/Zurich')).toBe(
      '2026-07-01 00:00 Europe/Zurich',
    );
    expect(termWords({ field: 'before', values: [eq('2026-06-30T22:00:07.5Z')] }, 'UTC')).toBe(
      '2026-06-30 22:00:07.500 UTC',
    );
    expect(termWords({ field: 'after', values: [eq('-7d')] }, 'UTC')).toBe('7d before now');
  });
});

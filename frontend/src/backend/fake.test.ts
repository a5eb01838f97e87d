import { describe, expect, it } from 'vitest';
import { BackendError } from './backend';
import { createFakeBackend } from './fake';
import { parse, print } from './fake/query';
import { zoneOf } from './fake/zone';
import type { AuditEvent, SearchRequest } from './types';

const ask = (query: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  of: 'events',
  query,
  zone: 'UTC',
  order: 'newest',
  facets: [],
  ...more,
});

describe('the fake backend', () => {
  it('makes the same case twice', async () => {
    const one = await createFakeBackend({ events: 300 }).eventRows({ ...ask(''), offset: 0, limit: 5 });
    const two = await createFakeBackend({ events: 300 }).eventRows({ ...ask(''), offset: 0, limit: 5 });
    expect(one).toEqual(two);
  });

  it('pages through exactly the rows it counts', async () => {
    const backend = createFakeBackend({ events: 1200 });
    const { total } = await backend.search(ask('action:login -outcome:ok'));
    const rows: AuditEvent[] = [];
    for (let offset = 0; ; offset += 7) {
      const page = await backend.eventRows({ ...ask('action:login -outcome:ok'), offset, limit: 7 });
      rows.push(...page.rows);
      if (page.rows.length < 7) break;
    }
    expect(rows.length).toBe(total);
    expect(total).toBeGreaterThan(0);
    expect(rows.every((e) => e.action === 'login' && e.outcome !== 'ok')).toBe(true);
    expect(rows.every((e, i) => i === 0 || e.time <= (rows[i - 1]?.time ?? ''))).toBe(true);
  });

  it('leaves a facet its own alternatives', async () => {
    const backend = createFakeBackend({ events: 1200 });
    const plain = await backend.search(ask('outcome:ok', { facets: [{ field: 'action', top: 50 }] }));
    const chosen = await backend.search(ask('outcome:ok action:login', { facets: [{ field: 'action', top: 50 }] }));
    expect(chosen.facets[0]?.values.map((v) => v.count)).toEqual(plain.facets[0]?.values.map((v) => v.count));
    expect(chosen.facets[0]?.values.find((v) => v.value === 'login')?.state).toBe('include');
    expect(chosen.total).toBe(plain.facets[0]?.values.find((v) => v.value === 'login')?.count);
    expect(chosen.facets[0]?.never).toContain('cordon');
  });

  it('spreads every event over the days and bars of the zone', async () => {
    const backend = createFakeBackend({ events: 1200 });
    const found = await backend.search(ask('', { zone: 'Asia/Kolkata', timeline: 'week' }));
    expect(found.days?.reduce((n, d) => n + d.count, 0)).toBe(found.total);
    expect(found.timeline?.buckets.reduce((n, b) => n + b.count, 0)).toBe(found.total);
  });

  it('groups changes by panel without losing one', async () => {
    const found = await createFakeBackend().search(ask('class:admin', { of: 'changes', group: 'panel' }));
    expect(found.groups?.reduce((n, g) => n + g.count, 0)).toBe(found.total);
    expect(found.groups?.[0]?.key).toBe('Users and roles');
    expect(found.groups?.at(-1)?.key).toBe('Appearance');
  });

  it('accounts for every line of its sources', async () => {
    const { sources } = await createFakeBackend().sources();
    for (const s of sources) {
      expect(s.record_lines + s.other).toBe(s.lines);
      expect(s.events + s.matching + s.duplicates + s.unreadable).toBe(s.records);
    }
  });

  it('says where a query cannot be read', async () => {
    const backend = createFakeBackend({ events: 10 });
    const parsed = await backend.parseQuery('action:write date_from:2026-13-01');
    expect(parsed.error).toEqual({ message: 'there is no month 13', position: 23, length: 10 });
    await expect(backend.search(ask('colour:red'))).rejects.toBeInstanceOf(BackendError);
  });

  it('imports with progress and ends with its sources', async () => {
    const backend = createFakeBackend({ events: 100, step: 0 });
    const plan = await backend.chooseFiles();
    const progress: number[] = [];
    backend.on('importProgress', (p) => progress.push(p.records));
    const done = new Promise((resolve) => backend.on('importDone', resolve));
    await backend.startImport({ plan: plan?.id ?? '', deployment: '' });
    await expect(done).resolves.toMatchObject({ events: 412 });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect((await backend.caseInfo()).events).toBe(512);
  });
});

describe('the query language of the fake', () => {
  it.each([
    ['action:write,create -user:"ci bot" gpu', 'action:write,create -user:"ci bot" gpu'],
    ['STATUS:failed type:user', 'status:>=400 resource_type:user'],
    ['changed:"gpu vendor" ip:10.20.* has:secret', 'changed:"gpu vendor" ip:10.20.* has:secret'],
    ['user:"" target:* "a \\"b\\" c"', 'user:"" target:* "a \\"b\\" c"'],
  ])('%s', (text, canonical) => {
    expect(parse(text).text).toBe(canonical);
    expect(print(parse(canonical).terms)).toBe(canonical);
  });
});

describe('days of a zone', () => {
  it('are as long as the clocks say', () => {
    const zurich = zoneOf('Europe/Zurich');
    const start = zurich.startOf('2026-03-29');
    expect(new Date(start).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect((zurich.next(start, 'day') - start) / 3_600_000).toBe(23);
    expect(zurich.dayOf(Date.parse('2026-06-30T22:30:00Z'))).toBe('2026-07-01');
  });
});

import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backend/fake';
import { pageRows, pagesFor, withLabels } from './pages';

describe('pagesFor', () => {
  it('asks for what is on screen and a step further', () => {
    expect(pagesFor(0, 30, 10_000)).toEqual([0]);
    expect(pagesFor(pageRows - 40, pageRows - 10, 10_000)).toEqual([0, 1]);
    expect(pagesFor(pageRows + 10, pageRows + 40, 10_000)).toEqual([0, 1]);
    expect(pagesFor(pageRows + 100, pageRows + 130, 10_000)).toEqual([1]);
  });

  it('asks for nothing behind the last row, and for nothing of nothing', () => {
    expect(pagesFor(0, 500, 20)).toEqual([0]);
    expect(pagesFor(5000, 5030, 300)).toEqual([1]);
    expect(pagesFor(0, 30, 0)).toEqual([]);
  });

  it('always covers the rows that are on screen', () => {
    for (let first = 0; first < 1200; first += 37) {
      const pages = pagesFor(first, first + 35, 1200);
      for (let row = first; row <= Math.min(1199, first + 35); row++) {
        expect(pages).toContain(Math.floor(row / pageRows));
      }
    }
  });
});

describe('withLabels', () => {
  it('names person and organization as facets do, and leaves what has no label', async () => {
    const { rows } = await createFakeBackend({ events: 600 }).eventRows({
      of: 'events',
      query: '',
      zone: 'UTC',
      order: 'newest',
      offset: 0,
      limit: 2,
    });
    const [first, second] = withLabels({ rows, persons: ['ann', ''], organizations: ['platform', ''] });
    expect(first).toMatchObject({ person: 'ann', organization: 'platform' });
    expect(second).toEqual(rows[1]);
  });
});

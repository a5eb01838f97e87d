import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backend/fake';
import { columnTitles } from '../events/columns';
import { keptText, mostStatements, restored } from './kept';
import { add, exclude, facetValue, only, switchOff } from './terms';
import { everyEventColumn, initialView, toggleFacet, type ViewState, withFacet, withListing, withTerms } from './view';

const backend = createFakeBackend({ events: 0 });
const parse = (query: string) => backend.parseQuery(query);

/** A view in which everything differs from the first one. */
function used(): ViewState {
  let view: ViewState = { ...initialView(), tab: 'settings', clock: 'case', facetsWidth: 260, detailsWidth: 410 };
  view = withTerms(view, 'events', (t) =>
    switchOff(
      exclude(add(only(t, 'action', facetValue('write')), 'action', facetValue('a "b", \\c')), 'user', facetValue('')),
      1,
    ),
  );
  view = withTerms(view, 'changes', (t) => [...t, { field: 'text', values: [{ op: 'equal', text: '-two words:' }] }]);
  view = withListing(view, 'events', (l) => ({
    ...l,
    order: 'oldest',
    columns: ['time', 'ref', 'action'],
    selected: '7K2M-9QXD-41TB@x',
    details: true,
  }));
  view = withListing(view, 'changes', (l) => ({ ...l, group: 'user', selected: '7K2M-9QXD-41TB', ordinal: 2 }));
  view = withFacet(toggleFacet(view, 'changes', 'new'), 'changes', 'panel', {
    open: false,
    top: 50,
    order: 'name',
    search: 'x',
  });
  return {
    ...view,
    rollForward: { shown: true, openingAt: '2026-01-01', closingAt: '', folded: ['differs'] },
    settings: {
      instants: 'one',
      at: '2026-06-30T21:59:59.999999999Z',
      from: '2026-01-01T00:00:00Z',
      onlyDiffer: true,
      search: 'gpu',
      folded: ['["Templates","d","v1"]'],
      selected: 'a key',
      pane: 'history',
      statements: [
        { key: 'k', deployment: 'd', name: 'gpu vendor', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      ],
    },
  };
}

describe('a kept view', () => {
  it('comes back as it was', async () => {
    for (const view of [initialView(), used()]) {
      expect(await restored(keptText(view), parse)).toEqual({ view, dropped: [] });
    }
  });

  it.each([
    ['no JSON', '{"version":1,"tab":'],
    ['no object', '[1]'],
    ['no version', '{"tab":"events"}'],
    ['a later version', JSON.stringify({ ...JSON.parse(keptText(used())), version: 2 })],
  ])('that is %s is not read', async (_, text) => {
    expect(await restored(text, parse)).toBeUndefined();
  });

  it('stands as at first wherever its shape is not the expected one', async () => {
    const wrong = [null, 7, 'x', [], {}, [null, 7, 'x', {}, []], { terms: 3, facets: 'x', columns: [1], order: 'up' }];
    const first = initialView();
    for (const value of wrong) {
      const text = JSON.stringify({
        version: 1,
        tab: value,
        clock: value,
        facetsWidth: value === 7 ? -1 : value,
        detailsWidth: value === 7 ? 7.5 : value,
        events: value,
        changes: value,
        settings: value,
        rollForward: value,
      });
      expect(await restored(text, parse), text).toEqual({ view: first, dropped: [] });
    }
  });

  it('keeps of a list what is understood', async () => {
    const kept = JSON.parse(keptText(used()));
    kept.events.columns = ['time', 'unheard-of', 'time', 'ref'];
    kept.events.facets = [
      { field: 'unheard-of' },
      { field: 'user', top: -1, order: 'sideways', open: 1 },
      { field: 'user' },
    ];
    kept.settings.statements = [
      { key: 'k', from: 'June', to: '2026-02-01T00:00:00Z' },
      { key: '', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      ...kept.settings.statements,
    ];
    const found = await restored(JSON.stringify(kept), parse);
    expect(found?.view.events.columns).toEqual(['time', 'ref']);
    expect(found?.view.events.facets).toEqual([{ field: 'user', open: false, top: 10, order: 'count', search: '' }]);
    expect(found?.view.settings.statements).toEqual(used().settings.statements);
  });

  it('holds no file that a roll-forward was made of', async () => {
    const file = { id: 's1', name: 'opening.json', folder: '/home/x', sha256: 'ab', settings: 3 };
    const rollForward = {
      ...used().rollForward,
      opening: file,
      closing: file,
      asked: { opening: 's1', closing: 's1' },
    };
    const text = keptText({ ...used(), rollForward });
    expect(text).not.toMatch(/s1|opening\.json/);
    expect((await restored(text, parse))?.view.rollForward).toEqual(used().rollForward);
  });

  it('leaves out filters that do not parse any more, and says which', async () => {
    const kept = JSON.parse(keptText(used()));
    kept.events.terms.splice(1, 0, { text: 'nonsense:1' }, { text: 'after:yesterday', off: true });
    const found = await restored(JSON.stringify(kept), parse);
    expect(found?.view.events.terms).toEqual(used().events.terms);
    expect(found?.dropped).toEqual(['nonsense:1', 'after:yesterday']);
  });

  it('holds a limited number of statements, the newest', async () => {
    const [one] = used().settings.statements;
    if (one === undefined) throw new Error('no statement');
    const statements = Array.from({ length: mostStatements + 5 }, (_, i) => ({ ...one, name: `${i}` }));
    const view = { ...used(), settings: { ...used().settings, statements } };
    const found = await restored(keptText(view), parse);
    expect(found?.view.settings.statements).toEqual(statements.slice(0, mostStatements));
  });

  it('knows every column that there is', () => {
    expect([...everyEventColumn].sort()).toEqual(Object.keys(columnTitles).sort());
  });
});

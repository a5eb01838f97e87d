import { describe, expect, it } from 'vitest';
import { amend, begin, historyLimit, redo, step, undo } from './history';
import { add, facetValue } from './terms';
import { initialView, queryText, withFacet, withTerms } from './view';

const withAction = (view: ReturnType<typeof initialView>, action: string) =>
  withTerms(view, 'events', (t) => add(t, 'action', facetValue(action)));

describe('the history of the view', () => {
  const start = begin(initialView());

  it('goes back and forth', () => {
    const one = step(start, 'add write', withAction(start.present.view, 'write'));
    const two = step(one, 'add login', withAction(one.present.view, 'login'));
    expect(queryText(two.present.view.events)).toBe('action:write,login');
    expect(queryText(undo(two).present.view.events)).toBe('action:write');
    expect(queryText(undo(undo(two)).present.view.events)).toBe('');
    expect(redo(undo(two))).toEqual(two);
    expect(undo(two).future[0]?.label).toBe('add login');
  });

  it('forgets what was undone when another step is made', () => {
    const one = step(start, 'add write', withAction(start.present.view, 'write'));
    const other = step(undo(one), 'add login', withAction(start.present.view, 'login'));
    expect(redo(other)).toBe(other);
  });

  it('makes no step of what changes nothing, nor of an amendment', () => {
    expect(step(start, 'nothing', start.present.view)).toBe(start);
    const folded = amend(start, withFacet(start.present.view, 'events', 'action', { open: false }));
    expect(folded.past).toHaveLength(0);
    expect(folded.present.view.events.facets.find((f) => f.field === 'action')?.open).toBe(false);
  });

  it('stays at its ends', () => {
    expect(undo(start)).toBe(start);
    expect(redo(start)).toBe(start);
  });

  it('keeps a limited number of steps', () => {
    let h = start;
    for (let i = 0; i < historyLimit + 20; i++) h = step(h, `${i}`, withAction(initialView(), `a${i}`));
    expect(h.past).toHaveLength(historyLimit);
  });

  it('is made of views that survive being written down', () => {
    const view = withAction(initialView(), 'write');
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });
});

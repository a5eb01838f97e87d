import { describe, expect, it } from 'vitest';
import { moveColumn, toggleColumn } from './order';

describe('columns', () => {
  it('come and go, but the last one stays', () => {
    expect(toggleColumn(['time', 'user'], 'user')).toEqual(['time']);
    expect(toggleColumn(['time'], 'ip')).toEqual(['time', 'ip']);
    expect(toggleColumn(['time'], 'time')).toEqual(['time']);
  });

  it('move by one place and stop at the ends', () => {
    expect(moveColumn(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
    expect(moveColumn(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b']);
    expect(moveColumn(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
    expect(moveColumn(['a', 'b'], 'x', 1)).toEqual(['a', 'b']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttled } from './throttled';

describe('a throttled call', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const begin = () => {
    const passed: number[] = [];
    return { passed, own: throttled<number>(100, (n) => passed.push(n)) };
  };

  it('passes the first value on at once, and of those that follow only the newest, after a pause', () => {
    const { passed, own } = begin();
    for (const n of [1, 2, 3]) own.pass(n);
    expect(passed).toEqual([1]);
    vi.advanceTimersByTime(99);
    expect(passed).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(passed).toEqual([1, 3]);
    own.pass(4);
    expect(passed).toEqual([1, 3]);
    vi.advanceTimersByTime(100);
    expect(passed).toEqual([1, 3, 4]);
  });

  it('passes at once again when it has rested', () => {
    const { passed, own } = begin();
    own.pass(1);
    vi.advanceTimersByTime(100);
    own.pass(2);
    expect(passed).toEqual([1, 2]);
  });

  it('gives away what waits when it is flushed, once', () => {
    const { passed, own } = begin();
    own.pass(1);
    own.pass(2);
    own.flush();
    own.flush();
    expect(passed).toEqual([1, 2]);
    vi.advanceTimersByTime(1000);
    expect(passed).toEqual([1, 2]);
  });
});

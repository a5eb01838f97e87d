export interface Throttled<T> {
  /** Passes a value on: at once, or in place of another one that waits. */
  pass(value: T): void;
  /** Passes on what waits. */
  flush(): void;
}

/** Passes values on no more often than every `pause` milliseconds; of those in between only the newest. */
export function throttled<T>(pause: number, on: (value: T) => void): Throttled<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { readonly value: T } | undefined;
  const flush = () => {
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) on(next.value);
  };
  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (waiting === undefined) return;
      flush();
      rest();
    }, pause);
  };
  return {
    pass(value) {
      waiting = { value };
      if (timer !== undefined) return;
      flush();
      rest();
    },
    flush,
  };
}

/** A piece of a sentence, and whether it is one of the things that it is about. */
export interface Run {
  readonly text: string;
  readonly strong: boolean;
}

/** Cuts a sentence where it names one of `things`, the longest first. Joined, the runs are the sentence again. */
export function emphasise(sentence: string, things: readonly string[]): readonly Run[] {
  const wanted = [...new Set(things)].filter((t) => t.length > 1).sort((a, b) => b.length - a.length);
  let runs: readonly Run[] = sentence === '' ? [] : [{ text: sentence, strong: false }];
  for (const thing of wanted) {
    runs = runs.flatMap((run) => {
      const at = run.strong ? -1 : run.text.indexOf(thing);
      if (at < 0) return [run];
      return [
        { text: run.text.slice(0, at), strong: false },
        { text: thing, strong: true },
        { text: run.text.slice(at + thing.length), strong: false },
      ].filter((r) => r.text !== '');
    });
  }
  return runs;
}

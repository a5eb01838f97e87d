/** A file's name without what says only how it is written and packed; the whole name is in the tooltip. */
export function shortName(path: string): string {
  const short = path.replace(/(\.(ndjson|jsonl|json|log|csv|txt|tar))?(\.(gz|zst|zip|tgz))?$/i, '');
  return short === '' || short.endsWith('/') ? path : short;
}

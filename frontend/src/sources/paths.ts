// Paths of sources for people: what all of them share is said once, and the name of the file is never what is cut off.

const afterLastSeparator = /[^/\\]*$/;

/** The folder, or the archive, that all paths lie in, with its last separator; "" where they share none. */
export function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let common = first.replace(afterLastSeparator, '');
  for (const path of paths) {
    while (!path.startsWith(common)) common = common.slice(0, -1).replace(afterLastSeparator, '');
  }
  return common;
}

export interface PathParts {
  /** With its last separator; "" for none. */
  readonly folder: string;
  readonly name: string;
}

/** A path below a folder that is said elsewhere, in the part that may be cut off and the name. */
export function pathParts(path: string, below = ''): PathParts {
  const rest = below !== '' && path.startsWith(below) && path.length > below.length ? path.slice(below.length) : path;
  const name = afterLastSeparator.exec(rest)?.[0] ?? '';
  return name === '' ? { folder: '', name: rest } : { folder: rest.slice(0, rest.length - name.length), name };
}

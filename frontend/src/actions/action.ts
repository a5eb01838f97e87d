import type { Backend } from '../backend/backend';
import type { Desk, Jobs } from '../desk';
import type { IconName } from '../ui/icons';

/** Everything a command can look at and do. */
export interface Reach {
  readonly backend: Backend;
  readonly desk: Desk;
  readonly jobs: Jobs;
}

export type ActionGroup = 'Case' | 'View' | 'Program';

/** Keys that do the same: "mod" is ⌘ on a Mac and Ctrl elsewhere; a letter is in upper case. */
export type Shortcut = readonly ('mod' | 'shift' | 'alt' | (string & {}))[];

/** One thing that can be done, wherever it is asked for: a menu, the palette, a key, the native menu. */
export interface Action {
  /** Also the name by which the native menu asks for it. */
  readonly id: string;
  readonly group: ActionGroup;
  label(reach: Reach): string;
  readonly icon?: IconName;
  readonly shortcuts: readonly Shortcut[];
  /** Whether it can be done now. */
  enabled(reach: Reach): boolean;
  /** Rejects with what went wrong; the caller shows it. */
  run(reach: Reach): void | Promise<void>;
}

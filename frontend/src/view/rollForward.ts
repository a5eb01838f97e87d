import type { RollForwardRequest, SnapshotFile, Verdict } from '../backend/types';

/** A roll-forward as the auditor has set it: the two snapshots, their instants, and what is shown of the answer. */
export interface RollForwardView {
  /** Whether it stands in place of the settings. */
  readonly shown: boolean;
  readonly opening?: SnapshotFile | undefined;
  readonly closing?: SnapshotFile | undefined;
  /** As typed; "" is the end of the period under audit, else of the records. */
  readonly openingAt: string;
  readonly closingAt: string;
  /** What was compared last. */
  readonly asked?: RollForwardRequest | undefined;
  /** Only rows of this verdict. */
  readonly only?: Verdict | undefined;
  readonly folded: readonly Verdict[];
  /** The chosen row, counted over all rows of the answer. */
  readonly selected?: number | undefined;
}

export const initialRollForward: RollForwardView = { shown: false, openingAt: '', closingAt: '', folded: ['agrees'] };

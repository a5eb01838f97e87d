import type { Comparison } from '../backend/types';
import { Icon } from '../ui/icons';
import { VerdictMark } from './VerdictMark';

/** The shape beside the word of what was stated: = where it agrees with what was read, ≠, or a dashed box. */
export function ComparedMark({ state }: { readonly state: Comparison['state'] }) {
  return state === 'agrees' ? <Icon name="equal" size="s" /> : <VerdictMark state={state} />;
}

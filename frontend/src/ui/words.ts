import type { Field } from '../backend/types';

/** "10,482,193": exact, never shortened. */
export function count(n: number): string {
  return n.toLocaleString('en-GB');
}

/** "1 event", "1,807 events"; `many` for words that take more than an s. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const titles: Readonly<Record<Field, string>> = {
  resource_type: 'Resource type',
  action: 'Action',
  target: 'Target',
  user: 'User',
  organization: 'Organization',
  ip: 'IP',
  outcome: 'Outcome',
  status: 'Status',
  changed: 'Changed field',
  setting: 'Setting',
  panel: 'Panel',
  kind: 'Kind',
  basis: 'Basis',
  new: 'New value',
  continuity: 'Continuity',
  class: 'Class',
  version: 'Version',
  log: 'Log',
  deployment: 'Deployment',
  source: 'Source',
  text: 'Text',
  has: 'Has',
  id: 'Event id',
  ref: 'Ref',
  request_id: 'Request id',
  resource_id: 'Resource id',
  build_reason: 'Build reason',
  date_from: 'From',
  date_to: 'To',
  after: 'From',
  before: 'Before',
};

/** The name of a field on screen. */
export function fieldTitle(field: Field): string {
  return titles[field];
}

/** Keys as the platform writes them: mod is ⌘ on a Mac and Ctrl elsewhere. */
export function keysOf(platform: string | undefined, ...keys: readonly string[]): string {
  const mac = platform === 'darwin';
  const drawn = keys.map((k) => {
    if (k === 'mod') return mac ? '⌘' : 'Ctrl';
    if (k === 'shift') return mac ? '⇧' : 'Shift';
    if (k === 'alt') return mac ? '⌥' : 'Alt';
    return k;
  });
  return drawn.join(mac ? '' : '+');
}

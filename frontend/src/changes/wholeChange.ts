import type { Backend } from '../backend/backend';
import type { ChangeRow } from '../backend/types';
import { eventKey } from '../view/eventKey';
import { ordinalOf } from './values';

/** A row with the values that it leaves out for being long: its event has them. */
export async function wholeChange(backend: Backend, row: ChangeRow): Promise<ChangeRow> {
  const { event } = await backend.event(eventKey(row.event, row.deployment));
  const change = event.changes[ordinalOf(event.changes, row)];
  const { value_bytes: _, ...rest } = row;
  return { ...rest, ...change };
}

import type { AuditEvent, EventDetail, Field, Json } from '../backend/types';
import { outcomeWord } from '../events/columns';
import type { Filterable } from '../events/useFilter';
import { notRecorded } from '../view/terms';

/** A line of the details: what the record holds in one of its fields. */
export interface DetailLine {
  readonly title: string;
  /** Undefined where the record does not hold it: then that is said. */
  readonly text: string | undefined;
  /** Words of ours after the text. */
  readonly gloss?: string | undefined;
  readonly mono?: boolean;
  /** What a click filters by. */
  readonly filter?: Filterable | undefined;
}

function filterOf(field: Field, text: string | number | undefined): Filterable {
  return text === undefined || text === ''
    ? { field, value: notRecorded, text: '' }
    : { field, value: { op: 'equal', text: String(text) }, text: String(text) };
}

/**
 * Every field of the event. What every audit record is expected to hold stands there even where it is missing; what only
 * some forms have stands there where it is recorded.
 */
export function detailLines({ event: e, roles, person: known, organization }: EventDetail): readonly DetailLine[] {
  const person = e.user ?? {};
  const label = person.email ?? person.username ?? person.id;
  const lines: DetailLine[] = [
    { title: 'User', text: label, filter: filterOf('user', label) },
    ...(known === undefined || label === undefined || known.toLowerCase() === label.toLowerCase()
      ? []
      : [{ title: 'Person', text: known, gloss: 'by other records', filter: filterOf('user', known) }]),
    ...some('Name', person.name),
    ...(person.username === label ? [] : some('Username', person.username)),
    { title: 'User id', text: person.id, mono: true },
    ...(roles === undefined || roles.length === 0
      ? []
      : [{ title: 'Roles', text: roles.join(', '), gloss: 'as in the record' }]),
    { title: 'IP', text: e.ip, filter: filterOf('ip', e.ip) },
    ...some('Agent', e.user_agent),
    { title: 'Action', text: e.action, filter: filterOf('action', e.action), gloss: e.description },
    { title: 'Target', text: e.resource_target, filter: filterOf('target', e.resource_target) },
    { title: 'Type', text: e.resource_type, filter: filterOf('resource_type', e.resource_type) },
    ...some('Resource id', e.resource_id, 'resource_id', true),
    ...some('Organization', e.organization, 'organization'),
    ...(organization === undefined || organization.toLowerCase() === (e.organization ?? '').toLowerCase()
      ? []
      : [
          {
            title: 'Organization is',
            text: organization,
            gloss: 'by other records',
            filter: filterOf('organization', organization),
          },
        ]),
    {
      title: 'Status',
      text: e.status_code === undefined ? undefined : String(e.status_code),
      gloss: e.outcome === undefined ? undefined : `outcome ${outcomeWord[e.outcome]}`,
      filter: filterOf('status', e.status_code),
    },
    ...some('Build reason', e.build_reason, 'build_reason'),
    { title: 'Event id', text: e.id, mono: true, ...(e.id === undefined ? {} : { filter: filterOf('id', e.id) }) },
    ...some('Request id', e.request_id, 'request_id', true),
    ...some('Deployment', e.deployment, 'deployment'),
    { title: 'Log', text: `${e.log}, ${e.version}`, filter: filterOf('log', e.log) },
    ...(e.time_as_logged === undefined || e.time_as_logged === e.time
      ? []
      : [{ title: 'Time as logged', text: e.time_as_logged, mono: true }]),
    ...Object.entries(e.additional ?? {}).map(([name, value]) => ({
      title: name,
      text: jsonText(value),
      gloss: 'additional',
    })),
  ];
  return lines;
}

function some(title: string, text: string | undefined, field?: Field, mono = false): readonly DetailLine[] {
  if (text === undefined || text === '') return [];
  return [{ title, text, mono, ...(field === undefined ? {} : { filter: filterOf(field, text) }) }];
}

function jsonText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the sentence is about, to be set off in it. */
export function sentenceThings(event: AuditEvent): readonly string[] {
  const person = event.user;
  return [
    person?.email,
    person?.username,
    person?.id,
    event.resource_target,
    ...event.changes.slice(0, 5).flatMap((c) => [c.setting, c.field]),
    event.changes.length > 1 ? `${event.changes.length} fields` : undefined,
  ].flatMap((t) => (t === undefined || t === '' ? [] : [t]));
}

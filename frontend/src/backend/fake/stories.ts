// Sentences and raw records of made-up events.
import type { AuditEvent, EventDetail, Json, RawRecord } from '../types';
import { personLabel } from './counts';
import type { MadeEvent } from './made';

const verbs: ReadonlyMap<string, string> = new Map([
  ['login', 'signing in'],
  ['logout', 'signing out'],
  ['create', 'creating'],
  ['delete', 'deleting'],
  ['open', 'opening'],
  ['connect', 'connecting to'],
  ['ssh', 'opening a web terminal in'],
  ['stop', 'stopping'],
  ['auto_off', 'having turned off by idleness'],
  ['view', 'using'],
]);

export function sentenceOf(e: AuditEvent): string {
  const who = e.user === undefined ? 'An account that is not recorded' : `Account ${personLabel(e)}`;
  const tried = (e.status_code ?? 200) >= 400 ? 'trying, without success: ' : '';
  const [first] = e.changes;
  if (e.action === 'write' && first !== undefined) {
    const what =
      e.changes.length === 1
        ? (first.setting ?? first.field) || 'a setting whose name is not recorded'
        : `${e.changes.length} fields of ${e.resource_target}`;
    return `${who} is recorded as ${tried}changing ${what}`;
  }
  const verb = verbs.get(e.action) ?? e.action;
  return `${who} is recorded as ${tried}${verb}${e.action === 'login' || e.action === 'logout' ? '' : ` ${e.resource_target}`}`;
}

function rawText(e: AuditEvent, masked: boolean): string {
  const diff: { [key: string]: Json } = {};
  for (const c of e.changes) {
    if (c.field === '') continue;
    if (c.secret) diff[c.field] = masked ? '(masked)' : '******';
    else
      diff[c.field] =
        c.basis === 'derived' || c.old === undefined ? (c.new ?? null) : { old: c.old, new: c.new ?? null };
  }
  return JSON.stringify({
    ts: e.time,
    level: 'INFO',
    msg: 'audit_log',
    fields: {
      audit_log: {
        time: e.time,
        action: e.action,
        resource_type: e.resource_type,
        resource_target: e.resource_target,
        user: e.user ?? null,
        diff,
        status_code: e.status_code,
      },
    },
  });
}

export function rawOf(e: AuditEvent, masked: boolean): readonly RawRecord[] {
  return e.sources.map((position) => ({ position, text: rawText(e, masked), masked }));
}

export function detailOf(made: MadeEvent): EventDetail {
  const detail = { event: made.event, sentence: sentenceOf(made.event), raw: rawOf(made.event, true) };
  return made.roles === undefined || made.event.user === undefined ? detail : { ...detail, roles: made.roles };
}

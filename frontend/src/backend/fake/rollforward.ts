// Two snapshots of the made-up case's settings, one of them wrong in places, and what their comparison comes to.
import type { RolledRow, RollForward, RollForwardRequest, SettingRow, SnapshotFile, Verdict } from '../types';
import { rowsAt, type SettingsModel } from './settings';

const names = { opening: 'settings-2026-01-01.json', closing: 'settings-2026-06-30.csv' };

export function snapshotOf(end: 'opening' | 'closing'): SnapshotFile {
  return {
    id: `snapshot-${end}`,
    name: names[end],
    folder: '~/Audits/Northwind/2026-H1/from the client',
    sha256: (end === 'opening' ? '3efa8c68' : '9b1d77c0').repeat(8),
    settings: 46,
  };
}

const ranks: readonly Verdict[] = ['differs', 'cannot be tested', 'agrees'];

export function rollForwardOf(model: SettingsModel, request: RollForwardRequest): Omit<RollForward, 'generation'> {
  const opening_at = request.opening_at ?? '2026-01-01T00:00:00Z';
  const closing_at = request.closing_at ?? '2026-06-30T23:59:59.999999999Z';
  const rows = rowsAt(model, { at: closing_at, from: opening_at })
    .map(rolled)
    .sort((a, b) => ranks.indexOf(a.verdict) - ranks.indexOf(b.verdict));
  const of = (verdict: Verdict) => rows.filter((r) => r.verdict === verdict).length;
  return {
    opening_at,
    closing_at,
    opening: names.opening,
    closing: names.closing,
    opening_sha256: snapshotOf('opening').sha256,
    closing_sha256: snapshotOf('closing').sha256,
    differs: of('differs'),
    cannot_be_tested: of('cannot be tested'),
    agrees: of('agrees'),
    gaps: 3,
    rows,
    unnamed: 2,
    limits: [
      'Compared are the applied changes that are logged in the records received, after the opening instant up to the closing one; that the snapshots are of these instants, and whole, is the client’s word.',
    ],
  };
}

/** The closing snapshot has another value of every seventh setting, and lacks every eleventh. */
function rolled(setting: SettingRow, n: number): RolledRow {
  const { then, now, deployment, panel, resource_type, target, field } = setting;
  const event = now.event !== undefined && now.event !== then?.event ? now.event : undefined;
  const secret = now.known === 'secret';
  const value = secret ? '(set)' : (now.value ?? '');
  const base = {
    deployment,
    panel,
    setting: setting.setting,
    resource_type,
    target,
    field: field || 'fallback shell',
    opening_value: secret ? '(set)' : (then?.value ?? value),
    opening_line: n + 2,
    changes: event === undefined ? 0 : 1,
    ...(secret ? { secret } : {}),
    ...(event === undefined ? {} : { events: [event] }),
  };
  if (n % 11 === 3)
    return { ...base, verdict: 'cannot be tested', words: 'the closing snapshot does not have the setting' };
  const closing = { closing_value: value, closing_line: n + 2 };
  if (n % 7 !== 0 || secret)
    return {
      ...base,
      ...closing,
      verdict: 'agrees',
      words: 'the opening value, after what is logged, is the closing one',
    };
  const after = event ?? 'opening';
  const words = `${event === undefined ? 'opening says' : `the last logged change, ${event}, left`} ${now.words}, closing says something else`;
  return {
    ...base,
    ...closing,
    closing_value: 'something else\u202e',
    verdict: 'differs',
    words,
    lacks: [{ after, before: 'closing', gaps: n === 0 ? 1 : 0, words }],
  };
}

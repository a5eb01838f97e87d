// A made-up deployment: the same seed gives the same events to the last digit. Nothing of it is, or looks like, a client's.
import type { AuditEvent, Change, Json, Kind, Outcome, Person } from '../types';

/** An event together with what only the backend knows of it. */
export interface MadeEvent {
  readonly event: AuditEvent;
  readonly at: number;
  readonly admin: boolean;
  readonly roles?: readonly string[];
}

export const mailDomain = 'northwind-bank.example';
export const v1Deployment = `coder.${mailDomain}`;
export const v2Deployment = `next.${mailDomain}`;

/** Files of the case; the events of a deployment lie in the file of their time. */
export const files = [
  {
    path: 'coder-audit-2025-12…2026-02.ndjson.zst',
    form: 'v1 json',
    deployment: v1Deployment,
    from: '2025-12-01T00:00:00Z',
    to: '2026-03-01T00:00:00Z',
  },
  {
    path: 'coder-audit-2026-03…04.ndjson.zst',
    form: 'v1 json',
    deployment: v1Deployment,
    from: '2026-03-01T00:00:00Z',
    to: '2026-05-01T00:00:00Z',
  },
  {
    path: 'coder-audit-2026-05.ndjson.zst',
    form: 'v1 json',
    deployment: v1Deployment,
    from: '2026-05-01T00:00:00Z',
    to: '2026-06-01T00:00:00Z',
  },
  {
    path: 'coder-audit-2026-06.ndjson.zst',
    form: 'v1 json',
    deployment: v1Deployment,
    from: '2026-06-01T00:00:00Z',
    to: '2026-07-01T00:00:00Z',
  },
  {
    path: 'loki-export-2026-06.ndjson.zst',
    form: 'v1 json',
    deployment: v1Deployment,
    from: '2026-06-02T03:00:00Z',
    to: '2026-07-01T00:00:00Z',
  },
  {
    path: 'api-v0-audit_2026-06 (Zürich, Überprüfung).json',
    form: 'v1 rest',
    deployment: v1Deployment,
    from: '2026-06-22T00:00:00Z',
    to: '2026-07-01T00:00:00Z',
  },
  {
    path: 'api-v2-audit_2026-H1.json',
    form: 'v2 rest',
    deployment: v2Deployment,
    from: '2026-01-01T00:00:00Z',
    to: '2026-07-01T00:00:00Z',
  },
] as const;

export const gaps = [
  { deployment: v1Deployment, from: '2026-03-14T02:00:00Z', to: '2026-03-16T09:30:00Z' },
  { deployment: v1Deployment, from: '2026-06-19T12:00:00Z', to: '2026-06-20T12:00:00Z' },
  { deployment: v1Deployment, from: '2026-06-24T00:00:00Z', to: '2026-06-25T06:00:00Z' },
] as const;

function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const people: readonly (Person & {
  readonly ip: string;
  readonly weight: number;
  readonly roles: readonly string[];
})[] = [
  ['maya.okonkwo', 'Maya Okonkwo', '10.20.4.17', 14, ['site-manager', 'auditor']],
  ['ci-bot', 'CI', '10.20.9.2', 26, ['site-member']],
  ['sre-oncall', 'SRE on call', '10.20.0.9', 8, ['site-admin']],
  ['j.ito', 'Jun Ito', '203.0.113.24', 9, ['site-member']],
  ['þórður.jónsson', 'Þórður Jónsson', '2a02:8109:9c40::41f2', 7, ['site-member']],
  ['b.lindqvist-de-la-cruz', 'Britta Lindqvist de la Cruz', '198.51.100.201', 6, ['site-member']],
  ['ahmed.al-rashid', 'Ahmed al-Rashid', '10.31.7.88', 9, ['site-member']],
  ['t.okonjo-fernández', 'Tomás Okonjo Fernández', '10.20.4.63', 5, ['site-admin']],
  ['li.wei', '李伟', '10.44.1.5', 8, ['site-member']],
  ['h.sato', '佐藤 花', '10.44.2.31', 7, ['site-manager']],
].map(([username, name, ip, weight, roles], i) => ({
  id: `5e876e9a-${(0x121663f0 + i * 7919).toString(16)}1ebd1522060d5270`,
  username: String(username),
  email: `${username}@${mailDomain}`,
  name: String(name),
  ip: String(ip),
  weight: Number(weight),
  roles: Array.isArray(roles) ? roles.map(String) : [],
}));

interface Setting {
  readonly panel: string;
  readonly label: string;
  readonly target: string;
  readonly field: string;
  readonly kind: Kind;
  readonly values: readonly Json[];
  readonly note?: string;
}
const banner = 'Scheduled maintenance\nSaturday 9:01PM to 11:30PM\nSave your work before the window starts.';
const bannerNow =
  'Scheduled maintenance\nSaturday 2026-07-04 21:00 to 23:30 UTC, questions: 電話 5521\nDo not open \u202egpj.exe\u202c attachments\nSave your work before the window starts.';
const crossed = 'label and field look crossed with the next row';
const setting = (
  panel: string,
  label: string,
  target: string,
  field: string,
  kind: Kind,
  values: readonly Json[],
  note?: string,
): Setting =>
  note === undefined
    ? { panel, label, target, field, kind, values }
    : { panel, label, target, field, kind, values, note };
const settings: readonly Setting[] = [
  setting('Infrastructure', 'Access URL', 'infrastructure', 'access URL', 'text', [
    'https://coder.northwind-bank.example',
    'https://coder2.northwind-bank.example',
  ]),
  setting('Infrastructure', 'GPU Vendor', 'infrastructure', 'gpu vendor', 'choice', ['none', 'nvidia', 'amd']),
  setting(
    'Infrastructure',
    'Enable container-based virtual machines',
    'infrastructure',
    'enable container vms',
    'boolean',
    [false, true],
  ),
  setting('Infrastructure', 'Enable caching', 'infrastructure', 'enabled cached container vms', 'boolean', [
    false,
    true,
  ]),
  setting(
    'Infrastructure',
    'Enable TUN device',
    'features',
    'fuse device',
    'boolean',
    ['disabled', 'enabled'],
    'label and field look crossed with the FUSE row',
  ),
  setting(
    'Infrastructure',
    'Enable FUSE device',
    'features',
    'tun device',
    'boolean',
    ['disabled', 'enabled'],
    'label and field look crossed with the TUN row',
  ),
  setting('Infrastructure', 'Enable workspace process logging', 'features', 'exectrace', 'boolean', [
    'enabled',
    'disabled',
  ]),
  setting(
    'Infrastructure',
    'Enable memory overprovisioning',
    'infrastructure',
    'memory overprovisioning enabled',
    'boolean',
    [false, true],
  ),
  setting('Git OAuth', 'Client ID', 'oauth configs', 'client id', 'hash', ['0fb27dd01c9e7a4a', '9c41aa0277b1d0e3']),
  setting('Git OAuth', 'Client Secret', 'oauth configs', 'client secret', 'secret', []),
  setting('Git OAuth', 'Provider', 'oauth configs', 'service type', 'choice', ['github', 'gitlab', 'bitbucket']),
  setting('Git OAuth', 'URL', 'oauth configs', 'URL host', 'text', ['github.com', 'git.northwind-bank.example']),
  setting('Telemetry', 'Send crash reports', 'telemetry', 'crash reports enabled', 'boolean', [true, false]),
  setting(
    'Telemetry',
    'Send usage telemetry',
    'telemetry',
    'enhanced telemetry enabled',
    'boolean',
    [true, false],
    crossed,
  ),
  setting('Templates', 'Template policy', 'local', 'file hash', 'hash', [
    '0000000000000000000000000000000000000000',
    'ed19c7b02f4d5a1199c0aa71e0d2b66f3c15843b',
  ]),
  setting('Templates', 'Template policy', 'local', 'filepath', 'text', ['local', 'policies/workspace.yaml']),
  // Of no catalogue: shown raw, never hidden.
  setting('', '', 'infrastructure', 'idle shutdown grace', 'unknown', ['10m', '30m'], 'not in the catalogue'),
  setting('Appearance', 'System Banner: Background color', 'system banner', 'color bg', 'colour', [
    '#9A4967',
    '#18382D',
  ]),
  setting('Appearance', 'System Banner: Footer', 'system banner', 'text footer', 'text', [
    'UNCLASSIFIED',
    'INTERNAL <b>ONLY</b>',
  ]),
  setting('Appearance', 'Service Banner', 'appearance', 'svc banner enabled', 'boolean', [false, true]),
  setting('Appearance', 'Service Banner: Background color', 'appearance', 'svc banner color bg', 'colour', [
    '#18382D',
    '#9A4967',
  ]),
  setting('Appearance', 'Service Banner: Message', 'appearance', 'svc banner body', 'text', [banner, bannerNow]),
  setting(
    'Appearance',
    'Terms of Service',
    'appearance',
    'tos body',
    'text',
    ['Accept Terms & Conditions', 'Accept the Terms & Conditions of 2026'],
    crossed,
  ),
];
const byTarget = new Map<string, Setting[]>();
for (const s of settings) byTarget.set(s.target, [...(byTarget.get(s.target) ?? []), s]);
const settingTargets = [...byTarget.keys()];

const workspaces = [
  'main',
  'dev',
  'データ分析-東京',
  'prod-payments-eu-west-1-reconciliation-7f3a',
  'risk-model',
  'ledger-api',
  'staging',
  'gpu-lab',
  'onboarding',
  'quarter-close',
  'invoice.exe\u202egpj',
  '<img src=x onerror=alert(1)>',
  'fraud-rules',
  'card-auth',
  'kyc-batch',
];
const agent =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

export const outcomeOf = (status: number): Outcome =>
  status < 400 ? 'ok' : status === 401 || status === 403 ? 'denied' : status >= 500 ? 'unknown' : 'failed';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const plain = (v: Json | undefined): string =>
  v === undefined ? 'not recorded' : typeof v === 'string' ? v : (JSON.stringify(v) ?? '');

function words(c: Omit<Change, 'words'>): string {
  if (c.kind === 'unrecorded') return 'changed, content not recorded by Coder';
  if (c.secret) return 'secret replaced';
  return c.old === undefined ? `→ ${plain(c.new)}` : `${plain(c.old)} → ${plain(c.new)}`;
}
const spoken = (c: Omit<Change, 'words'>): Change => ({ ...c, words: words(c) });

/** The events of the made-up deployment in the order of time. */
export function madeEvents(count: number, seed = 1): readonly MadeEvent[] {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(next() * list.length)];
    if (found === undefined) throw new Error('pick: nothing to choose from');
    return found;
  };
  const weighted = () => {
    let at = next() * people.reduce((sum, p) => sum + p.weight, 0);
    for (const p of people) {
      at -= p.weight;
      if (at < 0) return p;
    }
    return pick(people);
  };
  const ref = () => {
    const letters = Array.from({ length: 12 }, () => crockford.charAt(Math.floor(next() * 32))).join('');
    return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
  };
  const inGap = (at: number) => gaps.some((g) => at >= Date.parse(g.from) && at < Date.parse(g.to));

  const start = Date.parse('2025-12-01T00:00:02Z');
  const end = Date.parse('2026-06-30T23:58:41.902Z');
  const times: number[] = [];
  while (times.length < count) {
    const at = Math.round(start + next() * (end - start));
    const d = new Date(at);
    const weekend = d.getUTCDay() % 6 === 0;
    const office = d.getUTCHours() >= 6 && d.getUTCHours() < 19;
    if (next() < (weekend ? 0.15 : 1) * (office ? 1 : 0.25)) times.push(at);
  }
  times.sort((a, b) => a - b);

  // The last applied value of a field, which a v1 record's "before" is derived from.
  const last = new Map<string, { readonly value: Json; readonly from: string; readonly at: number }>();
  const lines = files.map(() => 0);

  const settingChanges = (target: string, at: number, self: string, outcome: Outcome): Change[] => {
    const known = byTarget.get(target) ?? [];
    const some = known.filter(() => next() < 0.4);
    return (some.length > 0 ? some : [pick(known)]).map((s): Change => {
      const place = s.panel === '' ? {} : { panel: s.panel, setting: s.label };
      const base = { field: s.field, ...place, kind: s.kind, outcome };
      if (s.kind === 'secret') return spoken({ ...base, secret: true, basis: 'logged' });
      const key = `${target} ${s.field}`;
      const before = last.get(key);
      const now = s.values[(s.values.indexOf(before?.value ?? null) + 1) % s.values.length] ?? null;
      const inRecord = next() < 0.45;
      const over =
        before === undefined ? 0 : gaps.filter((g) => Date.parse(g.from) >= before.at && Date.parse(g.to) <= at).length;
      if (outcome === 'ok') last.set(key, { value: now, from: self, at });
      const notes = [s.note, now === 'bitbucket' ? 'bitbucket is not a documented value' : undefined].filter(
        (n) => n !== undefined,
      );
      const told = notes.length === 0 ? {} : { note: notes.join('; ') };
      if (before === undefined) {
        return spoken(
          inRecord
            ? { ...base, ...told, old: s.values[0] ?? null, new: s.values[1] ?? now, basis: 'logged' }
            : { ...base, ...told, new: now, basis: 'logged' },
        );
      }
      if (inRecord) return spoken({ ...base, ...told, old: before.value, new: now, basis: 'logged' });
      const weakened = over > 0 ? { gaps: over } : {};
      return spoken({
        ...base,
        ...told,
        ...weakened,
        old: before.value,
        new: now,
        basis: 'derived',
        from: before.from,
      });
    });
  };

  const v2Changes = (
    outcome: Outcome,
  ): {
    readonly type: string;
    readonly action: string;
    readonly target: string;
    readonly changes: Change[];
    readonly admin: boolean;
  } => {
    const logged = (c: Omit<Change, 'words' | 'basis' | 'outcome'>): Change =>
      spoken({ ...c, basis: 'logged', outcome });
    switch (Math.floor(next() * 7)) {
      case 0: {
        const who = pick(people);
        const kept = ['member'];
        const old = next() < 0.5 ? [...kept, 'template-admin'] : kept;
        return {
          type: 'user',
          action: 'write',
          target: who.email ?? '',
          admin: true,
          changes: [
            logged({
              field: 'roles',
              panel: 'Users and roles',
              kind: 'list',
              old,
              new: [...kept, 'auditor'],
              note: 'new privilege: auditor',
            }),
          ],
        };
      }
      case 1:
        return {
          type: 'user',
          action: 'write',
          target: pick(people).email ?? '',
          admin: true,
          changes: [
            logged({ field: 'status', panel: 'Users and roles', kind: 'choice', old: 'active', new: 'suspended' }),
          ],
        };
      case 2:
        return {
          type: 'custom_role',
          action: 'write',
          target: 'incident-reader',
          admin: true,
          changes: [
            logged({
              field: 'org_permissions',
              panel: 'Users and roles',
              kind: 'list',
              old: [],
              new: ['audit_log:read'],
              note: 'new privilege: audit_log:read',
            }),
          ],
        };
      case 3:
        return {
          type: 'template',
          action: 'write',
          target: 'kubernetes',
          admin: true,
          changes: [
            logged({
              field: 'default_ttl',
              panel: 'Templates',
              kind: 'duration',
              old: 28_800_000_000_000,
              new: 86_400_000_000_000,
            }),
            logged({
              field: 'max_port_sharing_level',
              panel: 'Templates',
              kind: 'choice',
              old: 'owner',
              new: 'authenticated',
            }),
            logged({
              field: 'autostop_requirement',
              panel: 'Templates',
              kind: 'object',
              old: { days_of_week: 31, weeks: 1 },
              new: { days_of_week: 127, weeks: 1, from: 'Monday' },
            }),
          ],
        };
      case 4:
        return {
          type: 'workspace',
          action: 'write',
          target: pick(workspaces),
          admin: false,
          changes: [
            logged({ field: 'ttl', kind: 'duration', old: 0, new: 3_600_000_000_000 }),
            logged({ field: 'autostart_schedule', kind: 'text', new: 'CRON_TZ=Europe/Berlin 30 9 * * 1-5' }),
          ],
        };
      case 5:
        return {
          type: 'oauth2_provider_app',
          action: 'write',
          target: 'backstage',
          admin: true,
          changes: [
            logged({
              field: 'callback_url',
              panel: 'OAuth2 apps',
              kind: 'text',
              old: 'https://backstage.northwind-bank.example/cb',
              new: 'https://portal.northwind-bank.example/cb',
            }),
            logged({ field: 'client_secret', panel: 'OAuth2 apps', kind: 'secret', secret: true }),
          ],
        };
      default:
        return {
          type: 'license',
          action: 'create',
          target: 'Premium',
          admin: true,
          changes: [
            logged({ field: 'exp', panel: 'Licenses', kind: 'time', new: '2027-01-01T00:00:00Z' }),
            logged({ field: 'users', panel: 'Licenses', kind: 'number', old: 500, new: 750 }),
          ],
        };
    }
  };

  return times.map((at): MadeEvent => {
    const self = ref();
    const person = weighted();
    const second = next() < 0.14 && at >= Date.parse('2026-01-01T00:00:00Z');
    const v2 = second || inGap(at);
    const fileNumbers = files.flatMap((f, i) =>
      (f.deployment === v2Deployment) === v2 && at >= Date.parse(f.from) && at < Date.parse(f.to) ? [i] : [],
    );
    const sources = fileNumbers.map((i) => {
      lines[i] = (lines[i] ?? 0) + 1 + Math.floor(next() * 3);
      const line = lines[i] ?? 1;
      return { path: files[i]?.path ?? '', line, offset: line * 912, form: files[i]?.form ?? '' };
    });
    const roll = next();
    const status =
      roll < 0.935 ? (roll < 0.12 ? 201 : 200) : roll < 0.96 ? 401 : roll < 0.978 ? 403 : roll < 0.992 ? 404 : 500;
    const outcome = outcomeOf(status);
    const nobody = next() < 0.01;
    const { ip, roles, weight: _, ...who } = person;
    const common = {
      ref: self,
      time: new Date(at).toISOString().replace('Z', `${String(Math.floor(next() * 1e6)).padStart(6, '0')}Z`),
      log: 'audit' as const,
      status_code: status,
      outcome,
      sources,
      ...(nobody ? {} : { user: who, ip, user_agent: agent }),
    };
    if (v2) {
      const made = v2Changes(outcome);
      const uuid = `${self.replaceAll('-', '').toLowerCase().slice(0, 8)}-0b72-4c58-9f16-3d5b8e27c041`;
      return {
        at,
        admin: made.admin,
        roles,
        event: {
          ...common,
          id: uuid,
          version: 'v2',
          deployment: v2Deployment,
          action: made.action,
          resource_type: made.type,
          resource_target: made.target,
          organization: 'coder',
          request_id: `53bded77-7b9d-4e82-8771-${self.replaceAll('-', '').toLowerCase()}`,
          description: `{user} updated ${made.type} {target}`,
          changes: made.changes,
        },
      };
    }
    const v1 = (
      action: string,
      resource_type: string,
      resource_target: string,
      changes: readonly Change[],
      admin = false,
      more: Partial<AuditEvent> = {},
    ): MadeEvent => ({
      at,
      admin,
      roles,
      event: {
        ...common,
        version: 'v1',
        deployment: v1Deployment,
        action,
        resource_type,
        resource_target,
        changes,
        ...more,
      },
    });
    const what = next();
    const email = person.email ?? '';
    if (what < 0.17) {
      const target = pick(settingTargets);
      if (target === 'features' && next() < 0.2) {
        const change = spoken({
          field: '',
          panel: 'Infrastructure',
          kind: 'unrecorded',
          basis: 'not recorded',
          outcome,
          note: 'possibly Enable fallback shell support for K8s?, the one setting documented to log no field and no value',
        });
        return v1('write', 'features', 'features', [change], true, { content_not_recorded: true });
      }
      const type =
        target === 'local'
          ? 'workspace_template'
          : target === 'oauth configs'
            ? 'oauth_config'
            : target.replace(' ', '_');
      return v1('write', type, target, settingChanges(target, at, self, outcome), true);
    }
    if (what < 0.4) return v1('login', 'user', email, []);
    if (what < 0.6) return v1('connect', 'environment', pick(workspaces), []);
    if (what < 0.68) return v1('open', 'environment', pick(workspaces), []);
    if (what < 0.78) return v1('create', pick(['environment', 'dev_url', 'image']), pick(workspaces), []);
    if (what < 0.83) return v1('delete', pick(['environment', 'image_tag']), pick(workspaces), []);
    if (what < 0.88) return v1('stop', 'environment', pick(workspaces), []);
    if (what < 0.92) return v1('ssh', 'environment', pick(workspaces), []);
    if (what < 0.95) return v1('auto_off', 'environment', pick(workspaces), []);
    if (what < 0.97) return v1('view', 'secret', 'registry-pull', []);
    if (what < 0.985) {
      const change = spoken({ field: 'cpu_cores', kind: 'number', old: 4, new: 8, basis: 'logged', outcome });
      return v1('write', 'environment', pick(workspaces), [change]);
    }
    return v1('logout', 'user', email, []);
  });
}

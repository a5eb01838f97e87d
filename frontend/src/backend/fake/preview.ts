// What a look at made-up files shows before they are imported.
import type { ImportPlan, PlanFile, Preview } from '../types';
import type { MadeEvent } from './made';

/** The files of a plan: those chosen, or those in the folder chosen. */
export function planFilesOf(plan: ImportPlan): readonly PlanFile[] {
  return Array.from({ length: plan.files }, (_, file) => {
    const item = plan.items[file];
    if (item !== undefined && !item.folder) return { file, name: item.name, bytes: item.bytes };
    return {
      file,
      name: `${plan.items[0]?.name}/audit-${String(file + 1).padStart(3, '0')}.log`,
      bytes: 3_400_000 + file,
    };
  });
}

/** The first file is read in part, the second has something to warn of, and every third of a folder holds nothing. */
export function previewOf(file: PlanFile, made: readonly MadeEvent[]): Preview {
  const events = made.slice(0, 20).map((m) => m.event);
  const nothing = file.file % 3 === 2;
  const whole = file.file > 0;
  const period = nothing ? {} : { first: '2026-06-01T00:12:09Z', last: '2026-07-01T23:58:40Z' };
  return {
    path: `/home/auditor/${file.name}`,
    bytes: file.bytes,
    read: whole ? file.bytes : 8_388_608,
    whole,
    ...(nothing ? {} : { form: 'v2-json', shape: 'Coder v2 server log, JSON lines, gzip' }),
    lines: 9_120,
    records: nothing ? 0 : 8_907,
    other: nothing ? 9_120 : 213,
    unreadable: file.file === 1 ? 3 : 0,
    ...period,
    events: nothing ? [] : events,
    other_lines: [
      {
        path: file.name,
        pattern: 'msg: http request',
        count: 213,
        line: 4,
        example: '{"msg":"http request","path":"/api/v2"}',
      },
    ],
    reasons: file.file === 1 ? [{ reason: 'no time', count: 3 }] : [],
    unreadable_records:
      file.file === 1
        ? [
            {
              path: file.name,
              line: 88,
              offset: 70_112,
              reason: 'no time',
              excerpt: '{"fields":{"audit_log":{"action":"open"',
            },
          ]
        : [],
    warnings: nothing
      ? [{ code: 'nothing', words: 'no audit record was found in it' }]
      : file.file === 1
        ? [
            { code: 'name', words: 'source #2 has the same name and other content: it may have been sent again' },
            { code: 'period', words: '212 of 8,904 records lie outside the period under audit' },
          ]
        : [],
  };
}

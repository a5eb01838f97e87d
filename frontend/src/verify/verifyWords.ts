import type { NotedExport, Verified, VerifyCheck } from '../backend/types';
import { count } from '../ui/words';

// As `auditdesk verify` says it, so that a paper that quotes either one says the same.

const stampOf = (time: string) => `${time.slice(0, 19).replace('T', ' ')} UTC`;

export function checkWords(check: VerifyCheck): 'sound' | 'DAMAGED' {
  return (check.damage ?? []).length > 0 ? 'DAMAGED' : 'sound';
}

export function exportWords(e: NotedExport, links: number): string {
  return e.agrees
    ? `agrees: it is that of link ${count(e.link ?? 0)} of ${count(links)}`
    : 'does NOT agree: the chain never had it';
}

/** Of a head that was noted elsewhere; undefined where none was given. */
export function notedWords({ noted, links }: Verified): string | undefined {
  if (noted === undefined) return undefined;
  return noted.agrees
    ? `agrees: it is that of link ${count(noted.link ?? 0)} of ${count(links)}`
    : 'DAMAGED: the chain never had it';
}

export const exportTitle = (e: NotedExport) => `head noted with the export ${e.name} on ${stampOf(e.time)}`;

export function revealWords(reveal: Verified['reveals'][number]): string {
  return `the records of ${reveal.ref} were shown unmasked on ${stampOf(reveal.time)}`;
}

/** What a check that found no damage shows, and what it does not. */
export function soundWords({ noted, redaction }: Verified): string {
  const agrees =
    redaction === undefined
      ? 'The case agrees with its own digests and with the records that it holds.'
      : 'This hand-over copy agrees with its own digests and with the records in which nothing is masked.';
  return noted === undefined
    ? `${agrees} Without a head noted elsewhere that does not show that nobody rewrote it; with one, it can be compared here.`
    : `${agrees} What it held when that head was noted is still the same, as far as the head was kept where nobody could change it.`;
}

/** The whole report, for a working paper. */
export function reportText(v: Verified): string {
  const lines: string[] = [];
  for (const check of v.checks) {
    lines.push(`${check.name}: ${count(check.count)}, ${checkWords(check)}`);
    for (const said of [...(check.damage ?? []), ...(check.notes ?? [])]) lines.push(`   ${said}`);
    if ((check.further ?? 0) > 0) lines.push(`   and ${count(check.further ?? 0)} more`);
  }
  for (const e of v.exports) lines.push(`${exportTitle(e)} ${exportWords(e, v.links)} (${e.head})`);
  const noted = notedWords(v);
  if (noted !== undefined) lines.push(`head noted elsewhere: ${noted} (${v.noted?.head ?? ''})`);
  for (const r of v.reveals) lines.push(revealWords(r));
  if (v.first !== undefined) lines.push(`first damage: ${v.first}`, `still sound: ${v.still ?? ''}`);
  lines.push(`head of the chain: ${v.head}`);
  if (v.sound) lines.push(soundWords(v));
  return `${lines.join('\n')}\n`;
}

/** Why a text can't be a head; undefined for none, and for what can be one. The backend takes spaces and capitals too. */
export function headProblem(text: string): string | undefined {
  const head = text.replace(/\s+/g, '');
  return head === '' || /^[0-9a-f]{64}$/i.test(head) ? undefined : 'A head has 64 hexadecimal digits';
}

// What a look at a file shows, in words. Nothing here claims more than was looked at.
import type { Preview } from '../backend/types';
import { bytesWords } from '../ui/sizes';
import { count, counted } from '../ui/words';
import { localOf } from '../view/time';

/** "2026-06-01 to 2026-07-01", with "about" where not all was looked at; days of UTC. */
export function periodWords(p: Pick<Preview, 'first' | 'last' | 'whole'>): string {
  if (p.first === undefined || p.last === undefined) return 'no time seen';
  const [from, to] = [localOf(p.first, 'UTC')?.day ?? p.first, localOf(p.last, 'UTC')?.day ?? p.last];
  return `${p.whole ? '' : 'about '}${from === to ? from : `${from} to ${to}`}`;
}

export function shapeOf(p: Pick<Preview, 'shape' | 'records' | 'unreadable' | 'whole' | 'lines'>): string {
  if (p.lines === 0 && p.whole) return 'an empty file';
  if (p.records > p.unreadable) return p.shape ?? '';
  return ['no audit record found', p.shape].filter(Boolean).join(', ');
}

/** "All of it was looked at", "The first 8.4 MB were looked at". */
export function lookedWords(p: Pick<Preview, 'whole' | 'read' | 'archive' | 'members' | 'further_members'>): string {
  const members = p.archive === undefined ? '' : `${p.archive}, ${membersWords(p)}. `;
  if (p.whole) return `${members}All of it was looked at.`;
  const part = p.archive === undefined ? `The first ${bytesWords(p.read)}` : bytesWords(p.read);
  return `${members}${part}, unpacked, ${p.read === 1 ? 'was' : 'were'} looked at; what follows may differ.`;
}

function membersWords({
  members = [],
  further_members: further = 0,
}: Pick<Preview, 'members' | 'further_members'>): string {
  const some = counted(members.length, 'member');
  if (further < 0) return `${some} looked at and more`;
  return further === 0 ? some : `${count(members.length)} of ${counted(members.length + further, 'member')} looked at`;
}

/** "9,120 lines: 8,907 records, 3 of them unreadable, and 213 other lines". */
export function countWords(p: Pick<Preview, 'lines' | 'records' | 'unreadable' | 'other'>): string {
  const bad = p.unreadable === 0 ? '' : `, ${count(p.unreadable)} of them unreadable,`;
  return `${counted(p.lines, 'line')}: ${counted(p.records, 'record')}${bad} and ${counted(p.other, 'other line')}`;
}

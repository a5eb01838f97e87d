import { keysOf } from '../ui/words';
import type { Shortcut } from './action';

/** What a key press is compared by; a KeyboardEvent has it all. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether a press is the shortcut on this platform. A sign such as "?" brings its own shift key. */
export function isPress(shortcut: Shortcut, press: Press, platform: string | undefined): boolean {
  const key = shortcut.at(-1) ?? '';
  const mod = shortcut.includes('mod');
  const mac = platform === 'darwin';
  if ((mac ? press.metaKey : press.ctrlKey) !== mod || (mac ? press.ctrlKey : press.metaKey)) return false;
  if (press.altKey !== shortcut.includes('alt')) return false;
  const letter = /^[A-Z0-9]$/.test(key) || key.length > 1;
  if (letter && press.shiftKey !== shortcut.includes('shift')) return false;
  return press.key.toUpperCase() === key.toUpperCase();
}

/** Whether a press would be taken from someone who is typing: a sign without ctrl, or undoing in a text field. */
export function belongsToText(shortcut: Shortcut, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const typing =
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  if (!typing) return false;
  const key = shortcut.at(-1);
  return !shortcut.includes('mod') || key === 'Z' || key === 'Y';
}

export function shortcutWords(shortcut: Shortcut, platform: string | undefined): string {
  return keysOf(platform, ...shortcut);
}

export const inputId = 'settings-search';
export const rollForwardId = 'settings-roll-forward';

/** Brings the keys to the search of the settings; false while the view is not drawn. */
export function focusSettingsSearch(): boolean {
  const input = document.getElementById(inputId);
  if (!(input instanceof HTMLInputElement)) return false;
  input.focus();
  input.select();
  return true;
}

/** Brings the keys to where a roll-forward was asked for. */
export function focusRollForward() {
  document.getElementById(rollForwardId)?.focus();
}

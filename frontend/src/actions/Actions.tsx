import { useEffect } from 'react';
import { useDesk } from '../desk';
import { AboutDialog } from './AboutDialog';
import { actionOf, actions } from './actions';
import { HelpDialog } from './HelpDialog';
import { Palette } from './Palette';
import { belongsToText, isPress } from './shortcuts';
import { useActions } from './useActions';

/** Whether a dialog is open: it asks for an answer first, and nothing changes behind it. */
function isAsked(): boolean {
  return document.querySelector('[data-modal]') !== null;
}

/** Keys and the native menu, wherever the focus is, and the dialogs that list what can be done. */
export function Actions() {
  const { app } = useDesk();
  const { reach, run } = useActions();
  const { backend } = reach;
  const platform = app?.platform;

  useEffect(
    () =>
      backend.on('action', (id) => {
        const action = actionOf(id);
        if (action !== undefined && !isAsked()) run(action);
      }),
    [backend, run],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = actions.find((a) =>
        a.shortcuts.some((s) => isPress(s, event, platform) && !belongsToText(s, event.target)),
      );
      if (action === undefined || isAsked()) return;
      event.preventDefault();
      run(action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [run, platform]);

  return (
    <>
      <Palette />
      <HelpDialog />
      <AboutDialog />
    </>
  );
}

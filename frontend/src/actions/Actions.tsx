import { useEffect } from 'react';
import { useDesk } from '../desk';
import { AboutDialog } from './AboutDialog';
import { actionOf, actions } from './actions';
import { HelpDialog } from './HelpDialog';
import { Palette } from './Palette';
import { belongsToText, isPress } from './shortcuts';
import { useActions } from './useActions';

/** Keys and the native menu, wherever the focus is, and the dialogs that list what can be done. */
export function Actions() {
  const { app, dialog } = useDesk();
  const { reach, run } = useActions();
  const { backend } = reach;
  const platform = app?.platform;

  useEffect(
    () =>
      backend.on('action', (id) => {
        const action = actionOf(id);
        if (action !== undefined) run(action);
      }),
    [backend, run],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = actions.find((a) =>
        a.shortcuts.some((s) => isPress(s, event, platform) && !belongsToText(s, event.target)),
      );
      // A dialog asks for an answer first.
      if (action === undefined || dialog !== undefined || document.querySelector('[role=alertdialog]') !== null) return;
      event.preventDefault();
      run(action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [run, platform, dialog]);

  return (
    <>
      <Palette />
      <HelpDialog />
      <AboutDialog />
    </>
  );
}

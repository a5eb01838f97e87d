import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { MenuButton } from '../ui/Menu';
import { actionOf } from './actions';
import styles from './CaseMenu.module.css';
import { shortcutWords } from './shortcuts';
import { useActions } from './useActions';

const sections = [
  ['engagement', 'new-import', 'import-folder', 'export', 'verify'],
  ['open-case', 'demo', 'close-case'],
  ['theme-system', 'theme-light', 'theme-dark'],
  ['palette', 'help', 'about'],
] as const;

/** The case's title; behind it what can be done with the case and the program. */
export function CaseMenu() {
  const { caseInfo, app } = useDesk();
  const { reach, run } = useActions();
  const title = caseInfo?.engagement.title ?? '';
  return (
    <MenuButton
      label="Case"
      trigger={
        <Button variant="bare" className={styles.button}>
          <Icon name="case" />
          <b className={styles.title}>
            <LogText text={title} max={200} />
          </b>
          <Icon name="down" size="s" />
        </Button>
      }
      groups={sections.map((ids) => ({
        items: ids.flatMap((id) => {
          const action = actionOf(id);
          if (action === undefined) return [];
          const [keys] = action.shortcuts;
          return [
            {
              id,
              label: action.label(reach),
              icon: action.icon,
              keys: keys === undefined ? undefined : shortcutWords(keys, app?.platform),
              disabled: !id.startsWith('theme-') && !action.enabled(reach),
              ...(id.startsWith('theme-') ? { checked: id === `theme-${app?.theme ?? 'system'}` } : {}),
              run: () => run(action),
            },
          ];
        }),
      }))}
    />
  );
}

import { useRef } from 'react';
import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import { actionOf } from '../actions/actions';
import { useActions } from '../actions/useActions';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Checkbox } from '../ui/Checkbox';
import { Icon } from '../ui/icons';
import { Segmented } from '../ui/Segmented';
import { withSettings } from '../view/view';
import { inputId, rollForwardId } from './focusSearch';
import styles from './SettingsBar.module.css';

export interface SettingsBarProps {
  /** Whether the statements stand beside the table. */
  readonly statements: boolean;
  onStatements(): void;
}

/** One instant or two, which settings, and where the statements are. */
export function SettingsBar({ statements, onStatements }: SettingsBarProps) {
  const { view, step, amend } = useDesk();
  const { instants, onlyDiffer, search } = view.settings;
  const { reach, run } = useActions();
  const rollForward = actionOf('roll-forward');
  const typing = useRef(false);
  const find = (text: string) => {
    // What is typed in one go is one step.
    const change = typing.current ? amend : (f: Parameters<typeof amend>[0]) => step('search the settings', f);
    typing.current = true;
    change((v) => withSettings(v, (s) => ({ ...s, search: text })));
  };
  return (
    <section className={styles.bar} aria-label="Which settings">
      <Segmented
        label="Instants"
        value={instants}
        options={[
          { value: 'one', label: 'One instant' },
          { value: 'two', label: 'Two instants' },
        ]}
        onChange={(next) =>
          step(next === 'one' ? 'one instant' : 'two instants', (v) =>
            withSettings(v, (s) => ({ ...s, instants: next })),
          )
        }
      />
      <Checkbox
        isSelected={instants === 'two' && onlyDiffer}
        isDisabled={instants === 'one'}
        onChange={(on) =>
          step(on ? 'only settings that differ or are unknown' : 'all settings', (v) =>
            withSettings(v, (s) => ({ ...s, onlyDiffer: on })),
          )
        }
      >
        Only settings that differ or are unknown
      </Checkbox>
      <span className={styles.grow} />
      <SearchField
        aria-label="Setting, field, panel, target or deployment"
        value={search}
        onChange={find}
        onBlur={() => {
          typing.current = false;
        }}
        className={styles.search ?? ''}
      >
        <Icon name="search" size="s" />
        <Input
          id={inputId}
          className={styles.input ?? ''}
          placeholder="Setting or field"
          spellCheck="false"
          autoComplete="off"
        />
        {search !== '' && (
          <AriaButton className={styles.clear ?? ''} aria-label="Clear">
            <Icon name="x" size="xs" />
          </AriaButton>
        )}
      </SearchField>
      <Button
        icon="shield"
        aria-pressed={statements}
        onPress={onStatements}
        className={statements ? styles.on : undefined}
      >
        Statements
      </Button>
      {rollForward !== undefined && (
        <Button
          id={rollForwardId}
          icon={rollForward.icon}
          isDisabled={!rollForward.enabled(reach)}
          onPress={() => run(rollForward)}
        >
          {rollForward.label(reach)}
        </Button>
      )}
    </section>
  );
}

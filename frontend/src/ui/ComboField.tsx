import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import styles from './ComboField.module.css';
import { Icon } from './icons';
import { visibleText } from './visible';

export interface ComboFieldProps {
  readonly label: string;
  /** Keeps the label for screen readers only, where a form has it beside the field. */
  readonly hideLabel?: boolean;
  readonly value: string;
  onChange(value: string): void;
  /** What is offered; with `free` anything else may be typed too. */
  readonly options: readonly string[];
  readonly free?: boolean;
  readonly placeholder?: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

/** A text field with a list to choose from, searched while typing. */
export function ComboField(props: ComboFieldProps) {
  const { label, hideLabel, value, onChange, options, free, placeholder, hint, error } = props;
  return (
    <ComboBox
      {...(hideLabel ? { 'aria-label': label } : {})}
      inputValue={value}
      onInputChange={onChange}
      onSelectionChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      allowsCustomValue={free ?? false}
      allowsEmptyCollection={!free}
      menuTrigger="input"
      isInvalid={error !== undefined}
      className={styles.field ?? ''}
    >
      {!hideLabel && <Label className={styles.label ?? ''}>{label}</Label>}
      <div className={styles.box}>
        <Input
          className={styles.input ?? ''}
          spellCheck="false"
          autoComplete="off"
          {...(placeholder === undefined ? {} : { placeholder })}
        />
        {options.length > 0 && (
          <AriaButton className={styles.open ?? ''}>
            <Icon name="down" size="xs" />
          </AriaButton>
        )}
      </div>
      {hint !== undefined && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
      <Popover offset={4} className={styles.popover ?? ''}>
        <ListBox
          className={styles.list ?? ''}
          renderEmptyState={() => <p className={styles.none}>Nothing of that name</p>}
        >
          {options.map((option) => (
            <ListBoxItem key={option} id={option} textValue={visibleText(option)} className={styles.option ?? ''}>
              {visibleText(option)}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

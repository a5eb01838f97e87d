import type { Ref } from 'react';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
} from 'react-aria-components';
import styles from './TextField.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  /** Shown above the field; without it, give `aria-label`. */
  readonly label?: string;
  readonly hint?: string | undefined;
  /** What is wrong, in words. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly className?: string | undefined;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, placeholder, mono, className, inputRef, ...rest }: TextFieldProps) {
  return (
    <AriaTextField
      {...rest}
      isInvalid={error !== undefined}
      className={[styles.field, className].filter(Boolean).join(' ')}
    >
      {label !== undefined && <Label className={styles.label ?? ''}>{label}</Label>}
      <Input
        ref={inputRef}
        className={[styles.input, mono && styles.mono].filter(Boolean).join(' ')}
        {...(placeholder === undefined ? {} : { placeholder })}
        spellCheck="false"
        autoComplete="off"
      />
      {hint !== undefined && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}

import type { ReactNode } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import styles from './RadioList.module.css';

export interface RadioListProps<T extends string> {
  /** For screen readers. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly {
    readonly value: T;
    readonly label: string;
    readonly note?: ReactNode;
    readonly disabled?: boolean;
  }[];
  onChange(value: T): void;
}

/** A choice of a few, one below the other, each with a quiet note. */
export function RadioList<T extends string>({ label, value, options, onChange }: RadioListProps<T>) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onChange={(next) => {
        const option = options.find((o) => o.value === next);
        if (option !== undefined) onChange(option.value);
      }}
    >
      {options.map((o) => (
        <Radio key={o.value} value={o.value} isDisabled={o.disabled ?? false} className={styles.option ?? ''}>
          <span className={styles.dot} />
          {o.label}
          {o.note !== undefined && <span className={styles.note}>{o.note}</span>}
        </Radio>
      ))}
    </RadioGroup>
  );
}

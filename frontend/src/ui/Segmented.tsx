import { Radio, RadioGroup } from 'react-aria-components';
import styles from './Segmented.module.css';

export interface SegmentedProps<T extends string> {
  /** For screen readers. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly title?: string }[];
  onChange(value: T): void;
}

/** A choice of a few, side by side; a radio group for keys and screen readers. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <RadioGroup
      aria-label={label}
      orientation="horizontal"
      value={value}
      onChange={(next) => {
        const option = options.find((o) => o.value === next);
        if (option !== undefined) onChange(option.value);
      }}
      className={styles.group ?? ''}
    >
      {options.map((o) => (
        <Radio key={o.value} value={o.value} className={styles.option ?? ''}>
          {/* The bold text is always laid out, so that the choice changes no widths. */}
          <span className={styles.text} data-text={o.label} title={o.title}>
            {o.label}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

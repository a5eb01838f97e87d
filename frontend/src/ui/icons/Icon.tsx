import styles from './Icon.module.css';
import { type IconName, shapes } from './shapes';

/** 16, 14 and 12 px; the strokes of the small one are heavier. */
export type IconSize = 'm' | 's' | 'xs';

export interface IconProps {
  readonly name: IconName;
  readonly size?: IconSize;
  readonly className?: string | undefined;
  /** Only for a shape that stands without its word; otherwise the drawing is hidden from screen readers. */
  readonly label?: string;
}

export function Icon({ name, size = 'm', className, label }: IconProps) {
  const classes = [styles.icon, styles[size], className].filter(Boolean).join(' ');
  if (label === undefined) {
    return (
      <svg className={classes} viewBox="0 0 16 16" aria-hidden="true" focusable="false" data-icon={name}>
        {shapes[name]}
      </svg>
    );
  }
  return (
    <svg className={classes} viewBox="0 0 16 16" role="img" aria-label={label} focusable="false" data-icon={name}>
      {shapes[name]}
    </svg>
  );
}

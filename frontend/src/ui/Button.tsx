import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './Button.module.css';
import { Icon, type IconName } from './icons';
import { Tooltip } from './Tooltip';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** plain has a border; primary is the one thing to do; bare is quiet, for bars; link reads as text. */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'bare' | 'link';
  /** 26 px, or 24 in dense places. */
  readonly size?: 'm' | 's';
  readonly icon?: IconName;
  readonly className?: string | undefined;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'plain', size = 'm', icon, className, children, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[variant], size === 's' && styles.small, className].filter(Boolean).join(' ');
  return (
    <AriaButton {...rest} className={classes}>
      {icon !== undefined && <Icon name={icon} size={size === 's' ? 'xs' : 's'} />}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  readonly icon: IconName;
  /** The name: for screen readers and as the tooltip. */
  readonly label: string;
  /** Key or keys, shown in the tooltip. */
  readonly keys?: string | undefined;
  readonly size?: 'm' | 's' | 'xs';
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, keys, size = 'm', className, ...rest }: IconButtonProps) {
  const classes = [styles.button, styles.bare, styles.icon, size !== 'm' && styles[size], className]
    .filter(Boolean)
    .join(' ');
  return (
    <Tooltip text={label} keys={keys}>
      <AriaButton {...rest} aria-label={label} className={classes}>
        <Icon name={icon} size={size === 'xs' ? 'xs' : 's'} />
      </AriaButton>
    </Tooltip>
  );
}

import type { ReactElement, ReactNode } from 'react';
import { Dialog as AriaDialog, Popover as AriaPopover, DialogTrigger, type PopoverProps } from 'react-aria-components';
import styles from './Popover.module.css';

export interface PopoverTriggerProps {
  /** Name of what opens, for screen readers. */
  readonly label: string;
  /** One React Aria button. */
  readonly trigger: ReactElement;
  readonly placement?: PopoverProps['placement'];
  readonly isOpen?: boolean;
  onOpenChange?(open: boolean): void;
  readonly className?: string | undefined;
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}

export function PopoverTrigger({
  label,
  trigger,
  placement = 'bottom start',
  isOpen,
  onOpenChange,
  className,
  children,
}: PopoverTriggerProps) {
  const open = isOpen === undefined ? {} : { isOpen };
  return (
    <DialogTrigger {...open} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger}
      <AriaPopover placement={placement} offset={4} className={styles.popover ?? ''}>
        <AriaDialog aria-label={label} className={[styles.content, className].filter(Boolean).join(' ')}>
          {({ close }) => <>{typeof children === 'function' ? children(close) : children}</>}
        </AriaDialog>
      </AriaPopover>
    </DialogTrigger>
  );
}

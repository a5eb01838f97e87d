import type { ReactElement } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import styles from './Tooltip.module.css';

export interface TooltipProps {
  readonly text: string;
  /** Keys that do the same, such as "Ctrl Z". */
  readonly keys?: string | undefined;
  /** One React Aria button (or another focusable of its). */
  readonly children: ReactElement;
}

export function Tooltip({ text, keys, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip className={styles.tooltip ?? ''} offset={6}>
        {text}
        {keys !== undefined && <kbd className={styles.keys}>{keys}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

import { useRef } from 'react';
import { Popover as AriaPopover } from 'react-aria-components';
import styles from './ContextMenu.module.css';
import { type MenuGroup, MenuList } from './Menu';
import menu from './Menu.module.css';

export interface ContextMenuProps {
  readonly label: string;
  /** Where it opens, in pixels of the window; undefined while it is closed. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly groups: readonly MenuGroup[];
  onClose(): void;
}

/** A menu at a point, for the second mouse button and the menu key. */
export function ContextMenu({ label, at, groups, onClose }: ContextMenuProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: at?.x ?? 0, top: at?.y ?? 0 }} />
      <AriaPopover
        triggerRef={anchor}
        isOpen={at !== undefined}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        placement="bottom start"
        offset={0}
        className={menu.popover ?? ''}
      >
        <MenuList label={label} groups={groups} onClose={onClose} />
      </AriaPopover>
    </>
  );
}

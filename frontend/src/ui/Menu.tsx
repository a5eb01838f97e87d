import type { ReactElement } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Popover as AriaPopover,
  Header,
  MenuSection,
  MenuTrigger,
  type PopoverProps,
  Separator,
} from 'react-aria-components';
import { Icon, type IconName } from './icons';
import styles from './Menu.module.css';
import { visibleText } from './visible';

export interface MenuItem {
  readonly id: string;
  /** May be text of a log: it is shown with control characters made visible. */
  readonly label: string;
  readonly icon?: IconName | undefined;
  /** Keys that do the same, such as "Ctrl Z". */
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  /** Shows a tick (or room for one). */
  readonly checked?: boolean;
  run(): void;
}

export interface MenuGroup {
  readonly title?: string;
  readonly items: readonly MenuItem[];
}

export interface MenuListProps {
  /** For screen readers. */
  readonly label: string;
  readonly groups: readonly MenuGroup[];
  /** Whether the menu stays open when an item was chosen (ticks). */
  readonly stay?: boolean;
  onClose?(): void;
}

/** The items alone, for a menu whose popover is placed by hand. */
export function MenuList({ label, groups, stay, onClose }: MenuListProps) {
  const all = groups.flatMap((g) => g.items);
  const shown = groups.filter((g) => g.items.length > 0);
  return (
    <AriaMenu
      aria-label={label}
      className={styles.menu ?? ''}
      disabledKeys={all.filter((i) => i.disabled).map((i) => i.id)}
      onAction={(key) => all.find((i) => i.id === key)?.run()}
      shouldCloseOnSelect={!stay}
      {...(onClose ? { onClose } : {})}
    >
      {shown.map((group, i) => (
        <MenuSection key={group.title ?? group.items[0]?.id} aria-label={group.title ?? `Group ${i + 1}`}>
          {i > 0 && group.title === undefined && <Separator className={styles.line ?? ''} />}
          {group.title !== undefined && <Header className={styles.title ?? ''}>{group.title}</Header>}
          {group.items.map((item) => (
            <AriaMenuItem key={item.id} id={item.id} textValue={visibleText(item.label)} className={styles.item ?? ''}>
              {item.checked !== undefined && (
                <span className={styles.tick}>{item.checked && <Icon name="check" size="xs" label="on" />}</span>
              )}
              {item.icon !== undefined && <Icon name={item.icon} size="s" />}
              <span className={styles.label}>{visibleText(item.label)}</span>
              {item.keys !== undefined && <kbd className={styles.keys}>{item.keys}</kbd>}
            </AriaMenuItem>
          ))}
        </MenuSection>
      ))}
    </AriaMenu>
  );
}

export interface MenuButtonProps extends MenuListProps {
  /** One React Aria button. */
  readonly trigger: ReactElement;
  readonly placement?: PopoverProps['placement'];
}

export function MenuButton({ trigger, placement = 'bottom start', ...list }: MenuButtonProps) {
  return (
    <MenuTrigger>
      {trigger}
      <AriaPopover placement={placement} offset={4} className={styles.popover ?? ''}>
        <MenuList {...list} />
      </AriaPopover>
    </MenuTrigger>
  );
}

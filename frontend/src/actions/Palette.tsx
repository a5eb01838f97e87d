import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useDesk } from '../desk';
import { Icon } from '../ui/icons';
import { ScrollArea } from '../ui/ScrollArea';
import { visibleText } from '../ui/visible';
import { actions } from './actions';
import styles from './Palette.module.css';
import { shortcutWords } from './shortcuts';
import { useActions } from './useActions';

/** All commands that can be given now, searched while typing. */
export function Palette() {
  const { dialog, closeDialog, app } = useDesk();
  const { reach, run } = useActions();
  const { contains } = useFilter({ sensitivity: 'base' });
  const possible = actions.filter((a) => a.id !== 'palette' && a.enabled(reach));
  return (
    <ModalOverlay
      isOpen={dialog === 'palette'}
      onOpenChange={(open) => {
        if (!open) closeDialog();
      }}
      isDismissable
      data-modal
      className={styles.scrim ?? ''}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label="Commands" className={styles.dialog ?? ''}>
          <Autocomplete filter={contains}>
            <SearchField aria-label="Search commands" autoFocus className={styles.search ?? ''}>
              <Icon name="search" size="s" />
              <Input placeholder="Type what you want to do" className={styles.input ?? ''} />
            </SearchField>
            <ScrollArea label="Commands found" className={styles.scroll}>
              <Menu
                aria-label="Commands"
                className={styles.list ?? ''}
                renderEmptyState={() => <p className={styles.none}>No command of that name</p>}
                onAction={(id) => {
                  closeDialog();
                  const action = possible.find((a) => a.id === id);
                  if (action !== undefined) run(action);
                }}
              >
                {possible.map((a) => {
                  const label = visibleText(a.label(reach));
                  const [keys] = a.shortcuts;
                  return (
                    <MenuItem key={a.id} id={a.id} textValue={label} className={styles.item ?? ''}>
                      <span className={styles.icon}>{a.icon !== undefined && <Icon name={a.icon} size="s" />}</span>
                      <span className={styles.label}>{label}</span>
                      <span className={styles.group}>{a.group}</span>
                      {keys !== undefined && <kbd className={styles.keys}>{shortcutWords(keys, app?.platform)}</kbd>}
                    </MenuItem>
                  );
                })}
              </Menu>
            </ScrollArea>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './Button';
import styles from './Dialog.module.css';
import { ScrollArea } from './ScrollArea';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  onClose(): void;
  /** Pixels; the window's width less a margin is the most. */
  readonly width?: number;
  /** For a question that must be answered: no cross, Esc still closes. */
  readonly alert?: boolean;
  /** Buttons, from the left; put a `<span className={…grow}>` or margin yourself. The one to choose stands last. */
  readonly footer?: ReactNode;
  /** The content brings its own padding. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ title, isOpen, onClose, width = 520, alert, footer, flush, children }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={!alert}
      data-modal
      className={styles.scrim ?? ''}
    >
      <Modal className={styles.modal ?? ''} style={{ width }}>
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} className={styles.dialog ?? ''}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title ?? ''}>
              {title}
            </Heading>
            {!alert && <IconButton icon="x" label="Close" keys="Esc" onPress={onClose} />}
          </header>
          <ScrollArea label={title} className={flush ? styles.flush : styles.body}>
            {children}
          </ScrollArea>
          {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

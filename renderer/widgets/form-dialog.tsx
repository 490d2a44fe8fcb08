import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import './form-dialog.css';

interface FormDialogProps {
  /** Besides the look of every dialog with a form. */
  readonly className: string;
  readonly title: string;
  /** A click beside it does nothing: what would be ended is not begun again as easily. */
  readonly isKept?: boolean;
  onClose(): void;
  readonly children: React.ReactNode;
}

/** A dialog with a title above a form. Escape closes it, and so does a click beside it unless it `isKept`. */
export function FormDialog({ className, title, isKept = false, onClose, children }: FormDialogProps): React.ReactNode {
  return (
    <ModalOverlay className="dialog-backdrop" isOpen isDismissable={!isKept} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className={`dialog form-dialog ${className}`}>
        <Dialog>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

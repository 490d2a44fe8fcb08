import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import './form-dialog.css';

interface FormDialogProps {
  /** Besides the look of every dialog with a form. */
  readonly className: string;
  readonly title: string;
  onClose(): void;
  readonly children: React.ReactNode;
}

/** A dialog with a title above a form. Escape and a click beside it close it. */
export function FormDialog({ className, title, onClose, children }: FormDialogProps): React.ReactNode {
  return (
    <ModalOverlay className="dialog-backdrop" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className={`dialog form-dialog ${className}`}>
        <Dialog>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

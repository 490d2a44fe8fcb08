import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import type { Question } from '../stores/ui-store.ts';
import { Button } from '../widgets/button.tsx';

/** A question that must be answered before anything goes on. Escape answers nothing. */
export function QuestionDialog({ question }: { readonly question: Question }): React.ReactNode {
  return (
    <ModalOverlay className="dialog-backdrop" isOpen onOpenChange={(isOpen) => !isOpen && question.answer(null)}>
      <Modal className="dialog">
        <Dialog role="alertdialog" aria-label={question.sentence}>
          <p>{question.sentence}</p>
          <div className="answers">
            <Button onClick={() => question.answer(null)}>Cancel</Button>
            {question.answers.slice(1).map((title) => (
              <Button key={title} onClick={() => question.answer(title)}>
                {title}
              </Button>
            ))}
            <Button look="primary" autoFocus onClick={() => question.answer(question.answers[0] ?? null)}>
              {question.answers[0]}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

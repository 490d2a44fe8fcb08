import { StickyNote } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { NOTE_CHARACTERS_MAX } from '../../node/contract/focus-note.ts';
import { placeWords } from '../model/notes.ts';
import { useApp } from '../stores/app-context.ts';
import type { NoteDraft } from '../stores/notes-store.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import './note-box.css';

/** Where a note is written: above the time bar, beside what it is about. Nothing while none is written. */
export function NoteBox(): React.ReactNode {
  const app = useApp();
  const draft = useStore(app.notes, (state) => state.draft);
  return draft === null ? null : <OpenBox key={`${draft.id ?? 'new'} ${JSON.stringify(draft.place)}`} draft={draft} />;
}

function OpenBox({ draft }: { readonly draft: NoteDraft }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [text, setText] = useState(draft.text);
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const former = before.current;
    field.current?.focus();
    return () => {
      // The keyboard goes back to where it was.
      if (former instanceof HTMLElement && former.isConnected) former.focus();
    };
  }, []);
  const close = (): void => app.notes.getState().setDraft(null);
  const save = (): void => {
    if (text.trim() === '' || isBusy) return;
    setBusy(true);
    app.notes
      .getState()
      .put(draft.id, draft.place, text.trim())
      .then(close)
      .catch((error: unknown) => {
        setFailure(error);
        setBusy(false);
      });
  };
  const where = placeWords(world, draft.place);
  return (
    <form
      className="note-box"
      role="dialog"
      aria-label={`Note on ${where}`}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
        // With Shift it is a new line; on a button it is that button.
        else if (event.key === 'Enter' && !event.shiftKey && event.target === field.current) save();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <p className="note-box-head">
        <StickyNote size={13} aria-hidden /> Note on <b>{where}</b>
      </p>
      <textarea
        ref={field}
        className="field"
        rows={3}
        maxLength={NOTE_CHARACTERS_MAX}
        value={text}
        aria-label="Text of the note"
        placeholder="What is to be seen here?"
        onChange={(event) => setText(event.target.value)}
      />
      {failure !== null && <ErrorText error={failure} />}
      <div className="note-box-answers">
        <span className="faint">Enter saves, Shift+Enter is a new line</span>
        <Button isSmall onClick={close}>
          Cancel
        </Button>
        <Button isSmall look="primary" disabled={text.trim() === '' || isBusy} onClick={save}>
          Save note
        </Button>
      </div>
    </form>
  );
}

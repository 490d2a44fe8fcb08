import { StickyNote } from 'lucide-react';

/** Beside what somebody wrote about. */
export function NoteMark(): React.ReactNode {
  return (
    <span className="note-mark" title="With a note">
      <StickyNote size={11} role="img" aria-label="With a note" />
    </span>
  );
}

import { TriangleAlert } from 'lucide-react';

/** A small mark beside something that is no error: its words are read out and shown as a tip. */
export function HintMark({ words }: { readonly words: string }): React.ReactNode {
  return (
    <span className="hint-mark" role="img" aria-label={words} title={words}>
      <TriangleAlert size={11} aria-hidden />
    </span>
  );
}

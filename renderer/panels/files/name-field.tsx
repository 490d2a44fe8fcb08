import { useRef } from 'react';

interface NameFieldProps {
  readonly label: string;
  readonly initial: string;
  readonly placeholder: string;
  onCommit(name: string): void;
  onCancel(): void;
}

/** A name being typed: Enter takes it, Escape and leaving it do not. The part before the ending is selected. */
export function NameField({ label, initial, placeholder, onCommit, onCancel }: NameFieldProps): React.ReactNode {
  const isDone = useRef(false);
  const once = (finish: () => void): void => {
    if (isDone.current) return;
    isDone.current = true;
    finish();
  };
  return (
    <input
      className="field"
      aria-label={label}
      placeholder={placeholder}
      defaultValue={initial}
      autoFocus
      spellCheck={false}
      onFocus={(event) => {
        const dot = initial.lastIndexOf('.');
        event.target.setSelectionRange(0, dot > 0 ? dot : initial.length);
      }}
      onBlur={() => once(onCancel)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') once(onCancel);
        if (event.key === 'Enter') {
          const name = event.currentTarget.value.trim();
          once(() => onCommit(name));
        }
      }}
    />
  );
}

import { useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { sendEval } from '../../commands/evaluate.ts';
import { useApp } from '../../stores/app-context.ts';
import { keyboardWish } from '../../stores/keyboard.ts';
import { NO_HISTORY, remembered, walked, type History } from './history.ts';

const HEIGHT_MAX_PX = 160;
/** Kept over changes of focus, for as long as the window lives. */
const histories = new Map<ProcessId, History>();

/** The line in which one types Lua for a process. Enter sends, Shift+Enter makes a new line, ↑ and ↓ walk what was sent. */
export function ConsoleInput({
  process,
  prompt,
  onSent,
}: {
  readonly process: ProcessId;
  readonly prompt: string;
  onSent(): void;
}): React.ReactNode {
  const app = useApp();
  const isPast = useStore(app.focus, (state) => state.isPast);
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);

  // Long lines wrap: the field grows with what stands in it.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    // Behind another tab it has no height to measure: its one row stands then.
    if (area.scrollHeight > 0) area.style.height = `${Math.min(HEIGHT_MAX_PX, area.scrollHeight)}px`;
  }, [text]);

  const send = (): void => {
    if (isPast) return app.focus.getState().goLive();
    const code = text.trim();
    if (code === '' || isBusy) return;
    histories.set(process, remembered(histories.get(process) ?? NO_HISTORY, code));
    setText('');
    setBusy(true);
    const mayTake = keyboardWish();
    onSent();
    sendEval(app, process, code, 'console')
      .catch((error: unknown) => {
        setText(code);
        app.ui.getState().fail(error);
      })
      .finally(() => {
        setBusy(false);
        if (mayTake()) field.current?.focus();
      });
  };
  /** What if it had been said then? The recorded history stays as it is. */
  const tryIt = (): void => void (text.trim() !== '' && app.commands.run('branch.say', text.trim()));
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      return event.altKey && isPast ? tryIt() : send();
    }
    const { value, selectionStart } = event.currentTarget;
    const isOnFirst = !value.slice(0, selectionStart).includes('\n');
    const isOnLast = !value.slice(selectionStart).includes('\n');
    const by = event.key === 'ArrowUp' && isOnFirst ? -1 : event.key === 'ArrowDown' && isOnLast ? 1 : null;
    const step = by === null ? null : walked(histories.get(process) ?? NO_HISTORY, by, value);
    if (step === null) return;
    event.preventDefault();
    histories.set(process, step.history);
    setText(step.line);
  };
  return (
    <label className={isPast ? 'console-input past' : 'console-input'}>
      <span className="console-prompt">{prompt}</span>
      <textarea
        ref={field}
        aria-label="Lua to evaluate in the process in focus"
        rows={1}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        placeholder={isPast ? 'The past: Enter goes back to live, Alt+Enter branches' : 'Lua to evaluate, Enter sends'}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isPast && text !== '' && (
        <button type="button" className="console-hint" title="Alt+Enter; Enter alone goes back to live first" onClick={tryIt}>
          Try it in a branch
        </button>
      )}
    </label>
  );
}

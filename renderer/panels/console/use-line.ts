import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { isForLive, takeLine } from '../../commands/console.ts';
import { isDotCommand } from '../../commands/dot-commands.ts';
import { note } from '../../commands/try-code.ts';
import { walked } from '../../model/console-history.ts';
import { useApp } from '../../stores/app-context.ts';
import { keyboardWish } from '../../stores/keyboard.ts';
import { editorWord, endsEmpty, lineBreakAt, withoutLastLine } from './multi-line.ts';
import { useOffers, type OffersModel, type Taken } from './use-offers.ts';

/** The line in which one types to a process. */
export interface LineModel {
  readonly text: string;
  /** True where Enter made a line, since the text was not finished. */
  readonly isUnfinished: boolean;
  readonly offers: OffersModel;
  change(text: string): void;
  onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void;
  /** Takes an offer that was pressed. */
  take(at: number): void;
  /** Sends what stands there; goes back to live first where it is meant for that. */
  send(): void;
  /** What if it had been said at the moment that is looked at? The recorded history stays as it is. */
  tryIt(): void;
  leaveEditing(): void;
}

/** Read when somebody types for the first time: it knows all of Lua's syntax. */
let unfinished: ((text: string) => boolean) | null = null;
const readSyntax = async (): Promise<(text: string) => boolean> =>
  (unfinished ??= (await import('../../editor/unfinished.ts')).isUnfinished);

export function useLine(process: ProcessId, field: RefObject<HTMLTextAreaElement | null>, onSent: () => void): LineModel {
  const app = useApp();
  const { typed: text, isEditing } = useStore(app.console, (state) => state.of(process));
  const isPast = useStore(app.focus, (state) => state.isPast);
  const [isUnfinished, setUnfinished] = useState(false);
  /** Each line waits for the one before it. */
  const before = useRef<Promise<void>>(Promise.resolve());
  /** Where the cursor goes once the text that was put there is drawn. */
  const cursor = useRef<number | null>(null);
  const offers = useOffers(process);
  const set = (typed: string): void => app.console.getState().change(process, { typed });
  const now = (): string => app.console.getState().of(process).typed;

  /** Puts a text there and the cursor at its place; the field has the keyboard. */
  const put = ({ text: next, place }: Taken): void => {
    cursor.current = place;
    set(next);
  };
  useLayoutEffect(() => {
    if (cursor.current === null) return;
    field.current?.setSelectionRange(cursor.current, cursor.current);
    cursor.current = null;
  });
  const sendNow = (line: string): void => {
    offers.close();
    if (isForLive(app, process, line)) return app.focus.getState().goLive();
    if (line === '') return;
    app.console.getState().remember(process, line);
    app.console.getState().change(process, { typed: '', isEditing: false });
    setUnfinished(false);
    const mayTake = keyboardWish();
    onSent();
    before.current = before.current
      .then(() => takeLine(app, process, line))
      .catch((error: unknown) => {
        if (now() === '') set(line);
        app.ui.getState().fail(error);
      })
      .finally(() => mayTake() && field.current?.focus());
  };
  const breakLine = (area: HTMLTextAreaElement): void => {
    const { value, selectionStart, selectionEnd } = area;
    const lineBreak = lineBreakAt(value, selectionStart);
    put({ text: value.slice(0, selectionStart) + lineBreak + value.slice(selectionEnd), place: selectionStart + lineBreak.length });
  };
  const enter = (area: HTMLTextAreaElement): void => {
    const { value, selectionStart } = area;
    const line = value.trim();
    if (isDotCommand(line) || endsEmpty(value, selectionStart) || isForLive(app, process, line)) return sendNow(line);
    const decide = (isMore: boolean): void => {
      setUnfinished(isMore);
      if (isMore) breakLine(area);
      else sendNow(line);
    };
    if (unfinished !== null) return decide(unfinished(line));
    void readSyntax().then((isMore) => now() === value && decide(isMore(line)));
  };
  /** In `.editor`: Enter makes a line, but behind a word that ends it. */
  const enterEditing = (area: HTMLTextAreaElement): void => {
    const found = editorWord(area.value);
    if (found === null) return breakLine(area);
    if (found.word === '.delete') return set(withoutLastLine(found.before));
    const line = found.before.trim();
    if (found.word === '.print') note(app, process, 'note', found.before);
    // Sending takes the text away, once it is sent.
    const isStaying = found.word === '.print' || (found.word === '.done' && line !== '');
    app.console.getState().change(process, isStaying ? { typed: found.before } : { isEditing: false, typed: '' });
    if (found.word === '.done') sendNow(line);
  };
  const tryIt = (): void => void (text.trim() !== '' && app.commands.run('branch.say', text.trim()));
  const walk = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { value, selectionStart } = event.currentTarget;
    const isOnFirst = !value.slice(0, selectionStart).includes('\n');
    const isOnLast = !value.slice(selectionStart).includes('\n');
    const by = event.key === 'ArrowUp' && isOnFirst ? -1 : event.key === 'ArrowDown' && isOnLast ? 1 : null;
    const step = by === null ? null : walked(app.console.getState().of(process).history, by, value);
    if (step === null) return;
    event.preventDefault();
    offers.close();
    setUnfinished(false);
    app.console.getState().change(process, { history: step.history, typed: step.line });
  };
  const takeOffer = (at?: number): void => {
    const taken = offers.take(now(), field.current?.selectionStart ?? now().length, at);
    if (taken !== null) put(taken);
  };
  /** True where the key was for what is offered. */
  const keyOfOffers = (key: string): boolean => {
    if (offers.shown === null) return false;
    if (key === 'Escape') offers.close();
    else if (key === 'ArrowDown') offers.move(1);
    else if (key === 'ArrowUp') offers.move(-1);
    else if (key === 'Enter' || key === 'Tab') takeOffer();
    else return false;
    return true;
  };
  return {
    text,
    isUnfinished: isUnfinished && text.includes('\n'),
    offers,
    change(next) {
      void readSyntax();
      set(next);
      offers.typed(next, field.current?.selectionStart ?? next.length);
    },
    onKeyDown(event) {
      const { key, shiftKey, altKey, ctrlKey, metaKey, currentTarget, nativeEvent } = event;
      if (nativeEvent.isComposing) return;
      const { value, selectionStart } = currentTarget;
      const isPlain = !shiftKey && !altKey && !ctrlKey && !metaKey;
      const isCompletion = (key === 'Tab' && isPlain && value.slice(0, selectionStart).trim() !== '') || (key === ' ' && ctrlKey);
      if (isPlain && keyOfOffers(key)) event.preventDefault();
      else if (key === 'r' && ctrlKey && !shiftKey && !altKey) {
        event.preventDefault();
        offers.search(value);
      } else if (isCompletion) {
        event.preventDefault();
        offers.complete(value, selectionStart, put);
      } else if (key === 'Enter' && !shiftKey) {
        event.preventDefault();
        if (altKey && isPast) tryIt();
        else if (isEditing) enterEditing(currentTarget);
        else enter(currentTarget);
      } else walk(event);
    },
    take: takeOffer,
    send: () => sendNow(text.trim()),
    tryIt,
    leaveEditing: () => app.console.getState().change(process, { isEditing: false }),
  };
}

import { createKeybindingsHandler, parseKeybinding } from 'tinykeys';
import type { CommandRegistry } from './registry.ts';

const TYPING = 'input, textarea, select, [contenteditable="true"], .monaco-editor, [role="textbox"], [role="combobox"]';
const LISTS =
  '[role="treegrid"], [role="tree"], [role="grid"], [role="listbox"], [role="menu"], [role="dialog"], [role="alertdialog"], [role="tablist"], [role="slider"]';
/** Text that is read and scrolled by the keyboard: Space goes a page on there, as everywhere. */
const READ = '[role="log"], :is(pre, article, section, ol, [role="region"])[tabindex="0"]';
/** Where the keys of a command are chosen every press is meant for that. */
const CHOOSING = '[data-takes-keys]';
const DIALOGS = '[role="dialog"], [role="alertdialog"]';

/** True when these keys mean something by themselves wherever one stands: a chord with Ctrl, Cmd or Alt, or an F key. */
export function isChord(keys: string): boolean {
  const [press] = parseKeybinding(keys);
  if (press === undefined) return false;
  const [mods, key] = press;
  return mods.some((mod) => mod !== 'Shift') || (typeof key === 'string' && /^F\d{1,2}$/.test(key));
}

/**
 * May a command take this press from what has the keyboard? Chords always; a bare key never from a place where one
 * types or walks through a list, Space and Enter not from a button, and Space not from text that it scrolls.
 */
export function mayTake(keys: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (target.closest(CHOOSING) !== null) return false;
  // In a form it sends what was written, as everywhere; it must not evaluate the file behind it.
  if (keys === '$mod+Enter' && target.closest(DIALOGS) !== null) return false;
  if (isChord(keys)) return true;
  if (target.closest(TYPING) !== null || target.closest(LISTS) !== null) return false;
  const isSpace = keys === 'Space' || keys === ' ';
  if (isSpace && target.closest(READ) !== null) return false;
  const isPress = isSpace || keys === 'Enter';
  return !isPress || target.closest('button, a, [role="button"], [role="tab"], summary') === null;
}

/** With AltGr, which counts as Ctrl and Alt on Windows, one writes signs such as ż and ² where text is taken. */
function writesSign(event: KeyboardEvent): boolean {
  const isSign = event.key.length === 1 && event.getModifierState('AltGraph');
  return isSign && event.target instanceof Element && event.target.closest(TYPING) !== null;
}

/** Lets the keys of every command work in the whole window. They come before the editor's own. */
export function bindKeys(target: Window, registry: CommandRegistry): () => void {
  let handler = handlerOf(registry);
  const onKey = (event: KeyboardEvent): void => handler(event);
  const stop = registry.onKeys(() => {
    handler = handlerOf(registry);
  });
  target.addEventListener('keydown', onKey, { capture: true });
  return () => {
    stop();
    target.removeEventListener('keydown', onKey, { capture: true });
  };
}

function handlerOf(registry: CommandRegistry): (event: KeyboardEvent) => void {
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const command of registry.all()) {
    const { keys, id, isOfEditor = false } = command;
    if (keys === undefined || (isOfEditor && !Object.hasOwn(registry.chosen, id))) continue;
    map[keys] = (event) => {
      if (writesSign(event) || !mayTake(keys, event.target) || !registry.isEnabled(command.id)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void registry.run(command.id);
    };
  }
  return createKeybindingsHandler(map);
}

/** Commands that copying and pasting stand for where one is in no field. */
export interface LinkCommands {
  /** Runs where no text is chosen. */
  readonly copy: string;
  /** Gets what is pasted, where that begins with `prefix`. */
  readonly paste: string;
  readonly prefix: string;
}

/** Copying takes what is looked at as a link, and pasting a link goes there; where one types both are the field's own. */
export function bindLinks(target: Document, registry: CommandRegistry, { copy, paste, prefix }: LinkCommands): () => void {
  const isOfField = (event: ClipboardEvent): boolean => event.target instanceof Element && event.target.closest(TYPING) !== null;
  const onCopy = (event: ClipboardEvent): void => {
    const isText = target.getSelection()?.isCollapsed === false;
    if (event.defaultPrevented || isOfField(event) || isText || !registry.isEnabled(copy)) return;
    event.preventDefault();
    void registry.run(copy);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain').trim() ?? '';
    if (event.defaultPrevented || isOfField(event) || !text.startsWith(prefix)) return;
    event.preventDefault();
    void registry.run(paste, text);
  };
  target.addEventListener('copy', onCopy);
  target.addEventListener('paste', onPaste);
  return () => {
    target.removeEventListener('copy', onCopy);
    target.removeEventListener('paste', onPaste);
  };
}

const MODIFIERS: ReadonlySet<string> = new Set([
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
]);

/**
 * What a person presses, in tinykeys' form: letters and signs by their place on the keyboard, as ours are written. Null for a modifier
 * alone and for keys that cannot stand for a command, since one writes or walks with them.
 */
export function keysOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
  isMac: boolean,
): string | null {
  const { key, code } = event;
  if (MODIFIERS.has(key)) return null;
  const main = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  const parts = [
    ...(main ? ['$mod'] : []),
    ...(other ? [isMac ? 'Control' : 'Meta'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey ? ['Shift'] : []),
    // F keys and names such as Enter are the same everywhere; letters are not.
    key.length === 1 ? code : key,
  ];
  const keys = parts.join('+');
  return code === '' || !isChord(keys) ? null : keys;
}

const SIGNS_MAC: Readonly<Record<string, string>> = { $mod: '⌘', Meta: '⌘', Control: '⌃', Alt: '⌥', Shift: '⇧' };
const SIGNS_OTHER: Readonly<Record<string, string>> = { $mod: 'Ctrl', Meta: 'Win', Control: 'Ctrl', Alt: 'Alt', Shift: 'Shift' };
const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: 'Enter',
  Escape: 'Esc',
  Space: 'Space',
  BracketLeft: '[',
  BracketRight: ']',
  Slash: '/',
  Comma: ',',
  Period: '.',
  Backquote: '`',
};

/** Keys as a person reads them on this system: `⌘⇧P` or `Ctrl+Shift+P`. */
export function showKeys(keys: string, isMac: boolean): string {
  const signs = isMac ? SIGNS_MAC : SIGNS_OTHER;
  const presses = keys.split(' ').map((press) => {
    const parts = press
      .split('+')
      .map((part) => signs[part] ?? NAMES[part] ?? part.replace(/^(Key|Digit)/, '').replace(/^[a-z]$/, (key) => key.toUpperCase()));
    return parts.join(isMac ? '' : '+');
  });
  return presses.join(' ');
}

/** True on Apple's systems, where Cmd stands for Ctrl. */
export function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}

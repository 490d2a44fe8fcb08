import { isId, toItemId, toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../../node/contract/ids.ts';

/** Where a person looks. Everything in the window that can follow it, follows it. */
export interface Focus {
  readonly process: ProcessId | null;
  /** Null follows the latest slot. */
  readonly slot: Slot | null;
  readonly message: ItemId | null;
  /** The row's key (see keyOf) where process and slot do not tell it: what never got a slot. */
  readonly row: string | null;
}

export const NO_FOCUS: Focus = { process: null, slot: null, message: null, row: null };

export function isSameFocus(a: Focus, b: Focus): boolean {
  return a.process === b.process && a.slot === b.slot && a.message === b.message && a.row === b.row;
}

const PREFIX = 'aoscope://focus?';

/** The focus as text that can be copied and opened again. */
export function focusLink(focus: Focus): string {
  const parts: string[] = [];
  if (focus.process !== null) parts.push(`process=${focus.process}`);
  if (focus.slot !== null) parts.push(`slot=${focus.slot}`);
  if (focus.message !== null) parts.push(`message=${focus.message}`);
  if (focus.row !== null) parts.push(`row=${encodeURIComponent(focus.row)}`);
  return PREFIX + parts.join('&');
}

/** A focus out of {@link focusLink}'s text; null when it is none. Unknown parts are passed over. */
export function parseFocusLink(text: string): Focus | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) return null;
  let focus: Focus = NO_FOCUS;
  for (const part of trimmed.slice(PREFIX.length).split('&')) {
    const [name, value = ''] = part.split('=', 2);
    if (name === 'process') {
      if (!isId(value)) return null;
      focus = { ...focus, process: toProcessId(value) };
    } else if (name === 'message') {
      if (!isId(value)) return null;
      focus = { ...focus, message: toItemId(value) };
    } else if (name === 'slot') {
      if (!/^\d{1,15}$/.test(value)) return null;
      focus = { ...focus, slot: toSlot(Number(value)) };
    } else if (name === 'row') {
      const row = decoded(value);
      if (row === null) return null;
      focus = { ...focus, row };
    }
  }
  return focus;
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

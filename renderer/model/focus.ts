import { isId, toItemId, toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../../node/contract/ids.ts';

/** Where a person looks. Everything in the window that can follow it, follows it. */
export interface Focus {
  readonly process: ProcessId | null;
  /** Null follows the latest slot. */
  readonly slot: Slot | null;
  readonly message: ItemId | null;
  /** The row's key (see keyOf) where process and slot do not tell it: what never got a slot. */
  readonly row: string | null;
  /** A step inside the evaluation (see SlotRecording); null while the slot is looked at as a whole. */
  readonly step: number | null;
  /** A value of the process, as an expression: `Balances["x"]`. */
  readonly value: string | null;
}

export const NO_FOCUS: Focus = { process: null, slot: null, message: null, row: null, step: null, value: null };

export function isSameFocus(a: Focus, b: Focus): boolean {
  return (
    a.process === b.process && a.slot === b.slot && a.message === b.message && a.row === b.row && a.step === b.step && a.value === b.value
  );
}

const PREFIX = 'aoscope://focus?';
const NUMBER = /^\d{1,15}$/;

/** The focus as text that can be copied and opened again, with the filter of the messages where there is one. */
export function focusLink(focus: Focus, filter = ''): string {
  const parts: string[] = [];
  if (focus.process !== null) parts.push(`process=${focus.process}`);
  if (focus.slot !== null) parts.push(`slot=${focus.slot}`);
  if (focus.message !== null) parts.push(`message=${focus.message}`);
  if (focus.row !== null) parts.push(`row=${encodeURIComponent(focus.row)}`);
  if (focus.step !== null) parts.push(`step=${focus.step}`);
  if (focus.value !== null) parts.push(`value=${encodeURIComponent(focus.value)}`);
  if (filter.trim() !== '') parts.push(`filter=${encodeURIComponent(filter.trim())}`);
  return PREFIX + parts.join('&');
}

/** The filter that a link carries; null for none. */
export function filterOfLink(text: string): string | null {
  const found = /[?&]filter=([^&]*)/.exec(text.trim());
  return found === null || !text.trim().startsWith(PREFIX) ? null : decoded(found[1] ?? '');
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
      if (!NUMBER.test(value)) return null;
      focus = { ...focus, slot: toSlot(Number(value)) };
    } else if (name === 'step') {
      if (!NUMBER.test(value)) return null;
      focus = { ...focus, step: Number(value) };
    } else if (name === 'row' || name === 'value') {
      const text = decoded(value);
      if (text === null) return null;
      focus = { ...focus, [name]: text };
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

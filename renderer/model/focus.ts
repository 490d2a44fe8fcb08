import { NO_FOCUS, type Focus } from '../../node/contract/focus-note.ts';
import { isId, toItemId, toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';

export function isSameFocus(a: Focus, b: Focus): boolean {
  return (
    a.process === b.process && a.slot === b.slot && a.message === b.message && a.row === b.row && a.step === b.step && a.value === b.value
  );
}

/** A step of a branch: its place among the evaluations of its process there. */
export interface BranchAt {
  readonly branch: number;
  readonly process: ProcessId;
  readonly index: number;
}

/** What every link to a focus begins with. */
export const LINK_PREFIX = 'aoscope://focus?';
const NUMBER = /^\d{1,15}$/;

/**
 * The focus as text that can be copied and opened again, with the filter of the messages where there is one.
 * @param at where one stands in a branch; null on the main line
 */
export function focusLink(focus: Focus, filter = '', at: BranchAt | null = null): string {
  const parts: string[] = [];
  if (focus.process !== null) parts.push(`process=${focus.process}`);
  if (focus.slot !== null) parts.push(`slot=${focus.slot}`);
  if (focus.message !== null) parts.push(`message=${focus.message}`);
  if (focus.row !== null) parts.push(`row=${encodeURIComponent(focus.row)}`);
  if (focus.step !== null) parts.push(`step=${focus.step}`);
  if (focus.value !== null) parts.push(`value=${encodeURIComponent(focus.value)}`);
  if (at !== null) parts.push(`branch=${at.branch}`, `at=${at.process}:${at.index}`);
  if (filter.trim() !== '') parts.push(`filter=${encodeURIComponent(filter.trim())}`);
  return LINK_PREFIX + parts.join('&');
}

/** The filter that a link carries; null for none. */
export function filterOfLink(text: string): string | null {
  const found = /[?&]filter=([^&]*)/.exec(text.trim());
  return found === null || !text.trim().startsWith(LINK_PREFIX) ? null : decoded(found[1] ?? '');
}

/** The step of a branch that a link carries; null for none. */
export function branchOfLink(text: string): BranchAt | null {
  if (!text.trim().startsWith(LINK_PREFIX)) return null;
  const part = (name: string): string => decoded(new RegExp(String.raw`[?&]${name}=([^&]*)`).exec(text.trim())?.[1] ?? '') ?? '';
  const branch = part('branch');
  const [process = '', index = ''] = part('at').split(':', 2);
  if (!NUMBER.test(branch) || !NUMBER.test(index) || !isId(process)) return null;
  return { branch: Number(branch), process: toProcessId(process), index: Number(index) };
}

/** A focus out of {@link focusLink}'s text; null when it is none. Unknown parts are passed over. */
export function parseFocusLink(text: string): Focus | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith(LINK_PREFIX)) return null;
  let focus: Focus = NO_FOCUS;
  for (const part of trimmed.slice(LINK_PREFIX.length).split('&')) {
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

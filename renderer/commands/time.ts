import { AoError } from '../../node/contract/errors.ts';
import type { App } from '../stores/app-context.ts';
import { copyText } from './process.ts';
import type { Command } from './registry.ts';

/** The field of the time bar in which a slot is typed. */
export const SLOT_FIELD = 'time-slot';

/** Moving through slots, causes and errors. */
export function timeCommands(app: App): Command[] {
  const focus = app.focus.getState;
  const hasProcess = (): boolean => focus().focus.process !== null;
  const latest = (): number => {
    const { process } = focus().focus;
    return process === null ? -1 : (app.world.getState().world.processById.get(process)?.slotLatest ?? -1);
  };
  const isAtStart = (): boolean => focus().focus.slot === 0 || latest() < 0;
  const category = 'Time';
  return [
    { id: 'time.next', title: 'Next message of this process', category, keys: 'F10', isEnabled: () => hasProcess() && focus().focus.slot !== null, run: () => focus().step(1) },
    { id: 'time.previous', title: 'Previous message of this process', category, keys: 'Shift+F10', isEnabled: () => hasProcess() && !isAtStart(), run: () => focus().step(-1) },
    { id: 'time.first', title: 'First slot', category, keys: 'Home', isEnabled: () => hasProcess() && !isAtStart(), run: () => focus().toSlot(0) },
    { id: 'time.last', title: 'Latest slot', category, keys: 'End', isEnabled: hasProcess, run: () => focus().toSlot(latest()) },
    { id: 'time.live', title: 'Back to live', category, isEnabled: () => focus().focus.slot !== null || focus().focus.row !== null, run: () => focus().goLive() },
    { id: 'time.goTo', title: 'Go to slot', category, keys: 'KeyG', isEnabled: hasProcess, run: (slot) => goTo(app, slot) },
    { id: 'time.into', title: 'Into the caused message', category, keys: 'F11', isEnabled: hasProcess, run: () => focus().into() },
    { id: 'time.out', title: 'Out to the cause', category, keys: 'Shift+F11', isEnabled: hasProcess, run: () => focus().out() },
    { id: 'time.back', title: 'Back to where I looked before', category, keys: 'Alt+ArrowLeft', isEnabled: () => focus().canBack, run: () => focus().back() },
    { id: 'time.forward', title: 'Forward to where I looked', category, keys: 'Alt+ArrowRight', isEnabled: () => focus().canForward, run: () => focus().forward() },
    { id: 'time.errorNext', title: 'Next error', category, keys: 'BracketRight', isEnabled: () => app.world.getState().world.messages.length > 0, run: () => focus().toError(1, 'anywhere') },
    { id: 'time.errorPrevious', title: 'Previous error', category, keys: 'BracketLeft', isEnabled: () => app.world.getState().world.messages.length > 0, run: () => focus().toError(-1, 'anywhere') },
    { id: 'time.copyLink', title: 'Copy a link to what is in focus', category, isEnabled: hasProcess, run: () => copyText(app, focus().link(), 'Link') },
    { id: 'time.openLink', title: 'Go to a copied link', category, run: (text) => openLink(app, text) },
  ];
}

function goTo(app: App, slot: string | undefined): void {
  if (slot !== undefined && /^\d+$/.test(slot.trim())) return app.focus.getState().toSlot(Number(slot));
  const field = document.getElementById(SLOT_FIELD);
  if (field instanceof HTMLInputElement) field.select();
}

async function openLink(app: App, text: string | undefined): Promise<void> {
  const link = text ?? (await navigator.clipboard.readText().catch(() => ''));
  if (!app.focus.getState().openLink(link)) throw new AoError('FOCUS_LINK_WRONG');
}

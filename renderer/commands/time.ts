import { AoError } from '../../node/contract/errors.ts';
import type { Focus } from '../../node/contract/focus-note.ts';
import { branchOfLink, filterOfLink, parseFocusLink } from '../model/focus.ts';
import { deliveriesOf, nameOf, stepFrom } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';
import { untilRead } from '../stores/world-store.ts';
import { inBranch } from './branch-walk.ts';
import { showLine } from './inside.ts';
import { copyText } from './process.ts';
import type { Command } from './registry.ts';

/** The field of the time bar in which a slot is typed. */
export const SLOT_FIELD = 'time-slot';

const category = 'Time';

/** Moving through slots, causes and errors. */
export function timeCommands(app: App): Command[] {
  return [...slotCommands(app).map((one) => inBranch(app, one)), ...causeCommands(app), ...linkCommands(app)];
}

function slotCommands(app: App): Command[] {
  const focus = app.focus.getState;
  const latest = (): number => {
    const { process } = focus().focus;
    return process === null ? -1 : (app.world.getState().world.processById.get(process)?.slotLatest ?? -1);
  };
  const isSomewhere = (): boolean => latest() >= 0;
  const canGoBack = (): boolean => isSomewhere() && focus().focus.slot !== 0;
  const hasBefore = (): boolean => stepFrom(app.world.getState().world, focus().focus, -1) !== null;
  const canGoOn = (): boolean => isSomewhere() && focus().focus.slot !== null;
  const isAway = (): boolean => focus().focus.slot !== null || focus().focus.row !== null;
  const command = (
    id: string,
    title: string,
    keys: string | null,
    isEnabled: () => boolean,
    run: (argument?: string) => void,
  ): Command => ({
    id: `time.${id}`,
    title,
    category,
    isEnabled,
    run,
    ...(keys === null ? {} : { keys }),
  });
  return [
    command('next', 'Next message of this process', 'F10', canGoOn, () => focus().step(1)),
    command('previous', 'Previous message of this process', 'Shift+F10', hasBefore, () => focus().step(-1)),
    command('first', 'First slot', 'Home', canGoBack, () => focus().toSlot(0)),
    command('last', 'Latest slot', 'End', isSomewhere, () => focus().toSlot(latest())),
    command('play', 'Play from here to the latest slot, or pause', 'Space', isSomewhere, () => app.play.getState().toggle()),
    command('faster', 'Play faster', null, isSomewhere, () => app.play.getState().faster()),
    command('live', 'Back to live', null, isAway, () => focus().goLive()),
    command('goTo', 'Go to slot', 'KeyG', isSomewhere, (slot) => goTo(app, slot)),
  ];
}

function causeCommands(app: App): Command[] {
  const focus = app.focus.getState;
  const hasRows = (): boolean => app.world.getState().world.messages.length > 0;
  return [
    { id: 'time.into', title: 'Into the caused message', category, keys: 'F11', isEnabled: hasRows, run: () => focus().into() },
    { id: 'time.out', title: 'Out to the cause', category, keys: 'Shift+F11', isEnabled: hasRows, run: () => focus().out() },
    {
      id: 'time.errorNext',
      title: 'Next error',
      category,
      keys: 'BracketRight',
      isEnabled: hasRows,
      run: () => focus().toError(1, 'anywhere'),
    },
    {
      id: 'time.errorPrevious',
      title: 'Previous error',
      category,
      keys: 'BracketLeft',
      isEnabled: hasRows,
      run: () => focus().toError(-1, 'anywhere'),
    },
  ];
}

function linkCommands(app: App): Command[] {
  const focus = app.focus.getState;
  const hasProcess = (): boolean => focus().focus.process !== null;
  return [
    {
      id: 'time.back',
      title: 'Back to where I looked before',
      category,
      keys: 'Alt+ArrowLeft',
      isEnabled: () => focus().canBack,
      run: () => focus().back(),
    },
    {
      id: 'time.forward',
      title: 'Forward to where I looked',
      category,
      keys: 'Alt+ArrowRight',
      isEnabled: () => focus().canForward,
      run: () => focus().forward(),
    },
    {
      id: 'time.copyLink',
      title: 'Copy a link to what is in focus',
      category,
      keys: 'KeyY',
      isEnabled: hasProcess,
      run: () => copyText(app, focus().link(app.flow.getState().filter.text, app.branch.getState().walk), 'Link'),
    },
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
  const focus = parseFocusLink(link);
  if (focus === null) throw new AoError('FOCUS_LINK_WRONG');
  await untilRead(app.world);
  refuseUnknown(app, focus);
  const at = branchOfLink(link);
  if (at === null) app.branch.getState().leaveWalk();
  app.focus.getState().openLink(link);
  if (at !== null) await app.branch.getState().openAt(at, focus.step);
  const filter = filterOfLink(link);
  if (filter !== null) await app.commands.run('flow.search', filter);
  // A value is seen in the state.
  if (focus.value !== null) app.inspect.getState().setTab('state');
  if (app.focus.getState().focus.step === null) return;
  await app.inside.getState().arrive();
  showLine(app);
}

/** Nobody is led to where there is nothing. @throws AoError FOCUS_LINK_ELSEWHERE, FOCUS_LINK_MESSAGE, FOCUS_LINK_SLOT */
function refuseUnknown(app: App, { process, slot, message, row }: Focus): void {
  const { world } = app.world.getState();
  if (process !== null) {
    const known = world.processById.get(process);
    if (known === undefined) throw new AoError('FOCUS_LINK_ELSEWHERE', { process });
    if (slot !== null && slot > known.slotLatest) throw new AoError('FOCUS_LINK_SLOT', { slot, process: nameOf(world, process) });
    return;
  }
  if (message !== null && row === null && deliveriesOf(world, message).length === 0) throw new AoError('FOCUS_LINK_MESSAGE', { message });
}

import type { ErrorCode } from '../../node/contract/errors.ts';
import { AoError, ERRORS, toWireError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { outputText, type Outcome } from '../../node/contract/outcome.ts';
import { nameOf, rowAt } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';
import type { LocalLine } from '../stores/console-store.ts';

/** Why what is typed to a process is only tried: the person wants it so, or nothing else could come of it. */
export type DryReason = 'chosen' | 'owner' | 'recording';

/** Whose code a process evaluates: the wallet or the process that spawned it. Null while that is not known. */
export function ownerOf(app: Pick<App, 'world'>, process: ProcessId): string | null {
  return rowAt(app.world.getState().world, process, 0)?.from ?? null;
}

/** Null where what is typed is sent and kept. */
export function dryReason(app: App, process: ProcessId): DryReason | null {
  const { status, project } = app.workspace.getState();
  if (project?.isReadOnly === true) return 'recording';
  const owner = ownerOf(app, process);
  const wallet = status?.wallet ?? null;
  if (owner !== null && wallet !== null && owner !== wallet) return 'owner';
  return app.console.getState().of(process).isDry ? 'chosen' : null;
}

/** Writes a line into the console of a process, behind what stands there now. */
export function note(
  app: App,
  process: ProcessId,
  kind: LocalLine['kind'],
  text: string,
  more: Partial<Pick<LocalLine, 'code' | 'cure' | 'isDry'>> = {},
): void {
  const after = app.world.getState().world.processById.get(process)?.slotLatest ?? -1;
  app.console.getState().say(process, { after, kind, text, code: null, cure: null, isDry: false, ...more });
}

/** Writes what went wrong into the console of a process: sentence, cure and code. */
export function noteError(app: App, process: ProcessId, error: unknown, isDry = false): void {
  const { message, cure, code } = toWireError(error);
  note(app, process, 'error', message, { cure, code, isDry });
}

/**
 * Evaluates code on a copy of a process, as its owner, and writes what came of it into its console; the process keeps
 * nothing, and nothing is sent. On the moment that is looked at, where that is in the past.
 */
export async function tryCode(app: App, process: ProcessId, code: string): Promise<void> {
  const { focus, isPast } = app.focus.getState();
  const slot = isPast && focus.process === process ? focus.slot : null;
  const owner = ownerOf(app, process) ?? app.workspace.getState().status?.wallet ?? undefined;
  note(app, process, 'input', code, { isDry: true });
  try {
    const tags = [{ name: 'Action', value: 'Eval' }];
    const message = { owner, from: owner, tags, data: code };
    const outcome = await app.link.ask('cu.dryRun', { process, message, ...(slot === null ? {} : { slot }) });
    tell(app, process, outcome, slot);
  } catch (error) {
    noteError(app, process, error, true);
  }
}

function tell(app: App, process: ProcessId, outcome: Outcome, slot: number | null): void {
  const isDry = true;
  const { text } = outputText(outcome.output);
  if (text !== '') note(app, process, 'output', text, { isDry });
  if (outcome.error !== null) {
    const code: ErrorCode = 'SLOT_ERROR';
    note(app, process, 'error', outcome.error, { isDry, code, cure: ERRORS[code].cure });
  }
  const { world } = app.world.getState();
  const sent = outcome.messages.map(({ Target, Tags }) => {
    const action = Tags.find(({ name }) => name === 'Action')?.value;
    return `${action ?? 'a message'} to ${Target === '' ? 'nobody' : nameOf(world, Target)}`;
  });
  if (outcome.spawns.length > 0) sent.push(outcome.spawns.length === 1 ? 'one spawn' : `${outcome.spawns.length} spawns`);
  const shown = sent.slice(0, SENT_SHOWN).join(', ') + (sent.length > SENT_SHOWN ? ` and ${sent.length - SENT_SHOWN} more` : '');
  const where = slot === null ? '' : ` after slot ${slot}`;
  note(app, process, 'note', sent.length === 0 ? `tried${where}, not kept` : `tried${where}, not kept; would have sent ${shown}`, {
    isDry,
  });
}

const SENT_SHOWN = 5;

/** @throws AoError NO_PROCESS */
export function processInFocus(app: App): ProcessId {
  const { process } = app.focus.getState().focus;
  if (process === null) throw new AoError('NO_PROCESS');
  return process;
}

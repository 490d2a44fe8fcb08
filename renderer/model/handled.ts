import type { HandlerDecision, SlotRecording } from '../../node/contract/recording.ts';
import type { World } from './world.ts';
import { nameOf } from './lookup.ts';

/** What became of a message inside its process, and where it helps: what to do about it. */
export interface Handled {
  readonly tone: 'ok' | 'warn' | 'error';
  readonly sentence: string;
  readonly cure: string | null;
}

/** Did it run? */
export function hasRun({ answer }: HandlerDecision): boolean {
  return answer !== 'skip';
}

/** Handlers that the person wrote; the others come with the module. */
export function isOwn({ handle }: HandlerDecision): boolean {
  return handle !== null;
}

/** Whether anything answered a message, and if not, why: in the words of a person. */
export function handledOf(world: World, recording: SlotRecording, slot: number): Handled {
  const { guard, error, handlers } = recording;
  if (guard !== null) return guarded(world, guard);
  const ran = handlers.filter(hasRun);
  const own = ran.filter(isOwn);
  const names = listed((own.length > 0 ? own : ran).map(({ name }) => name));
  if (error !== null) return { tone: 'error', sentence: ran.length === 0 ? 'It failed.' : `It failed in ${names}.`, cure: null };
  if (handlers.length === 0)
    return slot === 0
      ? { tone: 'ok', sentence: 'This slot ran the code that the process began with: there were no handlers to ask.', cure: null }
      : { tone: 'warn', sentence: 'No handler was asked.', cure: null };
  if (own.length > 0) return { tone: 'ok', sentence: `Handled by ${names}.`, cure: null };
  if (ran.some(({ answer }) => answer !== 'default'))
    return { tone: 'ok', sentence: `Handled by ${names}, which comes with the module.`, cure: null };
  return unmatched(handlers.filter(isOwn));
}

function unmatched(own: readonly HandlerDecision[]): Handled {
  if (own.length === 0)
    return { tone: 'warn', sentence: 'Nothing handled it: the process had no handlers of its own.', cure: 'Add one with Handlers.add.' };
  const asked = own.length === 1 ? `its only handler, ${own[0]?.name ?? ''}, did not match` : `none of its ${own.length} handlers matched`;
  const near = nearest(own);
  return {
    tone: 'warn',
    sentence: `Nothing handled it: ${asked}.`,
    cure: near === undefined || near.failed === null ? null : `${near.name} came closest: ${failedWords(near.failed)}.`,
  };
}

/** The one that failed at the latest clause of its pattern: what it wanted besides was there. */
function nearest(own: readonly HandlerDecision[]): HandlerDecision | undefined {
  const named = own.filter(({ failed }) => failed !== null);
  return named.find(({ failed }) => failed?.key !== 'Action') ?? named[0];
}

/** A clause that did not fit, in words. */
export function failedWords({ key, expected, actual }: NonNullable<HandlerDecision['failed']>): string {
  return actual === 'nil'
    ? `it wants ${key} to be ${expected}, and there was none`
    : `it wants ${key} to be ${expected}, and it was ${actual}`;
}

function guarded(world: World, guard: NonNullable<SlotRecording['guard']>): Handled {
  switch (guard.kind) {
    case 'untrusted':
      return {
        tone: 'warn',
        sentence: `Not trusted: it says to come from ${nameOf(world, guard.from)} and was signed by ${nameOf(world, guard.owner)}, which is no authority of this process.`,
        cure:
          guard.authorities.length === 0
            ? 'The process has no authorities: give it an Authority tag when it is spawned.'
            : `Its authorities: ${guard.authorities.map((one) => nameOf(world, one)).join(', ')}. Add the signer as an Authority tag when it is spawned, or to ao.authorities.`,
      };
    case 'not assignable':
      return {
        tone: 'warn',
        sentence: `Not taken: it was assigned here, but it is for ${nameOf(world, guard.target)}, and the process takes no such assignments.`,
        cure: 'Let it with ao.addAssignable.',
      };
    case 'stopped early':
      return { tone: 'warn', sentence: `No handler was asked: ${guard.reason}`, cure: null };
  }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

import { toWireError } from '../../node/contract/errors.ts';
import type { ErrorCode } from '../../node/contract/errors.ts';

export interface NoticeAction {
  readonly title: string;
  run(): void | Promise<void>;
}

/** Something the person is told in the corner of the window. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'ok' | 'warn' | 'error';
  readonly sentence: string;
  /** What to do about it; null where there is nothing to do. */
  readonly cure: string | null;
  readonly code: ErrorCode | null;
  /** One line each, folded at first. */
  readonly details: readonly string[];
  readonly actions: readonly NoticeAction[];
  /** Milliseconds until it goes by itself; null stays until closed. */
  readonly lifeMs: number | null;
}

export type NewNotice = Pick<Notice, 'tone' | 'sentence'> & Partial<Omit<Notice, 'id' | 'tone' | 'sentence'>>;

const SHORT_MS = 5_000;

/** A notice with everything left out filled in: errors stay, the rest goes after five seconds (ten with actions). */
export function toNotice(id: number, wanted: NewNotice): Notice {
  const actions = wanted.actions ?? [];
  const lifeMs = wanted.tone === 'error' ? null : actions.length > 0 ? 2 * SHORT_MS : SHORT_MS;
  return { cure: null, code: null, details: [], lifeMs, ...wanted, actions, id };
}

/** What any thrown value says to the person: code, sentence, cure, and the details for the curious. */
export function errorNotice(error: unknown): NewNotice {
  const wire = toWireError(error);
  const details = Object.entries(wire.details).map(([name, value]) => `${name}: ${value}`);
  return { tone: 'error', sentence: wire.message, cure: wire.cure, code: wire.code, details };
}

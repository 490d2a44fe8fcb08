import { isId, toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';

/** A message as it is filled in. */
export interface CallDraft {
  readonly action: string;
  /** Without the action; those without a value are not sent. */
  readonly tags: readonly Tag[];
  readonly data: string;
}

/** A call that was made, or tried. */
export interface PastCall {
  readonly process: ProcessId;
  readonly draft: CallDraft;
  /** Name of the wallet that signed it. */
  readonly wallet: string;
  /** Null for a dry run. */
  readonly slot: number | null;
  /** Unix ms. */
  readonly atMs: number;
}

const CALLS_MAX = 100;

export const NO_CALL: CallDraft = { action: '', tags: [], data: '' };

/** The tags that are sent, the action first. */
export function tagsOf({ action, tags }: CallDraft): readonly Tag[] {
  return [...(action === '' ? [] : [{ name: 'Action', value: action }]), ...tags.filter(({ name, value }) => name !== '' && value !== '')];
}

/** The newest first; the same call again takes the place of the one before. */
export function withCall(calls: readonly PastCall[], call: PastCall): readonly PastCall[] {
  const key = keyOf(call);
  return [call, ...calls.filter((one) => keyOf(one) !== key)].slice(0, CALLS_MAX);
}

function keyOf({ process, draft, wallet, slot }: PastCall): string {
  return JSON.stringify([process, tagsOf(draft), draft.data, wallet, slot === null]);
}

/** What was kept, read back; what has another shape is left out. */
export function recalledCalls(raw: unknown): readonly PastCall[] {
  return Array.isArray(raw) ? raw.flatMap((one: unknown) => callOf(one) ?? []) : [];
}

function callOf(raw: unknown): PastCall | null {
  if (!isRecord(raw) || !isRecord(raw['draft'])) return null;
  const { process, wallet, slot, atMs, draft } = raw;
  const { action, tags, data } = draft;
  if (typeof process !== 'string' || !isId(process) || typeof wallet !== 'string' || typeof atMs !== 'number') return null;
  if (typeof action !== 'string' || typeof data !== 'string' || !Array.isArray(tags)) return null;
  const known = tags.filter((tag): tag is Tag => isRecord(tag) && typeof tag['name'] === 'string' && typeof tag['value'] === 'string');
  return {
    process: toProcessId(process),
    draft: { action, tags: known, data },
    wallet,
    slot: typeof slot === 'number' ? slot : null,
    atMs,
  };
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

import type { FactsArgs, FactsReply } from '../contract/answers.ts';
import type { Fact } from '../contract/trace.ts';

/** What traces are asked with (protocol §2.1). */
export interface TraceRequest {
  /** The process whose messages are meant. */
  readonly process: string;
  readonly type: 'MESSAGE' | 'SPAWN';
  /** An item's id, or a part of it; null for every one of the process. */
  readonly message: string | null;
  /** Only those this wallet or process sent. */
  readonly wallet: string | null;
  /** Counted from 1. */
  readonly page: number;
  readonly pageSize: number;
}

interface Trace {
  readonly id: string;
  readonly messageId: string;
  readonly processId: string;
  readonly wallet: string;
  readonly ip: null;
  readonly parentId: string | null;
  readonly timestamp: number;
  readonly type: 'MESSAGE' | 'SPAWN';
}

interface RelatedTrace extends Trace {
  readonly relation: 'root' | 'ancestor' | 'descendant';
}
const related = (relation: RelatedTrace['relation'], trace: Trace): RelatedTrace => ({ relation, ...trace });

/** Traces are looked for among the newest facts; the reference keeps those of the last two hours. */
const FACTS_MAX = 50_000;

/**
 * Which items the messenger sent on, newest first, each with what it was pushed for and what was pushed for it.
 * @param read the MU's journal.
 */
export async function tracesPage(read: (args: FactsArgs) => Promise<FactsReply>, request: TraceRequest): Promise<object> {
  const { last } = await read({ after: 0, limit: 1 });
  const { facts } = await read({ after: Math.max(0, last - FACTS_MAX), limit: FACTS_MAX });
  const traces = facts.flatMap(traceOf);
  const { process, message, wallet, type, page, pageSize } = request;
  const roots = traces.filter(
    (one) =>
      one.processId === process &&
      one.type === type &&
      (message === null || one.messageId.includes(message)) &&
      (wallet === null || one.wallet === wallet),
  );
  const others = message === null ? [] : [...ancestors(traces, roots), ...descendants(traces, roots)];
  const all = [...roots.toReversed().map((one) => related('root', one)), ...others];
  const start = (page - 1) * pageSize;
  const shown = all.slice(start, start + pageSize);
  return { pageInfo: { hasNextPage: all.length > start + pageSize }, edges: shown.map((node) => ({ cursor: node.id, node })) };
}

function traceOf(fact: Fact): Trace[] {
  if (fact.kind !== 'mu.received' && fact.kind !== 'mu.pushed') return [];
  const { sketch, id, seq, atMs } = fact;
  const parentId = fact.kind === 'mu.pushed' ? fact.cause.message : null;
  const type = sketch.type === 'Process' ? 'SPAWN' : 'MESSAGE';
  return [
    {
      id: String(seq),
      messageId: id,
      processId: sketch.target,
      wallet: sketch.from,
      ip: null,
      parentId,
      timestamp: Math.round(atMs),
      type,
    },
  ];
}

function ancestors(traces: readonly Trace[], roots: readonly Trace[]): RelatedTrace[] {
  const byMessage = new Map(traces.map((one) => [one.messageId, one]));
  const found = new Set<Trace>();
  for (const root of roots) {
    let parent = byMessage.get(root.parentId ?? '');
    for (; parent !== undefined && !found.has(parent) && !roots.includes(parent); parent = byMessage.get(parent.parentId ?? ''))
      found.add(parent);
  }
  return [...found].map((one) => related('ancestor', one));
}

/** What a cause pushed stands behind it in the journal, so one pass finds them all. */
function descendants(traces: readonly Trace[], roots: readonly Trace[]): RelatedTrace[] {
  const within = new Set(roots.map(({ messageId }) => messageId));
  const found = traces.filter((one) => {
    if (one.parentId === null || !within.has(one.parentId) || roots.includes(one)) return false;
    within.add(one.messageId);
    return true;
  });
  return found.map((one) => related('descendant', one));
}

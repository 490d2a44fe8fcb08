import { AoError } from '../../contract/errors.ts';
import type { Instance, InstanceDebugger, ProcessEnv } from '../vm/machine.ts';
import { replay } from './live.ts';
import type { Scanned, ScanQuery, ScanStep } from './protocol.ts';

type Hit = Scanned['hits'][number];

/**
 * Runs steps one after the other and looks for something after, or in, each of them. Every step runs on the state that it had
 * when it was run for real. Where looking has left something (a text that no table had), `isTouched` says so: such a memory is not kept.
 * @param instance a spare one with the memory before the first step.
 */
export function scanSteps(instance: Instance, env: ProcessEnv, process: string, steps: readonly ScanStep[], query: ScanQuery): Scanned {
  const tool = instance.debugger;
  if (tool === null) throw new AoError('TRACE_UNSUPPORTED', { module: `of ${process}` });
  return query.kind === 'condition' || query.kind === 'change'
    ? scanValues(instance, tool, env, steps, query)
    : scanSites(instance, tool, env, steps, query);
}

function scanValues(
  instance: Instance,
  tool: InstanceDebugger,
  env: ProcessEnv,
  steps: readonly ScanStep[],
  { kind, expression }: Extract<ScanQuery, { readonly kind: 'condition' | 'change' }>,
): Scanned {
  const hits: Hit[] = [];
  let isTouched = false;
  const read = (): { readonly text: string; readonly isTrue: boolean } => {
    const peeked = tool.peek(expression);
    if (peeked !== null) {
      isTouched ||= peeked.isTouched === true;
      return { text: peeked.preview, isTrue: peeked.isTrue };
    }
    const image = instance.image();
    const { kind: type, preview } = tool.expression(expression);
    instance.restore(image);
    // Lua names the place of what it cannot read; what fails in a slot alone is no value there.
    if (type === 'error' && / near /.test(preview))
      throw new AoError('ARGUMENTS_INVALID', { command: 'cu.search', reason: `${expression}: ${preview}` });
    return { text: type === 'error' ? 'nil' : preview, isTrue: type !== 'error' && type !== 'nil' && preview !== 'false' };
  };
  let before = read();
  if (kind === 'condition' && before.isTrue) hits.push({ at: -1, step: null, text: before.text, before: null });
  for (const [at, step] of steps.entries()) {
    // A slot that failed left the memory as it was.
    if (!step.isFailed) replay(instance, step, env);
    const now = step.isFailed ? before : read();
    if (kind === 'condition' ? now.isTrue : now.text !== before.text) hits.push({ at, step: null, text: now.text, before: before.text });
    before = now;
  }
  return { hits, isTouched };
}

function scanSites(
  instance: Instance,
  tool: InstanceDebugger,
  env: ProcessEnv,
  steps: readonly ScanStep[],
  site: Exclude<ScanQuery, { readonly kind: 'condition' | 'change' }>,
): Scanned {
  const hits: Hit[] = [];
  const asks = site.kind !== 'handler' && (site.log !== null || (site.kind === 'line' && site.condition !== null));
  for (const [at, step] of steps.entries()) {
    const before = asks || step.isFailed ? instance.image() : null;
    const { evaluation, hits: met, isTouched } = tool.watch(step.message, env, step.limits, site);
    hits.push(...met.map((one) => ({ at, before: null, ...one })));
    if (before === null) {
      if (!evaluation.isStateKept) throw new AoError('REPLAY_DIFFERS', { slot: step.slot, process: env.Process.Id });
    } else if (isTouched || step.isFailed || !evaluation.isStateKept) {
      instance.restore(before);
      if (!step.isFailed) replay(instance, step, env);
    }
  }
  // Watching leaves its marks on coroutines that wait.
  return { hits, isTouched: true };
}

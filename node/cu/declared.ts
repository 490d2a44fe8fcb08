import { AoError } from '../contract/errors.ts';
import type { ProcessId } from '../contract/ids.ts';
import { tagValue, tagValues, type Tag } from '../contract/item.ts';
import { PLAIN_FORMAT } from '../contract/modules.ts';
import type { CuPorts } from './ports.ts';
import { COMPUTE_MAX, declaredCompute, declaredMemory } from './vm/declared-limits.ts';
import { onBootId } from './vm/drive.ts';
import type { ModuleSource, ProcessEnv } from './vm/machine.ts';
import { readShape } from './vm/wasm-shape.ts';
import type { LoadedModule } from './modules.ts';

const ENCODING = 'JSON-1';
/** Formats of the network begin so; our own Lua module answers for itself. */
const NETWORK_FORMAT = 'wasm';
const DRIVE = 'WeaveDrive';

/**
 * Refuses what a module or a process declares and this node cannot give, before anything runs (the reference answers
 * 413 for limits and 422 for the rest). Every format of the network has WeaveDrive.
 * @throws AoError LIMIT_DECLINED, MODULE_FORMAT_UNKNOWN, MODULE_ENCODING, EXTENSION_MISSING.
 */
export function checkDeclared(
  { limits, formats }: Pick<CuPorts, 'limits' | 'formats'>,
  process: ProcessId,
  tags: readonly Tag[],
  { source, env }: LoadedModule,
): void {
  if (formats !== null && !formats.has(source.format))
    throw new AoError('MODULE_FORMAT_UNKNOWN', { module: source.id, format: source.format });
  for (const name of ['Input-Encoding', 'Output-Encoding']) {
    const encoding = tagValue(env.Tags, name);
    if (encoding !== null && encoding !== ENCODING) throw new AoError('MODULE_ENCODING', { module: source.id, encoding });
  }
  // What our own module declares is a default: where the node has less, its processes get less.
  const asked = source.format.startsWith(NETWORK_FORMAT) ? env : { ...env, Tags: [] };
  checkLimits(limits, { Process: { Id: process, Owner: '', Tags: tags }, Module: asked }, source);
  if (!source.format.startsWith(NETWORK_FORMAT)) return;
  // Plain modules read no files.
  const hasDrive = source.format !== PLAIN_FORMAT;
  const extension = tagValues(tags, 'Extension').find((name) => !hasDrive || name !== DRIVE);
  if (extension !== undefined) throw new AoError('EXTENSION_MISSING', { process, extension });
  if (!hasDrive && onBootId(tags) !== null) throw new AoError('EXTENSION_MISSING', { process, extension: `${DRIVE} to fetch its On-Boot` });
}

function checkLimits({ memoryBytes }: CuPorts['limits'], env: ProcessEnv, source: ModuleSource): void {
  const decline = (name: string, declared: number, limit: number): never => {
    throw new AoError('LIMIT_DECLINED', { process: env.Process.Id, name, declared, limit });
  };
  const memory = declaredMemory(env) ?? 0;
  if (memory > memoryBytes && mostMemory(source) > memoryBytes) decline('Memory-Limit', memory, memoryBytes);
  const compute = declaredCompute(env);
  if (Number.isFinite(compute) && compute > COMPUTE_MAX) decline('Compute-Limit', compute, COMPUTE_MAX);
}

/** What a program can use at most, whatever its tags say: aos modules with a Memory-Limit of 16 GiB end at 512 MiB themselves. */
function mostMemory({ format, bytes }: ModuleSource): number {
  if (!format.startsWith(NETWORK_FORMAT)) return Infinity;
  try {
    return readShape(bytes).memory?.maxBytes ?? Infinity;
  } catch {
    // Whoever starts it says what is wrong with it.
    return Infinity;
  }
}

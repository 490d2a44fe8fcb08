import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { DEFAULT_LIMITS, type NodeLimits } from '../contract/commands.ts';

/** Memories are looked at as one buffer each, and none may be larger on every version of Node and Electron. */
const LOOKED_AT_MAX = 4 * 1024 ** 3;

/**
 * The limits of a node on this machine: `limits.memoryBytes`, most memory of one process, is half of the machine's where
 * nobody has set it, and never more than all of it or 4 GiB.
 */
export function limitsHere(given: Partial<NodeLimits>): NodeLimits {
  const all = machineBytes();
  const memoryBytes = Math.min(given.memoryBytes ?? Math.floor(all / 2), all, LOOKED_AT_MAX);
  return { ...DEFAULT_LIMITS, ...given, memoryBytes };
}

/** A container may have less than its machine. */
function machineBytes(): number {
  const constrained = constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

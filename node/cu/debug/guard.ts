import type { ProcessId } from '../../contract/ids.ts';
import type { Guard } from '../../contract/recording.ts';
import type { StatePage, StatePath } from '../../contract/state.ts';
import type { MessageInput } from '../vm/machine.ts';

const AUTHORITIES_SHOWN = 20;

/**
 * Why the runtime asked no handler: its own guards come first (protocol §8.1, steps 6 and 7).
 * @param children the state after the message, from its first entry on.
 */
export async function guardOf(
  children: (path: StatePath, limit: number) => Promise<StatePage>,
  process: ProcessId,
  { From: from, Owner: owner, Target: target }: MessageInput,
): Promise<Guard> {
  if (from !== owner) {
    const page = await children(['.ao', '.authorities'], AUTHORITIES_SHOWN);
    const authorities = page.nodes.map(({ preview }) => preview.replace(/^"|"$/g, ''));
    if (!authorities.includes(owner) && !authorities.includes(from)) return { kind: 'untrusted', from, owner, authorities };
  }
  if (target !== process) return { kind: 'not assignable', from, target };
  return { kind: 'stopped early', reason: 'the program answered without asking its handlers' };
}

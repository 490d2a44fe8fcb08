import type { ProcessId } from '../contract/ids.ts';
import type { WeaveFile, WeavePlace } from '../contract/kept.ts';
import type { CuPorts } from './ports.ts';
import type { Program } from './program.ts';
import { verify } from './verify.ts';
import { hasDrive } from './vm/drive.ts';

/** Files of one page. */
const FILES_MAX = 50;
/** A page that holds as much goes no further. */
const BYTES_MAX = 4 * 1024 * 1024;

/**
 * The files that a process has read through WeaveDrive, with their content as it was at each height. Before the first page
 * the log is replayed from its start: what was read before this was written down is read, and written down, then.
 */
export async function weaveFilesOf(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  after: WeavePlace | null,
  signal: AbortSignal,
): Promise<{ readonly files: readonly WeaveFile[]; readonly next: WeavePlace | null }> {
  if (!hasDrive(program.env)) return { files: [], next: null };
  if (after === null) await verify(ports, process, program, ports.memory.evaluatedTo(process), signal);
  const files: WeaveFile[] = [];
  let bytes = 0;
  const places = ports.weave.reads(process, after, FILES_MAX);
  for (const { blockHeight, path } of places) {
    const answer = await ports.weave.read({ process, blockHeight, path });
    const data = 'data' in answer ? Buffer.from(answer.data).toString('base64url') : null;
    files.push({ blockHeight, path, data, halt: 'halt' in answer ? answer.halt : null });
    bytes += data?.length ?? 0;
    if (bytes >= BYTES_MAX) break;
  }
  const last = files.at(-1);
  const isEnd = last === undefined || (files.length === places.length && places.length < FILES_MAX);
  return { files, next: isEnd ? null : { blockHeight: last.blockHeight, path: last.path } };
}

import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import type { PlannedProcess, PlannedState, Topology } from '../../contract/topology.ts';
import { problemOf } from '../manifest.ts';
import { programOf, shapeOf, type Program } from './program.ts';
import type { TopologyPorts } from './run.ts';
import { idsOf, runningOf, type Running } from './state.ts';

/** How each process of the manifest stands to its files. Nothing is sent. */
export async function topologyOf(
  { processes, bundle }: Manifest,
  { files, store, ask }: Pick<TopologyPorts, 'files' | 'store' | 'ask'>,
): Promise<Topology> {
  const state = await store.read();
  const ids = idsOf(state);
  const standing = async (one: ManifestProcess): Promise<PlannedProcess> => {
    const known = runningOf(state, one.name);
    const now = known !== null && (await ask('su.isProcess', { id: known.process })).isProcess ? known : null;
    const of = { name: one.name, source: one.source, process: now?.process ?? null, runs: now?.code ?? null };
    try {
      const program = await programOf(one, files, bundle);
      return { ...of, state: stateOf(one, program, now, ids), has: program.hash, files: program.files, problem: null };
    } catch (error) {
      const told = error instanceof AoError ? error : new AoError('FILE_UNREADABLE', { path: one.source, reason: reasonOf(error) });
      const { file, line } = told.details;
      const problem = {
        ...problemOf(told),
        ...(typeof file === 'string' && typeof line === 'number' ? { file, place: { line, column: 1 } } : {}),
      };
      const state: PlannedState = now === null ? 'absent' : now.isBooted === false ? 'broken' : 'changed';
      return { ...of, state, has: null, files: [one.source], problem };
    }
  };
  return { processes: await Promise.all(processes.map(standing)) };
}

function stateOf(one: ManifestProcess, program: Program, now: Running | null, ids: ReadonlyMap<string, string>): PlannedState {
  if (now === null) return 'absent';
  if (now.isBooted === false) return 'broken';
  if (shapeOf(one, program, ids) !== now.shape) return 'outdated';
  return program.kind === 'code' && program.hash !== now.code ? 'changed' : 'current';
}

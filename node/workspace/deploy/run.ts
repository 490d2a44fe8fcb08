import type { Manifest } from '../../contract/desktop.ts';
import { toProcessId, type ModuleId } from '../../contract/ids.ts';
import type { RanProcess, RunWay } from '../../contract/topology.ts';
import type { ProjectFiles } from '../files.ts';
import type { Deployments } from '../topology/deployments.ts';
import { runTopology, type TopologyPorts } from '../topology/run.ts';
import { topologyInMemory } from '../topology/state.ts';
import type { WrittenHere } from '../topology/written-here.ts';
import type { Agreed } from './agreed.ts';
import { contentOf } from './module-content.ts';
import type { Place } from './place.ts';

/** Is told what was signed, before it is sent. */
type Signed = (what: string, id: string) => void;

/**
 * The processes of a project from nothing on, on a node of this computer.
 * @param place signs with a key that is made for it and thrown away: what is signed here would be good on the network too.
 * @throws AoError as runTopology.
 */
export function rehearse(manifest: Manifest, place: Place, files: ProjectFiles, signal: AbortSignal): Promise<readonly RanProcess[]> {
  const module = (ref: string | null): Promise<ModuleId> => place.modules.resolve(ref, files, signal);
  return runTopology(manifest, {}, { ask: place.ask, files, signing: place.signing, module, store: topologyInMemory(), signal });
}

/**
 * The processes of a project on a network. Asked again after whatever end it sends what is missing, and nothing twice.
 * @throws AoError as runTopology.
 */
export async function deploy(
  manifest: Manifest,
  { place, files, deployments, builtIn, agreed, writtenHere, how, signal, signed }: DeployPorts,
): Promise<readonly RanProcess[]> {
  const module = async (ref: string | null): Promise<ModuleId> => {
    const { key, isPublished } = await contentOf(ref, files, builtIn);
    const known = deployments.module(key);
    if (known !== null) return known;
    if (!isPublished) agreed.checkModule(key);
    const id = await place.modules.resolve(ref, files, signal);
    signed(`module ${ref ?? 'lua'}`, id);
    await deployments.keepModule(key, id);
    return id;
  };
  return runTopology(
    manifest,
    { how },
    {
      ask: place.ask,
      files,
      signing: toldSigning(place.signing, signed, { agreed, writtenHere }),
      module,
      store: deployments.topology,
      isLasting: true,
      signal,
    },
  );
}

interface DeployPorts {
  readonly place: Place;
  readonly files: ProjectFiles;
  readonly deployments: Deployments;
  /** The built-in Lua module. */
  readonly builtIn: () => Promise<Uint8Array>;
  readonly agreed: Agreed;
  readonly writtenHere: WrittenHere;
  readonly how: RunWay;
  readonly signal: AbortSignal;
  readonly signed: Signed;
}

function toldSigning(
  signing: Place['signing'],
  signed: Signed,
  { agreed, writtenHere }: Pick<DeployPorts, 'agreed' | 'writtenHere'>,
): TopologyPorts['signing'] {
  return {
    async signSpawn(args, signal) {
      const item = await signing.signSpawn(args, signal);
      const process = toProcessId(item.id);
      agreed.spawned(args.name, process);
      await writtenHere.add(process);
      signed(`process ${args.name}`, item.id);
      return item;
    },
    async signMessage(process, tags, data) {
      const item = await signing.signMessage(process, tags, data);
      signed(`${tags.find(({ name }) => name === 'Action')?.value ?? 'message'} to ${process}`, item.id);
      return item;
    },
  };
}

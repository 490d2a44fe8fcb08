import type { HandlersOf } from '../../contract/handlers.ts';
import type { RanProcess, RunWish } from '../../contract/topology.ts';
import { AoError } from '../../contract/errors.ts';
import { bundle } from '../bundle/bundle.ts';
import { manifestJsonSchema } from '../manifest-schema.ts';
import type { Modules } from '../modules/modules.ts';
import type { WorkspaceOptions } from '../ports.ts';
import type { Project } from '../project.ts';
import type { Projects } from '../projects.ts';
import type { Signing } from '../signing.ts';
import { runTopology } from './run.ts';
import { topologyOf } from './standing.ts';
import { topologyFile, topologyOnDisk, type TopologyStore } from './state.ts';

type PlanHandlers = Pick<HandlersOf<'shell'>, 'project.run' | 'project.topology' | 'project.bundle' | 'project.schema'>;

/** What is done with the processes of aoscope.json. */
export interface Plans {
  readonly handlers: PlanHandlers;
  /** @throws AoError as runTopology. */
  run(project: Project, wish: RunWish, signal: AbortSignal): Promise<readonly RanProcess[]>;
}

interface PlanPorts {
  readonly options: WorkspaceOptions;
  readonly signing: Signing;
  readonly modules: Modules;
  readonly projects: Projects;
}

export function planHandlers({ options, signing, modules, projects }: PlanPorts): Plans {
  const { ask, tell } = options;
  const store = ({ dataDir }: Project): TopologyStore => {
    const elsewhere = options.unitStatus().units.filter(({ unit }) => unit === 'mu' || unit === 'su');
    return topologyOnDisk(
      topologyFile(
        dataDir,
        elsewhere.flatMap(({ foreign }) => foreign?.url ?? []),
      ),
    );
  };
  /** One run at a time: each begins with what the one before has written down. */
  let last: Promise<unknown> = Promise.resolve();
  const run: Plans['run'] = (project, wish, signal) => {
    const { files, manifest, recording } = project;
    const mine = last.then(async () => {
      if (recording !== null) throw new AoError('RECORDING_READ_ONLY');
      const module = (ref: string | null) => modules.resolve(ref, files, signal);
      const processes = await runTopology(manifest(), wish, { ask, files, signing, module, store: store(project), signal });
      tell('project.ran', { processes });
      return processes;
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    run,
    handlers: {
      async 'project.run'(wish) {
        // Whoever asks from a terminal may have written aoscope.json this very moment.
        await projects.reload();
        return { processes: await projects.work((project, signal) => run(project, wish, signal)) };
      },
      async 'project.topology'() {
        await projects.reload();
        const project = projects.current();
        return topologyOf(project.info().manifest, { ask, files: project.files, store: store(project) });
      },
      async 'project.bundle'({ file }) {
        const { files, info } = projects.current();
        return bundle(file, async (path) => (await files.read(path)).text, info().manifest.bundle);
      },
      'project.schema': async () => ({ schema: JSON.stringify(manifestJsonSchema()) }),
    },
  };
}

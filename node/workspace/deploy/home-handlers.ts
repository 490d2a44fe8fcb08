import { AoError } from '../../contract/errors.ts';
import type { HandlersOf } from '../../contract/handlers.ts';
import type { HomeState } from '../../contract/home.ts';
import { networkNamed } from '../../deploy/network.ts';
import type { NodeToTry, WorkspaceOptions } from '../ports.ts';
import type { Projects } from '../projects.ts';
import { readFirst, openFirst } from '../recording/home-first.ts';
import { originFolder, readOrigin, type HomeOrigin } from '../recording/home-origin.ts';
import { lastHere, runHome, type HomeSubject } from '../recording/home-session.ts';
import { profileOf } from './place.ts';

type HomeHandlers = Pick<HandlersOf<'shell'>, 'deploy.home' | Extract<keyof HandlersOf<'shell'>, `home.${string}`>>;

interface HomePorts {
  readonly options: WorkspaceOptions;
  /** Where recordings are unpacked. */
  readonly recordingsDir: string;
  /** Where recordings of processes that were brought home are kept. */
  readonly homeDir: string;
  readonly projects: Projects;
}

/** What a session does until it ends. */
const MOVING: ReadonlySet<HomeState['does']> = new Set(['fetching', 'waiting', 'following']);
/** Where the process of a project came from, and the folder that says so. */
type Kept = Pick<HomeSubject, 'origin' | 'originDir'>;

/** Processes of networks that come home into a project of their own, slot by slot. */
export function homeHandlers({ options, recordingsDir, homeDir, projects }: HomePorts): HomeHandlers {
  const { ask, tell } = options;
  /** What comes home into the project that is open. */
  let session: { readonly project: string; state: HomeState; readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  /** One wish after the other: two at once would each begin. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const mine = turn.then(job);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const ofCurrent = (): typeof session => (session?.project === projects.current().path ? session : null);

  const stopped = async (): Promise<void> => {
    const known = ofCurrent();
    known?.stop.abort();
    await known?.ended;
  };
  const keptOf = async (project: string): Promise<Kept | null> => {
    const originDir = await originFolder(project, recordingsDir);
    const origin = await readOrigin(originDir);
    return origin === null || originDir === null ? null : { origin, originDir };
  };
  const countHere = async (origin: HomeOrigin): Promise<number> => {
    const last = await lastHere(ask, origin);
    return last === null ? 0 : last.slot + 1;
  };

  /** Goes on in the background until it ends, or another project is opened. @param node is closed then. */
  const begin = (kept: Kept, state: HomeState, node: NodeToTry, isFollowed: boolean): void => {
    const stop = new AbortController();
    const { path: project } = projects.current();
    const changed = (now: HomeState): void => {
      if (session === mine) tell('home.changed', { home: (mine.state = now) });
    };
    const carrier = (): ReturnType<WorkspaceOptions['unitStatus']>['scheduler'] => options.unitStatus().scheduler;
    const subject = { ...kept, here: ask, there: node.ask, carrier, homeDir, app: options.version };
    const work = async (): Promise<void> => {
      try {
        await projects.work(async (current, left) => {
          if (current.path === project) await runHome(subject, { isFollowed, stop: stop.signal, left, changed });
        });
      } catch {
        // It ends in its state; here it is only left.
      } finally {
        // Left before it ended: whoever comes back finds what is kept of it, and can go on.
        if (session === mine && MOVING.has(mine.state.does)) session = null;
        await node.close();
      }
    };
    const mine = { project, state, stop, ended: work() };
    session = mine;
  };

  return {
    async 'deploy.home'({ network: name, process }, signal) {
      const network = networkNamed(name, projects.info().manifest.networks);
      if (network.kind !== 'units') throw new AoError('HOME_HYPERBEAM', { name });
      const node = await options.openNode({ network: profileOf(network) });
      try {
        const first = await readFirst(node.ask, { process, gateway: network.gateway }, signal);
        signal.throwIfAborted();
        const { here, ...kept } = await openFirst(
          first,
          { network: name, addresses: network, app: options.version },
          { ask, recordingsDir, projects },
        );
        const state = stateOf(kept.origin, here, 'fetching');
        begin(kept, state, node, false);
        return { home: state };
      } catch (error) {
        await node.close();
        throw error;
      }
    },
    async 'home.state'() {
      const known = ofCurrent();
      if (known !== null) return { home: known.state };
      const origin = (await keptOf(projects.current().path))?.origin;
      if (origin === undefined) return { home: null };
      return { home: stateOf(origin, await countHere(origin), 'stopped') };
    },
    'home.go': ({ follow }) =>
      inTurn(async () => {
        await stopped();
        const project = projects.current();
        const kept = await keptOf(project.path);
        if (kept === null) throw new AoError('HOME_NONE');
        const { origin } = kept;
        const here = await countHere(origin);
        const node = await options.openNode({ network: profileOf(origin.addresses) });
        if (projects.current() === project) begin(kept, { ...stateOf(origin, here, 'fetching'), isFollowed: follow }, node, follow);
        else await node.close();
        return {};
      }),
    'home.stop': () =>
      inTurn(async () => {
        await stopped();
        return {};
      }),
  };
}

function stateOf({ process, name, network, of, file }: HomeOrigin, here: number, does: HomeState['does']): HomeState {
  const isWhole = does === 'stopped' && here >= of;
  return { process, name, network, here, of: Math.max(of, here), does: isWhole ? 'whole' : does, isFollowed: false, trouble: null, file };
}

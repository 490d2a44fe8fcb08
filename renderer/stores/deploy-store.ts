import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Commands } from '../../node/contract/commands.ts';
import type { BroughtHome, Consent, Deployed, DeployPlan, Finding, KeyInfo, NetworkInfo, ToSign } from '../../node/contract/deploy.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { RemoteNetwork } from '../../node/contract/networks.ts';
import type { Progress } from '../../node/contract/timeline.ts';
import type { RunWay } from '../../node/contract/topology.ts';
import type { Link } from '../link/link.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** What is under way. */
export type DeployBusy = 'planning' | 'rehearsing' | 'deploying';

/** How a deployment stands: each step follows the one before. */
interface Run {
  readonly plan: DeployPlan | null;
  /** What the plan is recognised by. */
  readonly planKey: string;
  readonly rehearsal: Commands['deploy.rehearse']['reply'] | null;
  /** What was signed, in order. */
  readonly signed: readonly { readonly what: string; readonly id: string }[];
  readonly deployed: Deployed | null;
  /** The person ended the last step. */
  readonly isStopped: boolean;
  /** Why the last step came to nothing. */
  readonly error: unknown;
}

export interface DeployState extends Run {
  /** Null until they were asked for. */
  readonly networks: readonly NetworkInfo[] | null;
  readonly keys: readonly KeyInfo[] | null;
  /** Kept keys that cannot be read, in words. */
  readonly broken: readonly string[];
  readonly network: string | null;
  readonly wallet: string | null;
  readonly how: RunWay;
  readonly withTests: boolean;
  /** What the addresses of networks answered, by their names. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  /** The network that is being looked at. */
  readonly examining: string | null;
  readonly busy: DeployBusy | null;
  /** How far a process has come that is brought home; null while none is, or nothing has come yet. */
  readonly coming: Progress | null;
  /** What waits for a signature. */
  readonly asks: { readonly number: number; readonly item: ToSign } | null;
  /** Reads networks and keys again. @throws AoError DEPLOYMENTS_BROKEN, WALLET_KEPT_BROKEN. */
  refresh(): Promise<void>;
  choose(choice: Partial<Pick<DeployState, 'network' | 'wallet' | 'how' | 'withTests'>>): void;
  /** @throws AoError as deploy.doctor. */
  examine(name: string, network: RemoteNetwork): Promise<void>;
  makePlan(): Promise<void>;
  rehearse(): Promise<void>;
  deploy(): Promise<void>;
  /** Brings a process home and opens its recording. @throws AoError as deploy.home. */
  bringHome(network: string, process: ProcessId, signal: AbortSignal): Promise<BroughtHome>;
  /** Ends what is under way. */
  stop(): void;
  answer(consent: Consent): void;
}
export type DeployStore = StoreApi<DeployState>;

const NOTHING: Run = { plan: null, planKey: '', rehearsal: null, signed: [], deployed: null, isStopped: false, error: null };

/** Bringing the project to a network of others, step by step. */
export function createDeployStore(link: Link, workspace: WorkspaceStore, onError: (error: unknown) => void): DeployStore {
  const memory = projectMemory(link, 'deploy');
  let stop: AbortController | null = null;
  const store: DeployStore = createStore<DeployState>()((set, get) => {
    const wish = (): { network: string; wallet: string; how: RunWay } => {
      const { network, wallet, how } = get();
      return { network: network ?? '', wallet: wallet ?? '', how };
    };
    /** One step at a time; what it came to is in the state. */
    const during = async (busy: DeployBusy, step: (signal: AbortSignal) => Promise<Partial<Run>>): Promise<void> => {
      if (get().busy !== null) return;
      const own = new AbortController();
      stop = own;
      set({ busy, error: null, isStopped: false });
      try {
        set(await step(own.signal));
      } catch (error) {
        const isStopped = own.signal.aborted || (error instanceof AoError && error.code === 'CANCELLED');
        set(isStopped ? { isStopped } : { error });
      } finally {
        set({ busy: null, asks: null });
      }
    };
    return {
      ...NOTHING,
      networks: null,
      keys: null,
      broken: [],
      network: null,
      wallet: null,
      how: 'evaluate',
      withTests: true,
      findings: new Map(),
      examining: null,
      busy: null,
      coming: null,
      asks: null,
      async refresh() {
        const [{ networks }, { keys, broken }] = await Promise.all([link.ask('deploy.networks', {}), link.ask('keys.list', {})]);
        const { network, wallet } = get();
        set({
          networks,
          keys,
          broken,
          network: networks.some(({ name }) => name === network) ? network : (networks[0]?.name ?? null),
          wallet: keys.some(({ name }) => name === wallet) ? wallet : (keys[0]?.name ?? null),
        });
      },
      choose(choice) {
        // A plan is one of a network, a key and a way.
        set({ ...choice, ...('withTests' in choice ? {} : NOTHING) });
        const project = workspace.getState().project?.path;
        const { network, wallet } = get();
        if (project !== undefined) memory.remember(project, { network, wallet });
      },
      async examine(name, network) {
        set({ examining: name, findings: new Map([...get().findings, [name, []]]) });
        try {
          await link.ask('deploy.doctor', { name, network });
        } finally {
          set({ examining: null });
        }
      },
      makePlan: () =>
        during('planning', async (signal) => {
          set(NOTHING);
          const { plan, key } = await link.ask('deploy.plan', wish(), signal);
          return { plan, planKey: key };
        }),
      rehearse: () =>
        during('rehearsing', async (signal) => {
          set({ rehearsal: null, deployed: null, signed: [] });
          const { planKey: plan, withTests } = get();
          return { rehearsal: await link.ask('deploy.rehearse', { ...wish(), plan, withTests }, signal) };
        }),
      async deploy() {
        await during('deploying', async (signal) => {
          set({ deployed: null, signed: [] });
          return { deployed: await link.ask('deploy.run', { ...wish(), plan: get().planKey }, signal) };
        });
        // What stands there now is in the receipts, also where it ended in the middle.
        await get().refresh().catch(onError);
      },
      async bringHome(network, process, signal) {
        set({ coming: null });
        try {
          return await link.ask('deploy.home', { network, process }, signal);
        } finally {
          set({ coming: null });
        }
      },
      stop: () => stop?.abort(),
      answer(consent) {
        const { asks } = get();
        if (asks === null) return;
        set({ asks: null });
        link.ask('deploy.answer', { number: asks.number, consent }).catch(onError);
      },
    };
  });
  link.on('deploy.event', (event) => {
    const { findings, asks, signed, busy } = store.getState();
    if (event.kind === 'found') {
      const known = findings.get(event.network) ?? [];
      store.setState({ findings: new Map([...findings, [event.network, [...known, event.finding]]]) });
    } else if (event.kind === 'home') {
      store.setState({ coming: event.progress });
    } else if (event.kind === 'asks') {
      // Another window's deployment is answered there.
      if (busy === 'deploying') store.setState({ asks: { number: event.number, item: event.item } });
    } else if (event.kind === 'asked') {
      if (asks?.number === event.number) store.setState({ asks: null });
    } else if (busy === 'deploying') {
      store.setState({ signed: [...signed, { what: event.what, id: event.id }] });
    }
  });
  followProject(workspace, (project) => {
    store.setState({ ...NOTHING, networks: null, network: null, findings: new Map() });
    if (project === null) return;
    void memory.recall(project).then((known) => {
      const { network, wallet } = choiceOf(known);
      if (workspace.getState().project?.path === project) store.setState({ network, wallet });
    }, onError);
  });
  return store;
}

function choiceOf(raw: unknown): { readonly network: string | null; readonly wallet: string | null } {
  const { network, wallet } =
    typeof raw === 'object' && raw !== null ? { network: null, wallet: null, ...raw } : { network: null, wallet: null };
  return { network: typeof network === 'string' ? network : null, wallet: typeof wallet === 'string' ? wallet : null };
}

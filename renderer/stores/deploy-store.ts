import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  BROWSER_WALLET,
  type Consent,
  type Finding,
  type KeyInfo,
  type KeyStoreInfo,
  type NetworkInfo,
  type ToSign,
} from '../../node/contract/deploy.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { HomeState } from '../../node/contract/home.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import type { RemoteNetwork } from '../../node/contract/networks.ts';
import type { RunWay } from '../../node/contract/topology.ts';
import { connectBrowserWallet, signInBrowser } from '../link/browser-wallet.ts';
import type { Link } from '../link/link.ts';
import { NOTHING_RUN, type DeployBusy, type DeployRun } from './deploy-run.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

export interface DeployState extends DeployRun {
  /** Null until they were asked for. */
  readonly networks: readonly NetworkInfo[] | null;
  readonly keys: readonly KeyInfo[] | null;
  /** Kept keys that cannot be read, in words. */
  readonly broken: readonly string[];
  /** Does the system keep keys? Null until it was asked for. */
  readonly keyStore: KeyStoreInfo | null;
  readonly network: string | null;
  readonly wallet: string | null;
  readonly how: RunWay;
  readonly withTests: boolean;
  /** What the addresses of networks answered, by their names. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  /** The network that is being looked at. */
  readonly examining: string | null;
  readonly busy: DeployBusy | null;
  /** What waits for a signature. */
  readonly asks: { readonly number: number; readonly item: ToSign } | null;
  /** Reads networks and keys again. @throws AoError DEPLOYMENTS_BROKEN, WALLET_KEPT_BROKEN. */
  refresh(): Promise<void>;
  choose(choice: Partial<Pick<DeployState, 'network' | 'wallet' | 'how' | 'withTests'>>): void;
  /** Asks each address; what was being looked at before is let be. @throws AoError as deploy.doctor. */
  examine(name: string, network: RemoteNetwork): Promise<void>;
  /** What was found of a network of that name is told no longer, and nothing more is asked for it. */
  forget(name: string): void;
  makePlan(): Promise<void>;
  rehearse(): Promise<void>;
  deploy(): Promise<void>;
  /** Opens a process of a network in place of the project; more of it comes in afterwards. @throws AoError as deploy.home. */
  bringHome(network: string, process: ProcessId, signal: AbortSignal): Promise<HomeState>;
  /** Lets the wallet of this browser sign, and chooses it. @throws AoError WALLET_BROWSER_NONE, WALLET_BROWSER. */
  connectBrowser(): Promise<void>;
  disconnectBrowser(): Promise<void>;
  /** Ends what is under way. */
  stop(): void;
  answer(consent: Consent): void;
}
export type DeployStore = StoreApi<DeployState>;

/** Bringing the project to a network of others, step by step. */
export function createDeployStore(link: Link, workspace: WorkspaceStore, onError: (error: unknown) => void): DeployStore {
  const memory = projectMemory(link, 'deploy');
  const projectNow = (): string | null => workspace.getState().project?.path ?? null;
  let stop: AbortController | null = null;
  let looking: AbortController | null = null;
  /** Of several readings under way the newest counts. */
  let asked = 0;
  /** Somebody has chosen, or gone on, in this project: what is remembered of it comes too late. */
  let isTouched = false;
  const store: DeployStore = createStore<DeployState>()((set, get) => {
    const wish = (): { network: string; wallet: string; how: RunWay } => {
      const { network, wallet, how } = get();
      return { network: network ?? '', wallet: wallet ?? '', how };
    };
    /** One step at a time; what it came to is in the state, unless that is about something else by then. */
    const during = async (busy: DeployBusy, step: (signal: AbortSignal) => Promise<Partial<DeployRun>>): Promise<void> => {
      if (get().busy !== null) return;
      const own = new AbortController();
      const subject = (): string => JSON.stringify([projectNow(), wish()]);
      const of = subject();
      const put = (change: Partial<DeployRun>): void => void (subject() === of && set(change));
      stop = own;
      isTouched = true;
      set({ busy, ended: null });
      try {
        put(await step(own.signal));
      } catch (error) {
        const isStopped = own.signal.aborted || (error instanceof AoError && error.code === 'CANCELLED');
        put({ ended: { step: busy, error: isStopped ? null : error } });
        // What it failed for may be seen then: a key that was locked meanwhile, a network that is gone.
        if (!isStopped) void get().refresh().catch(onError);
      } finally {
        if (stop === own) set({ busy: null, asks: null });
      }
    };
    return {
      ...NOTHING_RUN,
      networks: null,
      keys: null,
      broken: [],
      keyStore: null,
      network: null,
      wallet: null,
      how: 'evaluate',
      withTests: true,
      findings: new Map(),
      examining: null,
      busy: null,
      asks: null,
      async refresh() {
        const mine = ++asked;
        const [{ networks }, { keys, broken, store: keyStore }] = await Promise.all([
          link.ask('deploy.networks', {}),
          link.ask('keys.list', {}),
        ]);
        if (mine !== asked) return;
        const { network, wallet, networks: former, ended } = get();
        for (const { name } of former ?? []) if (networks.every((one) => one.name !== name)) get().forget(name);
        // Why a step came to nothing is read also where its network is gone.
        set({ networks, keys, broken, keyStore, ...settled({ networks, keys }, { network, wallet }, { network, wallet }), ended });
      },
      choose(choice) {
        isTouched = true;
        // A plan is one of a network, a key and a way.
        set({ ...choice, ...('withTests' in choice ? {} : NOTHING_RUN) });
        const project = projectNow();
        const { network, wallet } = get();
        if (project !== null) memory.remember(project, { network, wallet });
      },
      async examine(name, network) {
        const own = new AbortController();
        looking?.abort();
        looking = own;
        set({ examining: name, findings: new Map([...get().findings, [name, []]]) });
        try {
          await link.ask('deploy.doctor', { name, network }, own.signal);
        } catch (error) {
          if (!own.signal.aborted) throw error;
        } finally {
          if (looking === own) set({ examining: null });
        }
      },
      forget(name) {
        if (get().examining === name) {
          looking?.abort();
          set({ examining: null });
        }
        set({ findings: new Map([...get().findings].filter(([of]) => of !== name)) });
      },
      makePlan: () =>
        during('planning', async (signal) => {
          set(NOTHING_RUN);
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
        return (await link.ask('deploy.home', { network, process }, signal)).home;
      },
      async connectBrowser() {
        await link.ask('keys.connect', { owner: await connectBrowserWallet(window) });
        await get().refresh();
        get().choose({ wallet: BROWSER_WALLET });
      },
      async disconnectBrowser() {
        await link.ask('keys.connect', { owner: null });
        await get().refresh();
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
  followNode(link, store, onError);
  followProject(workspace, (project) => {
    // What was begun in another project goes on there, or ends: nothing of it belongs here.
    stop?.abort();
    stop = null;
    looking?.abort();
    looking = null;
    asked += 1;
    isTouched = false;
    const fresh = { networks: null, network: null, wallet: null, findings: new Map(), examining: null, busy: null, asks: null };
    store.setState({ ...NOTHING_RUN, ...fresh });
    if (project === null) return;
    void memory.recall(project).then((known) => {
      if (isTouched || projectNow() !== project) return;
      const { networks, keys, network, wallet } = store.getState();
      const wanted = choiceOf(known);
      const before = { network, wallet };
      store.setState(settled({ networks, keys }, { network: wanted.network ?? network, wallet: wanted.wallet ?? wallet }, before));
    }, onError);
  });
  return store;
}

/** Keeps it in step with what the node announces. */
function followNode(link: Link, store: DeployStore, onError: (error: unknown) => void): void {
  link.on('deploy.event', (event) => {
    const { findings, examining, asks, signed, busy } = store.getState();
    if (event.kind === 'found') {
      // What another window looks at is seen there: it need not be written down anywhere.
      if (event.network !== examining) return;
      const known = findings.get(event.network) ?? [];
      store.setState({ findings: new Map([...findings, [event.network, [...known, event.finding]]]) });
    } else if (event.kind === 'asks') {
      // Another window's deployment is answered there.
      if (busy === 'deploying') store.setState({ asks: { number: event.number, item: event.item } });
    } else if (event.kind === 'asked') {
      if (asks?.number === event.number) store.setState({ asks: null });
    } else if (event.kind === 'signs') {
      if (busy !== 'deploying') return;
      const { number, fields } = event;
      void signInBrowser(window, fields)
        .then((answer) => link.ask('deploy.signed', { number, signed: answer }))
        .catch(onError);
    } else if (busy === 'deploying') {
      store.setState({ signed: [...signed, { what: event.what, id: event.id }] });
    }
  });
  link.on('keys.changed', () => {
    const { networks, refresh } = store.getState();
    if (networks !== null) void refresh().catch(onError);
  });
}

interface Choice {
  readonly network: string | null;
  readonly wallet: string | null;
}

/** The choice that is wanted, where it is there; what was done for another one is none of it. */
function settled({ networks, keys }: Pick<DeployState, 'networks' | 'keys'>, wanted: Choice, before: Choice): Partial<DeployState> {
  const network = thereOf(networks, wanted.network);
  const wallet = thereOf(keys, wanted.wallet);
  return network === before.network && wallet === before.wallet ? {} : { ...NOTHING_RUN, network, wallet };
}

/** The first where it is not there; what is not known to be missing stays. */
function thereOf(all: readonly { readonly name: string }[] | null, wanted: string | null): string | null {
  return all === null || all.some(({ name }) => name === wanted) ? wanted : (all[0]?.name ?? null);
}

function choiceOf(raw: unknown): Choice {
  const { network, wallet } =
    typeof raw === 'object' && raw !== null ? { network: null, wallet: null, ...raw } : { network: null, wallet: null };
  return { network: typeof network === 'string' ? network : null, wallet: typeof wallet === 'string' ? wallet : null };
}

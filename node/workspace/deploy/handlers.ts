import { anySignal } from '../any-signal.ts';
import { join } from 'node:path';
import type { DeployWish } from '../../contract/deploy-commands.ts';
import { BROWSER_WALLET, isWell, type DeployPlan, type Finding, type NetworkInfo } from '../../contract/deploy.ts';
import type { Manifest } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import type { HandlersOf } from '../../contract/handlers.ts';
import type { Address } from '../../contract/ids.ts';
import { KNOWN_NETWORKS, type RemoteNetwork, type UnitsNetwork } from '../../contract/networks.ts';
import type { TestSummary } from '../../contract/tests.ts';
import { examine } from '../../deploy/doctor.ts';
import type { Keys } from '../keys.ts';
import { MANIFEST_FILE } from '../manifest.ts';
import { builtInContent } from '../module.ts';
import type { NodeToTry, NodeWish, WorkspaceOptions } from '../ports.ts';
import type { Project } from '../project.ts';
import type { Projects } from '../projects.ts';
import type { BuildTrust } from '../trust.ts';
import { DEPLOYMENTS_FILE, openDeployments, type Deployments } from '../topology/deployments.ts';
import { openWrittenHere, type WrittenHere } from '../topology/written-here.ts';
import { compareOutcomes, outcomesOf, type Rehearsed } from './compare.ts';
import { agreedTo, planKey } from './agreed.ts';
import { createBrowserSigning } from './browser-signing.ts';
import { createConsents, type Deploying } from './consent.ts';
import { withNetwork } from './edit-networks.ts';
import { placeOn, profileOf, throwawayWallet } from './place.ts';
import { rehearseForks, type Forks } from './forks.ts';
import { planDeployment } from './plan.ts';
import { homeHandlers } from './home-handlers.ts';
import { deploy, rehearse } from './run.ts';
import { checkOwner, lockDeployments, openSubject } from './subject.ts';
import { networkWarnings } from './warnings.ts';

type DeployHandlers = Pick<HandlersOf<'shell'>, Extract<keyof HandlersOf<'shell'>, `${'deploy' | 'home'}.${string}`>>;

interface DeployPorts {
  readonly options: WorkspaceOptions;
  readonly modulesDir: string;
  /** Where recordings are unpacked. */
  readonly recordingsDir: string;
  /** Where recordings of processes that were brought home are kept. */
  readonly homeDir: string;
  readonly trust: BuildTrust;
  readonly projects: Projects;
  readonly keys: Keys;
  /** All tests of the project; null where it has none. */
  readonly runTests: (signal: AbortSignal) => Promise<TestSummary | null>;
}

/** After that time an address counts as silent. */
const DOCTOR_MS = 5_000;

/** Networks of others, and bringing the open project there: the engine of `aoscope deploy`, asked by a window. */
export function deployHandlers({
  options,
  modulesDir,
  recordingsDir,
  homeDir,
  trust,
  projects,
  keys,
  runTests,
}: DeployPorts): DeployHandlers {
  const { assetsDir, tell } = options;
  const consents = createConsents(tell);
  const inBrowser = createBrowserSigning(tell);
  const builtIn = (): Promise<Uint8Array> => builtInContent(assetsDir);
  /** What the last rehearsal ended in, and of which plan it was. */
  let rehearsed: { readonly plan: string; readonly of: Rehearsed } | null = null;

  /** Work with a node beside the project's that is closed at the end; it ends where the window no longer waits, or another project is opened. */
  const onNode = async <T>(wish: NodeWish, job: (node: NodeToTry) => Promise<T>): Promise<T> => {
    const node = await options.openNode(wish);
    try {
      return await job(node);
    } finally {
      await node.close();
    }
  };
  const planOn = async (node: NodeToTry, project: Project, subject: Subject, wish: DeployWish, ways: PlanWays): Promise<Planned> => {
    const { network, deployments, wallet, writtenHere } = subject;
    const scheduler = (): Address | null => node.signers().scheduler;
    const plan = await planDeployment(
      project.manifest(),
      { network: wish.network, wallet, how: wish.how },
      { ask: node.ask, files: project.files, deployments, builtIn, network, writtenHere, scheduler, ...ways },
    );
    checkOwner(plan, deployments);
    return { plan, key: planKey(project.path, plan) };
  };
  /** Another node asks the network then: that of the plan is closed. */
  const forksOf = (
    steps: DeployPlan['steps'],
    { network, wallet }: Subject,
    { limits = {} }: Manifest,
    signal: AbortSignal,
  ): Promise<Forks> =>
    steps.some(({ does }) => does === 'evaluate')
      ? onNode({ network: profileOf(network) }, ({ ask }) =>
          rehearseForks(steps, { there: ask, gateway: network.gateway, openNode: options.openNode, limits, wallet, signal }),
        )
      : Promise.resolve({ forks: [], outcomes: new Map() });
  const subjectOf = async (project: Project, { network, wallet }: DeployWish): Promise<Subject> => {
    if (project.recording !== null) throw new AoError('RECORDING_READ_ONLY');
    const subject = await openSubject(project.path, project.manifest(), network);
    const writtenHere = await openWrittenHere(options.userDir, project.path, subject.network.su);
    return { ...subject, writtenHere, wallet: await keys.address(wallet) };
  };

  return {
    'deploy.networks': async () => ({ networks: await networksOf(projects.current(), options.userDir) }),
    'deploy.keepNetwork': ({ name, network }) =>
      projects.work(async ({ files, recording }) => {
        if (recording !== null) throw new AoError('RECORDING_READ_ONLY');
        const { text, version } = await files.read(MANIFEST_FILE);
        await files.write(MANIFEST_FILE, withNetwork(text, name, network), version);
        // Who asks for the networks next finds it among them.
        await projects.reload();
        return {};
      }),
    async 'deploy.doctor'({ name, network }, signal) {
      const findings: Finding[] = [];
      for await (const finding of examine(name, network, DOCTOR_MS)) {
        signal.throwIfAborted();
        findings.push(finding);
        tell('deploy.event', { kind: 'found', network: name, finding });
      }
      return { findings };
    },
    'deploy.plan': (wish, signal) =>
      projects.work(async (project, left) => {
        const subject = await subjectOf(project, wish);
        const ways = { signal: anySignal([signal, left]) };
        return onNode({ network: profileOf(subject.network) }, (node) => planOn(node, project, subject, wish, ways));
      }),
    'deploy.rehearse': ({ plan: agreed, withTests, ...wish }, signal) =>
      projects.work(async (project, left) => {
        const stop = anySignal([signal, left]);
        const subject = await subjectOf(project, wish);
        const { network } = subject;
        const mustBeAgreed = (): Promise<DeployPlan> =>
          onNode({ network: profileOf(network) }, async (node) => {
            const { plan, key } = await planOn(node, project, subject, wish, { isBrief: true, signal: stop });
            if (key !== agreed) throw new AoError('DEPLOY_CHANGED');
            return plan;
          });
        const { steps } = await mustBeAgreed();
        const wallet = await throwawayWallet();
        const manifest = project.manifest();
        const own = manifest.network?.modules;
        const profile = { readThrough: network.gateway, ...(own === undefined ? {} : { modules: own }) };
        return onNode({ network: profile, limits: manifest.limits ?? {} }, async (node) => {
          const here = placeOn(node, { wallet, modulesDir, assetsDir, trust });
          const startMs = performance.now();
          const processes = await rehearse(manifest, here, project.files, stop);
          await here.ask('mu.idle', {}, stop);
          const { forks, outcomes: onForks } = await forksOf(steps, subject, manifest, stop);
          const tookMs = Math.round(performance.now() - startMs);
          const outcomes = await outcomesOf(here, processes, { rehearsed: wallet.address, deploys: subject.wallet });
          const tests = withTests ? await runTests(stop) : null;
          if (isWell({ processes, tests, forks })) {
            // What was changed while it went on was rehearsed in part, or not at all.
            await mustBeAgreed();
            rehearsed = { plan: agreed, of: { outcomes, forks: onForks } };
          }
          return { processes, forks, tests, tookMs };
        });
      }),
    'deploy.run': ({ plan: agreedKey, ...wish }, signal) =>
      projects.work(async (project, left) => {
        const stop = anySignal([signal, left]);
        const lock = await lockDeployments(project.path);
        try {
          const subject = await subjectOf(project, wish);
          const wallet = await keys.wallet(wish.wallet);
          const { network, deployments, writtenHere } = subject;
          return await onNode({ network: profileOf(network) }, async (node) => {
            const { plan, key } = await planOn(node, project, subject, wish, { isBrief: true, signal: stop });
            // Agreed to and rehearsed was what the files said then.
            if (key !== agreedKey) throw new AoError('DEPLOY_CHANGED');
            const before = rehearsed?.plan === key ? rehearsed.of : null;
            if (before === null) throw new AoError('DEPLOY_UNREHEARSED');
            const agreed = agreedTo(plan);
            const consent = consents.begin(deployingOf(plan), agreed, stop);
            const elsewhere = wish.wallet === BROWSER_WALLET ? { signItem: inBrowser.begin(wallet, stop) } : {};
            const there = placeOn(node, { wallet, modulesDir, assetsDir, trust, consent, heads: deployments.heads, ...elsewhere });
            deployments.setDeployer(wallet.address, network.su);
            const signed = (what: string, id: string): void => tell('deploy.event', { kind: 'signed', what, id });
            const { files } = project;
            const processes = await deploy(project.manifest(), {
              place: there,
              files,
              deployments,
              builtIn,
              agreed,
              writtenHere,
              how: wish.how,
              signal: stop,
              signed,
            });
            return { processes, compared: await compareOutcomes(there, processes, before) };
          });
        } finally {
          await lock.release();
        }
      }),
    ...homeHandlers({ options, recordingsDir, homeDir, projects }),
    async 'deploy.answer'({ number, consent }) {
      consents.answer(number, consent);
      return {};
    },
    async 'deploy.signed'({ number, signed }) {
      inBrowser.answer(number, signed);
      return {};
    },
  };
}

type PlanWays = Pick<Parameters<typeof planDeployment>[2], 'isBrief' | 'signal'>;

interface Subject {
  readonly writtenHere: WrittenHere;
  readonly network: UnitsNetwork;
  readonly deployments: Deployments;
  readonly wallet: Address;
}

/** What is asked before each signature of a plan. */
function deployingOf({ network, wallet, addresses, warnings }: DeployPlan): Deploying {
  const always = networkWarnings(network, addresses);
  const about = (target: string): string[] => (target === '' ? [] : warnings.filter((one) => one.includes(target)));
  return { network, wallet, addresses, warnings: (target) => [...always, ...about(target)] };
}

interface Planned {
  readonly plan: DeployPlan;
  /** What it is recognised by. */
  readonly key: string;
}

/** @throws AoError DEPLOYMENTS_BROKEN. */
async function networksOf(project: Project, userDir: string): Promise<readonly NetworkInfo[]> {
  const own = project.info().manifest.networks ?? {};
  const all: Readonly<Record<string, RemoteNetwork>> = { ...own, ...without(KNOWN_NETWORKS, own) };
  const found: NetworkInfo[] = [];
  for (const [name, network] of Object.entries(all)) {
    const deployments = await openDeployments(join(project.path, DEPLOYMENTS_FILE), name);
    const { running } = await deployments.topology.read();
    const writtenHere = await openWrittenHere(userDir, project.path, deployments.scheduler() ?? '');
    const receipts = Object.entries(running).map(([of, { process, code }]) => ({
      name: of,
      process,
      code,
      isWrittenHere: writtenHere.has(process),
    }));
    found.push({ name, network, from: Object.hasOwn(own, name) ? 'project' : 'app', receipts, wallet: deployments.wallet() });
  }
  return found;
}

function without<T>(all: Readonly<Record<string, T>>, names: object): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(names, name)));
}

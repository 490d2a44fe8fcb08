import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { plainLine } from '../../base/plain-text.ts';
import type { DeployPlan } from '../../contract/deploy.ts';
import type { Manifest } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import type { Address } from '../../contract/ids.ts';
import { KNOWN_NETWORKS, type UnitsNetwork } from '../../contract/networks.ts';
import type { RunWay } from '../../contract/topology.ts';
import type { ItemFields } from '../../item/build.ts';
import type { Wallet } from '../../item/wallet.ts';
import { builtParts } from '../../serve/built.ts';
import { givenOptions } from '../../serve/options.ts';
import { say, sayError } from '../../serve/say.ts';
import { agreedTo, planKey, type Agreed } from '../../workspace/deploy/agreed.ts';
import { compareOutcomes, outcomesOf, type Rehearsed } from '../../workspace/deploy/compare.ts';
import { rehearseForks, type Forks } from '../../workspace/deploy/forks.ts';
import { placeOn, profileOf, throwawayWallet, type Place } from '../../workspace/deploy/place.ts';
import { planDeployment } from '../../workspace/deploy/plan.ts';
import { deploy, rehearse } from '../../workspace/deploy/run.ts';
import { checkOwner, lockDeployments, openSubject } from '../../workspace/deploy/subject.ts';
import { projectFiles, type ProjectFiles } from '../../workspace/files.ts';
import { manifestIn } from '../../workspace/manifest-in.ts';
import { builtInContent } from '../../workspace/module.ts';
import type { NodeToTry, NodeWish } from '../../workspace/ports.ts';
import { projectFolder } from '../../workspace/project.ts';
import { openBuildTrust } from '../../workspace/trust.ts';
import { DEPLOYMENTS_FILE, type Deployments } from '../../workspace/topology/deployments.ts';
import { openWrittenHere, type WrittenHere } from '../../workspace/topology/written-here.ts';
import { defaultUserDir, userFolders } from '../../workspace/user-dir.ts';
import { openHere } from '../headless.ts';
import { ranLines } from '../ran-lines.ts';
import { runTest } from '../test.ts';
import { walletCalled } from '../wallet.ts';
import { comparedLines, forkLines, planLines } from './words.ts';

const USAGE = `aoscope deploy [path/to/project] --network NAME --wallet WALLET [options]

Brings the processes of aoscope.json to a network of others: says what it would do, does the same on a node of this computer
with a key that is made for it and thrown away, and runs the project's tests, asks, deploys, and compares what the network answered with the rehearsal. What was deployed
stands in ${DEPLOYMENTS_FILE}, which belongs into version control: asked again, it sends what was changed or is missing, and
nothing twice. To go back, deploy the files as they were.

  --network NAME  one of aoscope.json, or ${Object.keys(KNOWN_NETWORKS).join(', ')}
  --wallet WALLET what to sign with: a name of aoscope wallet, or a key file (JWK of Arweave, or a key of Ethereum)
  --respawn       a new process takes the place of one whose files were changed; without it their code is evaluated into it
  --dry-run       plan and rehearse, and send nothing
  --skip-tests    rehearse without the project's tests
  --yes           do not ask before signing
  --trust-build   run compilers of this computer where processes are in C or Rust, which may run programs of the project
  --data DIR      folder of the modules that were added, instead of the user's own
  --json          one line of JSON for the plan, the rehearsal, each signature and the end
  --help          this text

Exit code 1 where something did not go well.`;

/** `aoscope deploy`. @returns the exit code. */
export async function runDeploy(args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parse(args);
    if (line === null) {
      say(USAGE);
      return 0;
    }
    const root = await projectFolder(line.project);
    // What was deployed is read once nobody else deploys.
    const lock = await lockDeployments(root);
    const stop = new AbortController();
    const interrupted = (): void => stop.abort();
    process.once('SIGINT', interrupted);
    try {
      return await deployProject(await openProjectFor(root, line), { line, outDir, signal: stop.signal });
    } finally {
      process.removeListener('SIGINT', interrupted);
      await lock.release();
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/** What is deployed, by whom, and where. */
interface ProjectToDeploy {
  readonly root: string;
  readonly manifest: Manifest;
  readonly files: ProjectFiles;
  readonly network: UnitsNetwork;
  readonly wallet: Wallet;
  readonly deployments: Deployments;
}

/** @throws AoError FILE_*, MANIFEST_*, NETWORK_UNKNOWN, NETWORK_CANNOT, WALLET_*, DEPLOYMENTS_BROKEN, DEPLOY_OTHER_NETWORK. */
async function openProjectFor(root: string, line: Line): Promise<ProjectToDeploy> {
  const manifest = await manifestIn(root);
  const { network, deployments } = await openSubject(root, manifest, line.network);
  const wallet = await walletCalled(line.wallet, line.userDir);
  const ignore = (): void => undefined;
  return { root, manifest, files: projectFiles(root, ignore, ignore), network, wallet, deployments };
}

/** How it is deployed. */
interface Doing {
  readonly line: Line;
  readonly outDir: string;
  /** Ends it between two steps. */
  readonly signal: AbortSignal;
}

async function deployProject(project: ProjectToDeploy, doing: Doing): Promise<number> {
  const { manifest, files, network, wallet, deployments } = project;
  const { line, outDir, signal } = doing;
  const modulesDir = userFolders(line.userDir).modules;
  const { assetsDir } = builtParts(outDir);
  const builtIn = (): Promise<Uint8Array> => builtInContent(assetsDir);
  const trust = openBuildTrust({ file: userFolders(line.userDir).trustFile, isAlways: line.isBuildTrusted });
  const on = { modulesDir, assetsDir, trust };
  const writtenHere = await openWrittenHere(line.userDir, project.root, network.su);
  let agreed: Agreed | null = null;
  /** The plan is what was agreed to, once for all of it. */
  const mustBeAgreed = async (fields: ItemFields): Promise<void> => {
    if (agreed === null) throw new AoError('DEPLOY_UNASKED');
    agreed.check(fields);
  };
  const thereNode = await openHere(outDir, { network: profileOf(network) });
  const there = placeOn(thereNode, { ...on, wallet, consent: mustBeAgreed, heads: deployments.heads });
  try {
    const scheduler = (): Address | null => thereNode.signers().scheduler;
    const planNow = (isBrief: boolean): Promise<DeployPlan> =>
      planDeployment(
        manifest,
        { network: line.network, wallet: wallet.address, how: line.how },
        { ask: there.ask, files, deployments, builtIn, network, writtenHere, scheduler, isBrief, signal },
      );
    const plan = await planNow(false);
    tell(line, { kind: 'plan', plan }, planLines(plan));
    if (plan.isDone) {
      if (!line.isJson) say('There is nothing to do.');
      return plan.steps.some(({ does }) => does === 'broken') ? 1 : 0;
    }
    checkOwner(plan, deployments);
    const own = manifest.network?.modules;
    const profile = { readThrough: network.gateway, ...(own === undefined ? {} : { modules: own }) };
    const hereNode = await openHere(outDir, { network: profile, limits: manifest.limits ?? {} });
    try {
      const throwaway = await throwawayWallet();
      const signers = { rehearsed: throwaway.address, deploys: wallet.address };
      const forking = { there: there.ask, gateway: network.gateway, wallet: wallet.address, limits: manifest.limits ?? {}, signal };
      const openNode = (wish: NodeWish): Promise<NodeToTry> => openHere(outDir, wish);
      const forks = (): Promise<Forks> => rehearseForks(plan.steps, { ...forking, openNode });
      const rehearsal = await rehearseAll(project, placeOn(hereNode, { ...on, wallet: throwaway }), { ...doing, signers, forks });
      if (line.isDry) return 0;
      await consent(plan, doing);
      // Rehearsed and agreed to was what the files said then.
      if (planKey(project.root, await planNow(true)) !== planKey(project.root, plan)) throw new AoError('DEPLOY_CHANGED');
      signal.throwIfAborted();
      agreed = agreedTo(plan);
      return await deployNow(project, { there, rehearsal, builtIn, agreed, writtenHere }, doing);
    } finally {
      await hereNode.close();
    }
  } finally {
    await thereNode.close();
  }
}

/** @throws AoError DEPLOY_REHEARSAL_FAILED with the first that did not go well. */
async function rehearseAll(
  { root, manifest, files }: ProjectToDeploy,
  here: Place,
  { line, outDir, signal, signers, forks: runForks }: Doing & Rehearsing,
): Promise<Rehearsed> {
  const startMs = performance.now();
  const ran = await rehearse(manifest, here, files, signal);
  await here.ask('mu.idle', {}, signal);
  const { forks, outcomes: onForks } = await runForks();
  const tookMs = Math.round(performance.now() - startMs);
  tell(line, { kind: 'rehearsal', processes: ran, forks, tookMs }, [
    `Rehearsed on this computer in ${tookMs} ms:`,
    ...indented(ranLines(ran)),
    ...indented(forkLines(forks)),
  ]);
  const failed = [...ran, ...forks].find(({ error }) => error !== null);
  if (failed !== undefined) throw new AoError('DEPLOY_REHEARSAL_FAILED', { reason: `${failed.name} ended in an error` });
  const rehearsed = { outcomes: await outcomesOf(here, ran, signers), forks: onForks };
  if (line.isWithoutTests || (await filesOfTests(root)) === 0) return rehearsed;
  const code = await runTest(
    [root, '--data', line.userDir, ...(line.isJson ? ['--json'] : []), ...(line.isBuildTrusted ? ['--trust-build'] : [])],
    outDir,
  );
  if (code !== 0) throw new AoError('DEPLOY_REHEARSAL_FAILED', { reason: 'the tests of the project do not pass' });
  return rehearsed;
}

interface Rehearsing {
  readonly signers: Parameters<typeof outcomesOf>[2];
  /** New code on forks of the live processes that it goes into. */
  readonly forks: () => Promise<Forks>;
}

async function filesOfTests(root: string): Promise<number> {
  const { testFiles } = await import('../../tests/find.ts');
  return (await testFiles(root)).length;
}

/** Asks the person at the terminal. @throws AoError DEPLOY_UNASKED, CANCELLED. */
async function consent({ network, wallet }: DeployPlan, { line, signal }: Doing): Promise<void> {
  if (line.isSure) return;
  if (!process.stdin.isTTY) throw new AoError('DEPLOY_UNASKED');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // The end of the input, or Ctrl-C, is no.
  const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  try {
    const question = `Sign this with ${wallet} and send it to ${plainLine(network)}? Type yes: `;
    const answer = await Promise.race([prompt.question(question, { signal }).catch(() => ''), closed]);
    if (answer.trim().toLowerCase() !== 'yes') throw new AoError('CANCELLED');
  } finally {
    prompt.close();
  }
}

async function deployNow(
  { manifest, files, network, wallet, deployments }: ProjectToDeploy,
  { there, rehearsal, builtIn, agreed, writtenHere }: Ready,
  { line, signal }: Doing,
): Promise<number> {
  const signed = (what: string, id: string): void => tell(line, { kind: 'signed', what, id }, [`  signed ${what}: ${id}`]);
  deployments.setDeployer(wallet.address, network.su);
  const ran = await deploy(manifest, {
    place: there,
    files,
    deployments,
    builtIn,
    agreed,
    writtenHere,
    how: line.how,
    signal,
    signed,
  });
  tell(line, { kind: 'deployed', network: line.network, processes: ran }, [`Deployed to ${line.network}:`, ...indented(ranLines(ran))]);
  const compared = await compareOutcomes(there, ran, rehearsal);
  tell(line, { kind: 'compared', compared }, comparedLines(compared));
  return ran.some(({ error }) => error !== null) ? 1 : 0;
}

interface Ready {
  readonly there: Place;
  /** What the code ended in when it was rehearsed. */
  readonly rehearsal: Rehearsed;
  /** The built-in Lua module. */
  readonly builtIn: () => Promise<Uint8Array>;
  readonly agreed: Agreed;
  readonly writtenHere: WrittenHere;
}

const indented = (lines: readonly string[]): string[] => lines.map((text) => `  ${text}`);

function tell({ isJson }: Line, told: object, lines: readonly string[]): void {
  if (isJson) say(JSON.stringify(told));
  else for (const one of lines) say(plainLine(one));
}

interface Line {
  readonly project: string;
  readonly network: string;
  readonly wallet: string;
  readonly how: RunWay;
  readonly isDry: boolean;
  readonly isWithoutTests: boolean;
  readonly isSure: boolean;
  readonly isBuildTrusted: boolean;
  readonly userDir: string;
  readonly isJson: boolean;
}

/** @returns null for --help. @throws AoError OPTION_UNKNOWN. */
function parse(args: readonly string[]): Line | null {
  const { values, positionals } = options(args);
  if (values.help === true) return null;
  if (values.network === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'name the network with --network' });
  if (values.wallet === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'name the wallet or key file to sign with by --wallet' });
  if (positionals.length > 1) throw new AoError('OPTION_UNKNOWN', { reason: 'one project, please' });
  return {
    project: resolve(positionals[0] ?? '.'),
    network: values.network,
    wallet: values.wallet,
    how: values.respawn === true ? 'respawn' : 'evaluate',
    isDry: values['dry-run'] === true,
    isWithoutTests: values['skip-tests'] === true,
    isSure: values.yes === true,
    isBuildTrusted: values['trust-build'] === true,
    userDir: values.data === undefined ? defaultUserDir() : resolve(values.data),
    isJson: values.json === true,
  };
}

function options(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  return givenOptions(args, {
    network: text,
    wallet: text,
    respawn: flag,
    'dry-run': flag,
    'skip-tests': flag,
    yes: flag,
    'trust-build': flag,
    data: text,
    json: flag,
    help: flag,
  });
}

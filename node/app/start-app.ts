import type { ClockStart } from '../contract/clock.ts';
import type { NodeLimits, RecordedLogs, UnitConfig } from '../contract/commands.ts';
import type { DesktopStatus, ProjectInfo } from '../contract/desktop.ts';
import { DEFAULT_NETWORK, type NetworkProfile } from '../contract/network.ts';
import type { UnitName } from '../contract/trace.ts';
import { openFeed } from '../feed/open-feed.ts';
import { createForeignStarter } from '../host/foreign-starter.ts';
import { createHub, type Hub } from '../host/hub.ts';
import { limitsHere } from '../host/memory-limit.ts';
import { findPorts, NO_PORTS, type PortsBlock } from '../host/ports-block.ts';
import type { Starter } from '../host/starter.ts';
import { createSupervisor } from '../host/supervisor.ts';
import type { Timings } from '../host/timings.ts';
import { serveForeign } from '../remote/serve.ts';
import type { ChooseRecording, UnitData, Workspace, WorkspaceOptions } from '../workspace/ports.ts';
import { isRecordingFile } from '../workspace/recording/open.ts';
import { createWorkspace } from '../workspace/workspace.ts';
import { openNodeToTry } from './node-to-try.ts';

export interface StartAppOptions {
  readonly shell: 'electron' | 'served';
  readonly version: string;
  readonly starter: Starter;
  readonly paths: {
    /** Folder with lua/, samples/ and glue.wasm. */
    readonly assetsDir: string;
    /** This installation's own folder: wallets, settings, recent projects. */
    readonly userDir: string;
  };
  /** First port of the block asked for by name; null for the usual block or the next free one. */
  readonly firstPort: number | null;
  /** The project to open at once; null for the scratch project. */
  readonly project: string | null;
  /** How the clock of a project without data begins; the computer's when absent. */
  readonly clock?: ClockStart | null;
  /** Shows the system's folder dialog; null where there is none. */
  readonly chooseFolder: (() => Promise<string | null>) | null;
  /** As `chooseFolder`, for recordings. */
  readonly chooseRecording?: ChooseRecording | null;
  /** As `chooseFolder`, for key files. */
  readonly chooseKeyFile?: ChooseRecording | null;
  /** What the desktop does for the workspace; absent where windows are those of a browser. */
  readonly desktop?: Pick<WorkspaceOptions, 'keyStore' | 'confirmKey' | 'desktop'>;
  readonly timings?: Partial<Timings>;
  /** Beat those of the project. */
  readonly limits?: Partial<NodeLimits>;
  readonly network?: Partial<NetworkProfile>;
  /** Whose logs are looked at, where the project is not an opened recording that says so itself. */
  readonly recording?: RecordedLogs;
  /** The units that belong to this node, here or elsewhere; all four when absent. Questions to others fail with UNIT_DOWN. */
  readonly units?: readonly UnitName[];
  /** False where nobody asks from outside: nothing listens, and the built-in module is put there only by `workspace.unitsReady`. */
  readonly isPublic?: boolean;
  /** Compilers of this computer are run on the project without the person's yes. */
  readonly isBuildTrusted?: boolean;
  /** Where no project is given, the one that was open at the end is opened again: for people at a window. */
  readonly isReopening?: boolean;
}

/** How often the whole block is moved at a start before its trouble is left to the person. */
const MOVES_MAX = 3;

/** A running app, whichever shell shows it. */
export interface RunningApp {
  readonly hub: Hub;
  readonly workspace: Workspace;
  /** The block in use; another one when a unit found its port taken after all. */
  ports(): PortsBlock;
  /** Resolves once every unit is up, or has failed and says so in the status. */
  readonly ready: Promise<void>;
  status(): DesktopStatus;
  /** The address of the feed for other programs, with its token; null where nothing is public. */
  readonly feed: string | null;
  /** @throws AoError PROJECT_*; the project that was open then stays. */
  openProject(path: string): Promise<ProjectInfo>;
  /** Ends everything in order: windows, project, units. Resolves when no child is left; the second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts the app: ports, hub, project, units. Returns as soon as windows can be attached; the units go on starting
 * (`ready`), and questions to them wait meanwhile.
 * @throws AoError PORTS_TAKEN, FILE_UNREADABLE (the user's own folder). Nothing runs then.
 */
export async function startApp(options: StartAppOptions): Promise<RunningApp> {
  const isPublic = options.isPublic !== false;
  let ports = isPublic ? await findPorts(options.firstPort) : NO_PORTS;
  // Hub, supervisor and workspace know each other; nobody asks before all three are there.
  const hub = createHub({ shell: () => workspace.handlers });
  let data: UnitData | null = null;
  const config = (unit: UnitName): UnitConfig => {
    const { dataDir, limits, network, recording } = data ?? workspace.unitData();
    return {
      dataDir,
      recording: options.recording ?? recording,
      walletDir: workspace.walletDir(),
      assetsDir: options.paths.assetsDir,
      httpPort: isPublic ? ports.units[unit] : null,
      ...(unit === 'gateway' && isPublic ? { uploadPort: ports.upload } : {}),
      clock: options.clock ?? null,
      limits: limitsHere({ ...limits, ...options.limits }),
      network: { ...DEFAULT_NETWORK, ...network, ...options.network, units: { ...network.units, ...options.network?.units } },
    };
  };
  const isLocal = (unit: UnitName): boolean => options.units?.includes(unit) !== false && config(unit).network.units[unit] === undefined;
  const supervisor = createSupervisor({
    starter: createForeignStarter({
      inner: options.starter,
      isForeign: (unit) => !isLocal(unit),
      serve: serveForeign,
    }),
    hub,
    config,
    onStatus: () => hub.tell('status', workspace.status()),
    ...(options.timings === undefined ? {} : { timings: options.timings }),
    ...(options.units === undefined ? {} : { units: options.units }),
  });
  // A recording is filled into units that run: until then the scratch project is open.
  const recording = options.project !== null && (await isRecordingFile(options.project)) ? options.project : null;
  const workspace: Workspace = await createWorkspace({
    shell: options.shell,
    version: options.version,
    userDir: options.paths.userDir,
    assetsDir: options.paths.assetsDir,
    project: recording === null ? options.project : null,
    ask: hub.ask,
    tell: hub.tell,
    isBuildTrusted: options.isBuildTrusted === true,
    isReopening: options.isReopening === true && recording === null,
    chooseFolder: options.chooseFolder,
    chooseRecording: options.chooseRecording ?? null,
    chooseKeyFile: options.chooseKeyFile ?? null,
    ...options.desktop,
    unitStatus: () => ({
      units: supervisor.units(),
      isPortBlockMoved: ports.isMoved,
      authority: supervisor.address('mu'),
      scheduler: supervisor.address('su'),
      limits: config('cu').limits,
    }),
    async reopenUnits(next) {
      data = next;
      await supervisor.reopen();
      // A unit that ran elsewhere before has left its port here to whoever wanted it.
      await moveIfTaken(MOVES_MAX);
    },
    openNode: (wish) =>
      openNodeToTry({ start: startApp, starter: options.starter, version: options.version, assetsDir: options.paths.assetsDir }, wish),
    restartUnit: supervisor.restart,
  });

  // Other programs may look on; nobody can where nothing is public.
  const looking = { hub, version: options.version, project: workspace.project };
  const feed = !isPublic
    ? null
    : await openFeed(looking).catch(async (error: unknown) => {
        await workspace.close();
        throw error;
      });

  // Between the look for free ports and the listening, another app may have taken one.
  const moveIfTaken = async (triesLeft: number): Promise<void> => {
    const isTaken = supervisor.units().some(({ error }) => error?.code === 'PORTS_TAKEN');
    if (!isTaken || options.firstPort !== null || triesLeft === 0) return;
    ports = await findPorts(null);
    await supervisor.reopen();
    await moveIfTaken(triesLeft - 1);
  };
  const ready = supervisor
    .start()
    .then(() => moveIfTaken(MOVES_MAX))
    // A node of some units keeps no modules for others.
    .then(() => (isPublic && (options.units === undefined || isLocal('gateway')) ? workspace.unitsReady() : undefined))
    .then(() => (recording === null ? undefined : workspace.openFirst(recording)));
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    try {
      await feed?.close();
      await workspace.close();
    } finally {
      // Whatever became of the project's folder: no child is left.
      await supervisor.stop();
      hub.close();
    }
  };
  return {
    hub,
    workspace,
    ports: () => ports,
    ready,
    feed: feed?.address ?? null,
    status: workspace.status,
    openProject: workspace.open,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

import type { Empty } from './answers.ts';
import type { ClockStart } from './clock.ts';
import type { Address } from './ids.ts';
import type { NetworkProfile } from './network.ts';
import type { UnitName } from './trace.ts';
import type { GatewayCommands } from './gateway-commands.ts';
import type { SuCommands } from './su-commands.ts';
import type { CuCommands } from './cu-commands.ts';
import type { DeployCommands } from './deploy-commands.ts';
import type { MuCommands } from './mu-commands.ts';
import type { ShellCommands } from './shell-commands.ts';

/** Whose lines the logs of a recording are, and who signed the bundles in which they lie; null: the same. */
export interface RecordedLogs {
  readonly scheduler: Address;
  readonly carrier: Address | null;
}

/** What every unit is told when a project opens. */
export interface UnitConfig {
  /** Folder for the unit's database file. */
  readonly dataDir: string;
  /** Folder with the key files of this installation. */
  readonly walletDir: string;
  /** Folder with the app's own assets: lua/, glue.wasm. */
  readonly assetsDir: string;
  /** Loopback port of the unit's public HTTP routes; null for none, 0 for any free one. */
  readonly httpPort: number | null;
  /** Another port at which the gateway answers the same, where bundlers are looked for; for the gateway alone. */
  readonly uploadPort?: number;
  readonly limits: NodeLimits;
  readonly network: NetworkProfile;
  /** How the clock of a project begins that has no data yet; the computer's when absent. */
  readonly clock?: ClockStart | null;
  /** Set where the data is a recording's. Nothing is scheduled or sent then. */
  readonly recording?: RecordedLogs | null;
}

/** Limits that the person sets; visible, and part of what a replay obeys. */
export interface NodeLimits {
  /** VM instructions per slot. */
  readonly gas: number;
  /** Most memory that a process may declare. */
  readonly memoryBytes: number;
  /** Milliseconds per slot, the last resort after the instruction count: of the processor where the system tells (Linux), of the clock elsewhere. */
  readonly timeMs: number;
  /** Hops of one journey before it is held. */
  readonly hops: number;
  /** Items that one journey may push before it is held: an explosion (every message sends two) ends here. */
  readonly journeyItems: number;
  /** Bytes of one data item. */
  readonly itemBytes: number;
  /** Bytes of keyframes on disk: over it old ones are let go, ever sparser towards the past. */
  readonly keyframeBytes: number;
  /** Bytes of memory for stepping back and forth. */
  readonly windowBytes: number;
  /** What becomes of a slot that a limit ends: an error, or the process stands still until a person says how to go on. */
  readonly onLimit: 'error' | 'pause';
}

export const DEFAULT_LIMITS: NodeLimits = {
  gas: 300_000_000,
  // Where the machine has twice as much: see node/host/memory-limit.ts.
  memoryBytes: 4 * 1024 ** 3,
  timeMs: 30_000,
  hops: 100,
  journeyItems: 5_000,
  itemBytes: 10 * 1024 * 1024,
  keyframeBytes: 2 * 1024 * 1024 * 1024,
  windowBytes: 128 * 1024 * 1024,
  onLimit: 'error',
};

export interface UnitOpened {
  readonly url: string | null;
  /** The address at `uploadPort`, where there is one. */
  readonly uploadUrl?: string;
  /** The address with which the unit signs; null for units that do not. */
  readonly address: Address | null;
}

/** Every question one process may ask another: name → what is sent, what comes back. */
export interface Commands extends GatewayCommands, SuCommands, CuCommands, MuCommands, ShellCommands, DeployCommands {
  // every unit
  'unit.open': { readonly args: UnitConfig; readonly reply: UnitOpened };
  'unit.close': { readonly args: Empty; readonly reply: Empty };
}
export type CommandName = keyof Commands;
export type Owner = UnitName | 'shell' | 'unit';

interface Row<O extends Owner = Owner> {
  /** Who answers. 'unit' commands are answered by every unit. */
  readonly owner: O;
  /** May a window ask it? Everything else is between the units. */
  readonly fromWindow: boolean;
}
const row = <O extends Owner>(owner: O, fromWindow: boolean): Row<O> => ({ owner, fromWindow });

/** Forgetting the row of a new command does not compile. */
export const COMMANDS = {
  'unit.open': row('unit', false),
  'unit.close': row('unit', false),
  'gateway.upload': row('gateway', false),
  'gateway.schedulerLocation': row('gateway', false),
  'gateway.item': row('gateway', true),
  'gateway.signed': row('gateway', true),
  'gateway.data': row('gateway', true),
  'gateway.bytes': row('gateway', false),
  'gateway.transaction': row('gateway', false),
  'gateway.find': row('gateway', false),
  'gateway.settled': row('gateway', false),
  'gateway.network': row('gateway', true),
  'gateway.blocks': row('gateway', false),
  'gateway.lua': row('gateway', false),
  'gateway.known': row('gateway', false),
  'gateway.clock': row('gateway', false),
  'gateway.search': row('gateway', false),
  'gateway.document': row('gateway', false),
  'gateway.facts': row('gateway', true),
  'su.schedule': row('su', false),
  'su.assign': row('su', false),
  'su.log': row('su', true),
  'su.find': row('su', true),
  'su.process': row('su', true),
  'su.note': row('su', false),
  'su.notes': row('su', false),
  'su.rebuild': row('su', false),
  'su.export': row('su', false),
  'su.takeRemoved': row('su', false),
  'su.takeLines': row('su', false),
  'su.takeTold': row('su', false),
  'su.isProcess': row('su', true),
  'su.time': row('su', true),
  'su.clock': row('su', true),
  'su.setClock': row('su', true),
  'su.jump': row('su', false),
  'su.due': row('su', true),
  'su.search': row('su', true),
  'su.tags': row('su', true),
  'su.facts': row('su', true),
  'cu.accepts': row('cu', false),
  'cu.result': row('cu', true),
  'cu.results': row('cu', true),
  'cu.cron': row('cu', false),
  'cu.dryRun': row('cu', true),
  'cu.state': row('cu', true),
  'cu.stateFind': row('cu', true),
  'cu.diff': row('cu', true),
  'cu.stateHash': row('cu', true),
  'cu.timeline': row('cu', true),
  'cu.verify': row('cu', true),
  'cu.verifying': row('cu', true),
  'cu.kept': row('cu', false),
  'cu.takeKept': row('cu', false),
  'cu.takeTold': row('cu', false),
  'cu.weaveFiles': row('cu', false),
  'cu.giveWeaveFiles': row('cu', false),
  'cu.trace': row('cu', true),
  'cu.source': row('cu', true),
  'cu.places': row('cu', true),
  'cu.traceSteps': row('cu', true),
  'cu.traceCalls': row('cu', true),
  'cu.frames': row('cu', true),
  'cu.frameValue': row('cu', true),
  'cu.expression': row('cu', true),
  'cu.search': row('cu', true),
  'cu.why': row('cu', true),
  'cu.whyProgress': row('cu', true),
  'cu.branchNew': row('cu', true),
  'cu.branches': row('cu', true),
  'cu.branchName': row('cu', true),
  'cu.branchDrop': row('cu', true),
  'cu.branchRun': row('cu', true),
  'cu.branchAnswer': row('cu', true),
  'cu.branchSteps': row('cu', true),
  'cu.branchRows': row('cu', true),
  'cu.branchFind': row('cu', true),
  'cu.branchMessage': row('cu', true),
  'cu.branchTrace': row('cu', true),
  'cu.branchDiff': row('cu', true),
  'cu.branchState': row('cu', true),
  'cu.branchCompare': row('cu', true),
  'cu.stop': row('cu', true),
  'cu.paused': row('cu', true),
  'cu.resume': row('cu', true),
  'cu.facts': row('cu', true),
  'mu.send': row('mu', true),
  'mu.assign': row('mu', true),
  'mu.monitor': row('mu', true),
  'mu.unmonitor': row('mu', true),
  'mu.monitors': row('mu', true),
  'mu.continue': row('mu', true),
  'mu.end': row('mu', true),
  'mu.pause': row('mu', true),
  'mu.resume': row('mu', true),
  'mu.deliveries': row('mu', true),
  'mu.deliver': row('mu', true),
  'mu.advance': row('mu', true),
  'mu.push': row('mu', true),
  'mu.idle': row('mu', true),
  'mu.takeTold': row('mu', false),
  'mu.facts': row('mu', true),
  'shell.status': row('shell', true),
  'shell.restart': row('shell', true),
  'shell.recall': row('shell', true),
  'shell.remember': row('shell', true),
  'shell.recallOf': row('shell', true),
  'shell.rememberOf': row('shell', true),
  'drafts.list': row('shell', true),
  'drafts.put': row('shell', true),
  'shell.chooseFolder': row('shell', true),
  'shell.newWindow': row('shell', true),
  'updates.state': row('shell', true),
  'updates.check': row('shell', true),
  'updates.download': row('shell', true),
  'updates.install': row('shell', true),
  'shell.notify': row('shell', true),
  'reports.list': row('shell', true),
  'reports.write': row('shell', true),
  'reports.clear': row('shell', true),
  'project.current': row('shell', true),
  'project.recent': row('shell', true),
  'project.open': row('shell', true),
  'project.samples': row('shell', true),
  'project.openSample': row('shell', true),
  'project.templates': row('shell', true),
  'project.create': row('shell', true),
  'project.run': row('shell', true),
  'project.topology': row('shell', true),
  'project.bundle': row('shell', true),
  'project.schema': row('shell', true),
  'shell.chooseRecording': row('shell', true),
  'recording.export': row('shell', true),
  'recording.size': row('shell', true),
  'recording.plan': row('shell', true),
  'recording.read': row('shell', true),
  'recording.receive': row('shell', true),
  'recording.recent': row('shell', true),
  'recording.open': row('shell', true),
  'notes.read': row('shell', true),
  'notes.put': row('shell', true),
  'notes.remove': row('shell', true),
  'project.trustBuild': row('shell', true),
  'tests.find': row('shell', true),
  'tests.run': row('shell', true),
  'tests.save': row('shell', true),
  'files.list': row('shell', true),
  'files.find': row('shell', true),
  'files.git': row('shell', true),
  'files.read': row('shell', true),
  'files.write': row('shell', true),
  'files.create': row('shell', true),
  'files.rename': row('shell', true),
  'files.delete': row('shell', true),
  'modules.list': row('shell', true),
  'modules.add': row('shell', true),
  'modules.check': row('shell', true),
  'modules.build': row('shell', true),
  'modules.fetch': row('shell', true),
  'modules.remove': row('shell', true),
  'wallet.spawn': row('shell', true),
  'wallet.send': row('shell', true),
  'wallet.list': row('shell', true),
  'wallet.create': row('shell', true),
  'deploy.networks': row('shell', true),
  'deploy.keepNetwork': row('shell', true),
  'deploy.doctor': row('shell', true),
  'deploy.plan': row('shell', true),
  'deploy.rehearse': row('shell', true),
  'deploy.run': row('shell', true),
  'deploy.home': row('shell', true),
  'home.state': row('shell', true),
  'home.go': row('shell', true),
  'home.stop': row('shell', true),
  'deploy.answer': row('shell', true),
  'deploy.signed': row('shell', true),
  'keys.list': row('shell', true),
  'keys.make': row('shell', true),
  'keys.import': row('shell', true),
  'keys.choose': row('shell', true),
  'keys.unlock': row('shell', true),
  'keys.lock': row('shell', true),
  'keys.export': row('shell', true),
  'keys.remove': row('shell', true),
  'keys.connect': row('shell', true),
  'addresses.list': row('shell', true),
  'addresses.put': row('shell', true),
} as const satisfies { readonly [N in CommandName]: Row };

/** The names of the commands that `O` owns. */
export type CommandsOf<O extends Owner> = { [N in CommandName]: (typeof COMMANDS)[N]['owner'] extends O ? N : never }[CommandName];

/** True when `raw` names a command. */
export function isCommandName(raw: string): raw is CommandName {
  return Object.hasOwn(COMMANDS, raw);
}

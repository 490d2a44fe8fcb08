import type { RunningApp } from '../app/start-app.ts';
import type { UnitStatus } from '../contract/desktop.ts';
import type { Fact, UnitName } from '../contract/trace.ts';

/** What a node that answers tells of itself: the first line of the log in JSON, and the ready file. */
export interface Ready {
  readonly event: 'ready';
  readonly pid: number;
  readonly project: string;
  readonly urls: { readonly [U in UnitName]?: string | null };
  /** Uploads as bundlers take them; null where the gateway is elsewhere. */
  readonly upload: string | null;
  readonly wallet: string | null;
  readonly authority: string | null;
  readonly scheduler: string | null;
  readonly luaModule: string | null;
  /** The feed of facts, with its token. */
  readonly feed: string | null;
}

/** What a program is told of the node it runs beside. */
export function readyOf(app: RunningApp): Ready {
  const { units, wallet, authority, scheduler, luaModule } = app.status();
  const gateway = units.find(({ unit }) => unit === 'gateway');
  const isHere = gateway?.state === 'up' && gateway.foreign === undefined;
  return {
    event: 'ready',
    pid: process.pid,
    project: app.workspace.project().path,
    urls: Object.fromEntries(units.map(({ unit, url }) => [unit, url])),
    upload: isHere ? `http://127.0.0.1:${app.ports().upload}` : null,
    wallet,
    authority,
    scheduler,
    luaModule,
    feed: app.feed,
  };
}

/** The environment in which a command beside the node finds it, in the names that aoconnect and the aos terminal read. */
export function environmentOf({ urls, upload, wallet, authority, scheduler, luaModule, feed }: Ready): Readonly<Record<string, string>> {
  const graphql = urls.gateway === undefined || urls.gateway === null ? null : `${urls.gateway}/graphql`;
  const named = {
    GATEWAY_URL: urls.gateway,
    GRAPHQL_URL: graphql,
    ARWEAVE_GRAPHQL: graphql,
    UPLOAD_URL: upload,
    MU_URL: urls.mu,
    SU_URL: urls.su,
    CU_URL: urls.cu,
    SCHEDULER: scheduler,
    AUTHORITY: authority,
    AOSCOPE_MODULE: luaModule,
    AOSCOPE_WALLET: wallet,
    AOSCOPE_FEED: feed,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
  );
}

/** A log's way out. */
export interface LogOutput {
  write(line: string): void;
  /** Bytes that its reader has not taken yet. */
  waitingBytes(): number;
}

/** So much may wait for a reader who stands still; then facts are left out, and the next line that gets through says how many. */
const WAITING_MAX = 16 * 1024 * 1024;

/**
 * The log in JSON: one object a line. Nothing is written before `begin`, whose line is the first; what happened before it
 * follows. @returns the way to begin, and to end with a last line.
 */
export function jsonLog({ hub }: Pick<RunningApp, 'hub'>, { write, waitingBytes }: LogOutput): { begin(first: Ready): void; end(): void } {
  let leftOut = 0;
  const shown = new Map<UnitName, string>();
  let waiting: string[] | null = [];
  const put = (line: object): void => {
    const text = JSON.stringify(line);
    if (waiting === null) write(text);
    else waiting.push(text);
  };
  const tellUnit = ({ latencyMs: _latencyMs, ...unit }: ReturnType<typeof unitLine>): void => {
    const news = JSON.stringify(unit);
    if (shown.get(unit.unit) === news) return;
    shown.set(unit.unit, news);
    put(unit);
  };
  const putFact = (fact: Fact): void => {
    if (waitingBytes() > WAITING_MAX) return void leftOut++;
    if (leftOut > 0) put({ event: 'gap', facts: leftOut });
    leftOut = 0;
    put({ event: 'fact', ...fact });
  };
  const stopUnits = hub.on('status', ({ units }) => {
    for (const unit of units) tellUnit(unitLine(unit));
  });
  const stopFacts = hub.on('facts', ({ facts }) => facts.forEach(putFact));
  return {
    begin(first) {
      const before = waiting ?? [];
      waiting = null;
      put(first);
      for (const line of before) write(line);
    },
    end() {
      stopUnits();
      stopFacts();
      put({ event: 'end' });
    },
  };
}

function unitLine({ unit, state, url, pid, restarts, error, foreign }: UnitStatus) {
  const isForeign = foreign !== undefined;
  const reach = isForeign ? { isReachable: foreign.isReachable, reason: foreign.reason } : {};
  return { event: 'unit', unit, state, url, pid, restarts, error, isForeign, ...reach, latencyMs: foreign?.latencyMs ?? null } as const;
}

import assert from 'node:assert/strict';
import { DEFAULT_LIMITS, type UnitConfig } from '../../node/contract/commands.ts';
import { DEFAULT_NETWORK } from '../../node/contract/network.ts';
import { CONTRACT_VERSION, type Envelope } from '../../node/contract/envelope.ts';
import { AoError, ERRORS, type ErrorCode } from '../../node/contract/errors.ts';
import { toItemId, toSlot } from '../../node/contract/ids.ts';
import type { Port } from '../../node/contract/port.ts';
import { answer, connect, RemoteError, type Client } from '../../node/contract/rpc.ts';
import { KNOWN, UNKNOWN } from './talker.ts';

/** A pipe whose other end is served by the talker. */
export interface Pipe {
  readonly port: Port;
  /** Ends the other side as abruptly as this host can. */
  cut(): void;
  /** Frees everything; also after `cut`. */
  free(): Promise<void>;
}

export interface Check {
  readonly name: string;
  run(open: () => Promise<Pipe>): Promise<void>;
}

const CONFIG: UnitConfig = { dataDir: '', walletDir: '', assetsDir: '', httpPort: null, limits: DEFAULT_LIMITS, network: DEFAULT_NETWORK };
const PENDING_MAX = 10_000;

/** One conversation with a freshly opened talker. */
function talk(name: string, conversation: (su: Client, pipe: Pipe) => Promise<void>): Check {
  return {
    name,
    async run(open) {
      const pipe = await open();
      try {
        const su = connect(pipe.port);
        await su.ask('unit.open', CONFIG);
        await conversation(su, pipe);
      } finally {
        await pipe.free();
      }
    },
  };
}

/** Fails unless `asked` fails with `code`. @returns the error */
async function failsWith(asked: Promise<unknown>, code: ErrorCode): Promise<AoError> {
  const error: unknown = await asked.then(
    () => assert.fail(`it was answered; ${code} was expected`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AoError, String(error));
  assert.equal(error.code, code);
  return error;
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end;) if (await isTrue()) return;
  assert.fail(`not within 5 s: ${what}`);
}

/** What every host must carry alike. No test runner in here: Electron's main process runs it, too. */
export const CONVERSATION: readonly Check[] = [
  talk('questions at once get their own answers', async (su) => {
    const all = await Promise.all(['a', 'bb', 'ccc', 'dddd'].map((id) => su.ask('su.isProcess', { id })));
    assert.deepEqual(all, [{ isProcess: false }, { isProcess: true }, { isProcess: false }, { isProcess: true }]);
  }),
  talk('an expected failure keeps code, sentence, cure and details', async (su) => {
    const error = await failsWith(su.ask('su.process', { process: UNKNOWN }), 'PROCESS_UNKNOWN');
    assert.ok(error instanceof RemoteError);
    assert.deepEqual(error.details, { process: UNKNOWN });
    assert.equal(error.wire.message, `No process ${UNKNOWN} runs on this node.`);
    assert.equal(error.cure, ERRORS.PROCESS_UNKNOWN.cure);
  }),
  talk('a mistake becomes UNEXPECTED with its words', async (su) => {
    const error = await failsWith(su.ask('su.process', { process: KNOWN }), 'UNEXPECTED');
    assert.equal(error.details['reason'], 'an ordinary mistake');
  }),
  talk("another unit's command is refused, not left open", async (su) => {
    await failsWith(su.ask('cu.result', { process: KNOWN, slot: toSlot(0) }), 'COMMAND_UNKNOWN');
  }),
  talk('a cancel reaches the one who works on it', async (su) => {
    const stop = new AbortController();
    const asked = su.ask('su.isProcess', { id: 'wait' }, stop.signal);
    await until('the question has begun', async () => (await su.ask('su.time', {})).timestampMs === 1);
    stop.abort();
    await failsWith(asked, 'CANCELLED');
    await until('the other side has heard of it', async () => (await su.ask('su.time', {})).blockHeight === 1);
  }),
  talk('a cancel that overtakes the start leaves nothing waiting', async (su) => {
    const stop = new AbortController();
    const asked = su.ask('su.isProcess', { id: 'wait' }, stop.signal);
    stop.abort();
    await failsWith(asked, 'CANCELLED');
    const { timestampMs: started, blockHeight: aborted } = await su.ask('su.time', {});
    assert.equal(started, aborted, 'a question goes on that nobody wants any more');
    await failsWith(su.ask('su.isProcess', { id: 'wait' }, stop.signal), 'CANCELLED');
  }),
  talk('the end of the other side fails what is open, and what is asked later', async (su, pipe) => {
    const asked = [su.ask('su.isProcess', { id: 'wait' }), su.ask('su.isProcess', { id: 'wait' })];
    pipe.cut();
    for (const one of asked) await failsWith(one, 'PORT_CLOSED');
    await failsWith(su.ask('su.time', {}), 'PORT_CLOSED');
  }),
  talk('closing our own end fails what is open', async (su, pipe) => {
    const asked = su.ask('su.isProcess', { id: 'wait' });
    pipe.port.close();
    await failsWith(asked, 'PORT_CLOSED');
    pipe.port.post({ kind: 'cancel', id: 1 });
  }),
  talk('announcements come in order, numbered without a gap, before the answer that follows them', async (su) => {
    const facts: number[] = [];
    const numbers: number[] = [];
    su.on('facts', (body, seq) => {
      facts.push(...body.facts.map((fact) => fact.seq));
      numbers.push(seq);
    });
    su.on('beat', (_body, seq) => numbers.push(seq));
    await su.ask('su.facts', { after: 0, limit: 200 });
    const oneTo = (last: number): number[] => Array.from({ length: last }, (_one, index) => index + 1);
    assert.deepEqual(facts, oneTo(200));
    assert.deepEqual(numbers, oneTo(numbers.length));
  }),
  talk('a megabyte goes there and back', async (su) => {
    assert.deepEqual(await su.ask('su.isProcess', { id: 'é€'.repeat(512 * 1024) }), { isProcess: true });
    const { entries } = await su.ask('su.log', { process: KNOWN, from: toSlot(0), limit: 1024 });
    assert.equal(entries[0]?.message?.data, 'x'.repeat(1024 * 1024));
  }),
  talk('an answer is exactly what JSON would make of it', async (su) => {
    const reply = await su.ask('su.log', { process: KNOWN, from: toSlot(0), limit: 1 });
    assert.deepEqual(reply, JSON.parse(JSON.stringify(reply)));
  }),
  talk('both sides ask over one pipe', async (su, pipe) => {
    answer(pipe.port, async (name) => {
      assert.equal(name, 'gateway.network');
      return { height: 7 };
    });
    const entry = await su.ask('su.find', { process: KNOWN, id: toItemId('f'.repeat(43)) });
    assert.equal(entry.message?.data, '7');
  }),
  talk('too many open questions are refused, not piled up', async (su, pipe) => {
    const open = Array.from({ length: PENDING_MAX }, () => su.ask('su.isProcess', { id: 'wait' }));
    const ended = Promise.allSettled(open);
    const error = await failsWith(su.ask('su.time', {}), 'TOO_MANY_PENDING');
    assert.equal(error.details['limit'], PENDING_MAX);
    pipe.port.close();
    for (const one of await ended) assert.equal(one.status, 'rejected');
  }),
  {
    name: "the first message is the contract's version",
    async run(open) {
      const pipe = await open();
      try {
        const first = await new Promise<Envelope>((resolve) => pipe.port.onMessage(resolve));
        assert.deepEqual(first, { kind: 'hello', version: CONTRACT_VERSION });
      } finally {
        await pipe.free();
      }
    },
  },
  {
    name: 'a unit answers nothing before it is open and after it is closed',
    async run(open) {
      const pipe = await open();
      try {
        const su = connect(pipe.port);
        assert.equal((await failsWith(su.ask('su.time', {}), 'UNIT_DOWN')).details['unit'], 'su');
        await su.ask('unit.open', CONFIG);
        await su.ask('su.time', {});
        await su.ask('unit.close', {});
        const error = await su.ask('su.time', {}).then(
          () => null,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof AoError && (error.code === 'UNIT_DOWN' || error.code === 'PORT_CLOSED'), String(error));
      } finally {
        await pipe.free();
      }
    },
  },
];

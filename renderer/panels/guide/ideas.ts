import { openSample } from '../../commands/project.ts';
import { AoError } from '../../../node/contract/errors.ts';
import { toItemId, toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import type { App } from '../../stores/app-context.ts';

/** One of the ideas of ao, with what shows it on this node. */
export interface Idea {
  readonly title: string;
  readonly text: string;
  /** What the button does. */
  readonly does: string;
  /** Does it; resolves with what came of it, in words. */
  run(app: App): Promise<string>;
}

const WAIT_MS = 60_000;
const LOG_MAX = 1_000;

/** What `find` gives, as soon as facts tell of it. @throws AoError CANCELLED when nothing comes. */
function whenKnown<T>(app: App, find: () => T | null): Promise<T> {
  return new Promise((done, failed) => {
    const look = (): boolean => {
      const found = find();
      if (found === null) return false;
      stop();
      clearTimeout(timer);
      done(found);
      return true;
    };
    const timer = setTimeout(() => {
      stop();
      failed(new AoError('CANCELLED'));
    }, WAIT_MS);
    const stop = app.world.subscribe(() => void look());
    look();
  });
}

const idOf = (app: App, name: string): ProcessId | null =>
  app.world.getState().world.processes.find((row) => row.name === name)?.id ?? null;

/** The process of that name, of the open project or of the sample, which is opened where it is not. */
async function processOf(app: App, sample: string, name: string): Promise<ProcessId> {
  const known = idOf(app, name);
  if (known !== null && app.workspace.getState().project?.isReadOnly !== true) return known;
  await openSample(app, sample);
  return whenKnown(app, () => idOf(app, name));
}

/** How many messages a process has taken when all is quiet. */
async function messagesOf(app: App, process: ProcessId): Promise<number> {
  await app.link.ask('mu.idle', {});
  return (await app.link.ask('su.log', { process, from: toSlot(0), limit: LOG_MAX })).entries.length;
}

const many = (count: number, what: string): string => `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
const SUM = 'local sum = 0\nfor i = 1, 1000000 do sum = sum + i end\nreturn sum';
const TICKER = 'Ticks = 0\nHandlers.add("Tick", "Tick", function()\n  Ticks = Ticks + 1\n  print("tick " .. Ticks)\nend)';

/** In the order of the tour. */
export const IDEAS: readonly Idea[] = [
  {
    title: 'Processes run side by side',
    text: 'On ao a program is a process. It shares nothing with others: it has a state of its own and a log of the messages it was given, and all it can do is send messages. So any number of them run at once.',
    does: 'Open Ping-pong',
    async run(app) {
      await openSample(app, 'ping-pong');
      const [ping, pong] = [await whenKnown(app, () => idOf(app, 'ping')), await whenKnown(app, () => idOf(app, 'pong'))];
      app.ui.getState().dock?.show('flow');
      return `ping took ${many(await messagesOf(app, ping), 'message')} and pong ${many(await messagesOf(app, pong), 'message')}. Each dot in Flow is one, on the line of the process that handled it; arrows show who sent it.`;
    },
  },
  {
    title: 'Computation has no fixed bound',
    text: 'A message may make a process compute as long as somebody bears the cost. There is no limit in the protocol; the limits of this node are yours, and what a slot has used is measured.',
    does: 'Let ping add up a million numbers',
    async run(app) {
      const process = await processOf(app, 'ping-pong', 'ping');
      const tags = [{ name: 'Action', value: 'Eval' }];
      const { slot } = await app.link.ask('wallet.send', { process, tags, data: SUM });
      const { gasUsed, error } = await app.link.ask('cu.result', { process, slot });
      app.focus.getState().setFocus({ process, slot });
      app.ui.getState().dock?.show('inspector');
      return error ?? `Slot ${slot} of ping ran ${many(gasUsed, 'instruction')}. The Inspector shows that, and what was printed.`;
    },
  },
  {
    title: 'Everything stands on Arweave',
    text: 'A process, each message and each module is a signed data item, kept on Arweave for good. The node inside has a gateway that keeps them in the same form, so anybody can check who sent what.',
    does: 'Look up ping on the gateway',
    async run(app) {
      const process = await processOf(app, 'ping-pong', 'ping');
      const { tags, address, dataBytes } = await app.link.ask('gateway.item', { id: toItemId(process) });
      app.focus.getState().setFocus({ process, slot: toSlot(0) });
      app.ui.getState().dock?.show('inspector');
      return `Item ${process} was signed by ${address}. It has ${many(tags.length, 'tag')} and ${many(dataBytes, 'byte')} of data, the code that ping began with.`;
    },
  },
  {
    title: 'Processes act by themselves',
    text: 'A process can ask to be woken in intervals. It then gets messages that nobody sent, and does what it likes: trade, vote, clean up.',
    does: 'Spawn one with a cron, and move the clock to its first tick',
    async run(app) {
      await processOf(app, 'ping-pong', 'ping');
      const tags = [
        { name: 'Cron-Interval', value: '10-seconds' },
        { name: 'Cron-Tag-Action', value: 'Tick' },
      ];
      const { process } = await app.link.ask('wallet.spawn', { name: 'ticker', source: TICKER, tags, module: null });
      await whenKnown(app, () => idOf(app, 'ticker'));
      await app.commands.run('clock.tick');
      app.focus.getState().setFocus({ process });
      app.ui.getState().dock?.show('console');
      return 'ticker woke up: its console says “tick 1”, and Flow shows a message that has no sender.';
    },
  },
  {
    title: 'Every unit can be exchanged',
    text: 'A scheduler gives messages their order, a compute unit evaluates them, a messenger brings on what they send. Each talks to the others by a protocol, so each can be another program, elsewhere, or go away and come back.',
    does: 'Start the compute unit again',
    async run(app) {
      const process = await processOf(app, 'ping-pong', 'ping');
      const slot = toSlot(1);
      const outcome = async (): Promise<string> => JSON.stringify(await app.link.ask('cu.result', { process, slot }));
      const before = await outcome();
      await app.link.ask('shell.restart', { unit: 'cu' });
      const isSame = (await outcome()) === before;
      return isSame
        ? 'It stopped and began anew, and gives the same outcome for slot 1 of ping. The other three did not notice.'
        : 'It stopped and began anew, and gives another outcome for slot 1 of ping: verify the process.';
    },
  },
  {
    title: 'Anybody can check it',
    text: 'A process is deterministic: the same log gives the same outcomes on every machine. Whoever doubts a result runs the log again.',
    does: 'Open Token, and replay it from the start',
    async run(app) {
      const process = await processOf(app, 'token', 'token');
      await app.link.ask('mu.idle', {});
      const { slots, firstDifference } = await app.link.ask('cu.verify', { process });
      app.focus.getState().setFocus({ process });
      return firstDifference === null
        ? `${many(slots, 'slot')} of token were run again from its log; every outcome is equal.`
        : `Slot ${firstDifference} of token gave another outcome.`;
    },
  },
  {
    title: 'The state is in the log',
    text: 'No unit has to keep the state: it is what comes out when the log is run, up to any slot. That is why the past can be looked at, and why you can ask what would have been.',
    does: 'Look at token as it was after its first message',
    async run(app) {
      const process = await processOf(app, 'token', 'token');
      await messagesOf(app, process);
      app.focus.getState().setFocus({ process, slot: toSlot(1) });
      app.ui.getState().dock?.show('inspector');
      return 'Every pane shows token after slot 1 now. F10 steps on, End brings you back to live, and B branches off here.';
    },
  },
];

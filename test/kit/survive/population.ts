import type { Tag } from '../../../node/contract/item.ts';
import { buildItem, type SignedItem } from '../../../node/item/build.ts';
import type { Wallet } from '../../../node/item/wallet.ts';
import { attempt, getJson } from './wire.ts';
import type { KillableNode } from './killable-node.ts';

/** The processes that a run keeps busy. */
export interface Population {
  /** They push one note to the sink for each Inc, three for each Fan, and spawn one child for each Child. */
  readonly counters: readonly [string, string];
  /** Counts what it is told. */
  readonly sink: string;
  /** Is woken every second and tells the sink how often that was. */
  readonly clock: string;
}

const COUNTER = (sink: string): string => `
ao.addAssignable("all", function() return true end)
Handlers.add("inc", "Inc", function(msg) ao.send({ Target = "${sink}", Action = "Note" }) end)
Handlers.add("fan", "Fan", function(msg) for part = 1, 3 do ao.send({ Target = "${sink}", Action = "Part", Part = tostring(part) }) end end)
Handlers.add("child", "Child", function(msg) ao.spawn(ao.env.Module.Id, { Data = "born = 1", ["On-Boot"] = "Data", Cause = msg.Id }) end)`;

const SINK = `
notes = 0
Handlers.add("notes", function(msg) return msg.Action == "Note" or msg.Action == "Part" or msg.Action == "Tock" end,
  function() notes = notes + 1 end)
Handlers.add("total", "Total", function(msg) msg.reply({ Data = tostring(notes) }) end)`;

const CLOCK = (sink: string): string => `
ticks = 0
Handlers.add("tick", "Tick", function() ticks = ticks + 1; ao.send({ Target = "${sink}", Action = "Tock", Count = tostring(ticks) }) end)`;

let anchors = 0;

const protocol = (type: string): Tag[] => [
  { name: 'Data-Protocol', value: 'ao' },
  { name: 'Variant', value: 'ao.TN.1' },
  { name: 'Type', value: type },
];

/** A message that nobody has sent before. */
export function messageTo(wallet: Wallet, target: string, action: string): SignedItem {
  const anchor = String(++anchors).padStart(32, '0');
  return buildItem(wallet, { target, anchor, tags: [{ name: 'Action', value: action }, ...protocol('Message')], data: '1' });
}

/** Spawns them all and has the clock monitored. */
export async function populate(node: KillableNode, wallet: Wallet): Promise<Population> {
  const { urls, authority, scheduler, luaModule } = node.announced;
  const spawn = async (data: string, more: readonly Tag[] = []): Promise<string> => {
    const tags = [
      ...protocol('Process'),
      { name: 'Module', value: luaModule },
      { name: 'Scheduler', value: scheduler },
      { name: 'Authority', value: authority },
      { name: 'On-Boot', value: 'Data' },
      ...more,
    ];
    const { id, bytes } = buildItem(wallet, { anchor: String(++anchors).padStart(32, '0'), tags, data });
    const { status, text } = await attempt(urls.mu, { method: 'POST', body: Buffer.from(bytes) });
    if (status !== 202) throw new Error(`the spawn was refused: ${status} ${text}`);
    const { Error: error } = (await getJson(`${urls.cu}/result/${id}?process-id=${id}`)) as { readonly Error?: string };
    if (error !== undefined) throw new Error(error);
    return id;
  };
  const sink = await spawn(SINK);
  const counters = [await spawn(COUNTER(sink)), await spawn(COUNTER(sink))] as const;
  const clock = await spawn(CLOCK(sink), [
    { name: 'Cron-Interval', value: '1-second' },
    { name: 'Cron-Tag-Action', value: 'Tick' },
  ]);
  const monitor = messageTo(wallet, clock, 'Monitor');
  const { status, text } = await attempt(`${urls.mu}/monitor/${clock}`, { method: 'POST', body: Buffer.from(monitor.bytes) });
  if (status !== 200) throw new Error(`the monitor was refused: ${status} ${text}`);
  return { counters, sink, clock };
}

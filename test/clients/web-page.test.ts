import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../build/setup/chromium.mjs';
import { buildItem } from '../../node/item/build.ts';
import { launchBrowser } from '../kit/browser.ts';
import { placesOf } from './aoconnect.ts';
import { startHost, type ClientHost } from './host/host.ts';
import { hostsScript } from './hosts.ts';
import { servePage } from './page.ts';

const hasBrowser = findChromium() !== undefined;
if (!hasBrowser) process.stderr.write('\n  SKIPPED: no Chromium on this machine. aoconnect in a web page was NOT tried.\n\n');

/** What the wallet of a browser is asked to sign. */
interface Wanted {
  readonly data: string | Record<string, number>;
  readonly tags?: { name: string; value: string }[];
  readonly target?: string;
  readonly anchor?: string;
}

/** The parts of `window.aoconnect` that the page uses. */
interface PageClient {
  connect(
    places: object,
  ): Record<'spawn' | 'message' | 'assign' | 'sendSignedMessage' | 'monitor' | 'unmonitor', (args: object) => Promise<string>> &
    Record<'result' | 'results' | 'dryrun' | 'signMessage', (args: object) => Promise<object>>;
  serializeCron(cron: object): object[];
  createDataItemSigner(wallet: object): object;
}

const SOURCE = `
Total = 0
Handlers.add("add", "Add", function(msg) Total = Total + tonumber(msg.Data); msg.reply({ Data = tostring(Total) }) end)`;

let made: ClientHost | undefined;
beforeAll(async () => {
  if (hasBrowser) made = await startHost();
});
afterAll(() => made?.stop());

it.skipIf(!hasBrowser).each(['localhost', '127.0.0.1'] as const)(
  'a web page on %s spawns, sends, reads and tries, from another origin',
  async (name) => {
    if (made === undefined) throw new Error('there is no host');
    const { wallet, urls, module, scheduler } = made;
    const page = await servePage(name, hostsScript(urls));
    const browser = await launchBrowser();
    onTestFinished(async () => {
      await browser.close();
      await page.close();
    });
    const tab = await browser.newPage();
    const troubles: string[] = [];
    tab.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
    tab.on('pageerror', (error) => troubles.push(error.message));
    // What a wallet's extension does: the key never reaches the page.
    await tab.exposeFunction('signOutside', ({ data, tags, target, anchor }: Wanted) => {
      const bytes = typeof data === 'string' ? data : Uint8Array.from(Object.values(data));
      return [
        ...buildItem(wallet, {
          tags: tags ?? [],
          data: bytes,
          ...(target === undefined ? {} : { target }),
          ...(anchor === undefined ? {} : { anchor }),
        }).bytes,
      ];
    });
    await tab.goto(page.url);
    await tab.waitForFunction(() => 'aoconnect' in window, undefined, { timeout: 30_000 });

    const seen = await tab.evaluate(
      async ({ places, module, scheduler, source }) => {
        const { aoconnect, signOutside } = window as typeof window & {
          aoconnect: PageClient;
          signOutside(wanted: object): Promise<number[]>;
        };
        const ao = aoconnect.connect(places);
        const signer = aoconnect.createDataItemSigner({
          connect: async () => undefined,
          signDataItem: async (wanted: object) => Uint8Array.from(await signOutside(wanted)),
        });
        const process = await ao.spawn({ module, scheduler, signer, tags: [{ name: 'On-Boot', value: 'Data' }], data: source });
        const other = await ao.spawn({ module, scheduler, signer, data: source });
        const tags = [{ name: 'Action', value: 'Add' }];
        const message = await ao.message({ process, signer, tags, data: '7', anchor: 'a'.repeat(32) });
        return {
          process,
          result: await ao.result({ process, message }),
          dryrun: await ao.dryrun({ process, tags, data: '1' }),
          results: await ao.results({ process, sort: 'DESC', limit: 10 }),
          nowhere: await ao.result({ process, message: 'x'.repeat(43) }),
          assigned: await ao.assign({ process: other, message, exclude: ['Data', 'Anchor'] }),
          signed: await ao.sendSignedMessage(await ao.signMessage({ process, signer, tags, data: '1', anchor: 'b'.repeat(32) })),
          monitored: await ao.monitor({ process, signer }),
          monitoredTwice: await ao.monitor({ process, signer }).catch((error: unknown) => String(error)),
          unmonitored: await ao.unmonitor({ process, signer }),
          cron: aoconnect.serializeCron({ interval: '5-minutes', tags }),
          slot: await ao.message({ process, signer, tags, data: '2', returnAssignmentSlot: true }),
          refused: await ao.message({ process: 'p'.repeat(43), signer, data: '' }).catch((error: unknown) => String(error)),
        };
      },
      { places: placesOf(urls), module, scheduler, source: SOURCE },
    );

    expect(seen.process).toMatch(/^[\w-]{43}$/);
    expect(seen.assigned).toMatch(/^[\w-]{43}$/);
    expect(seen.result).toMatchObject({ Messages: [{ Data: '7' }] });
    expect(seen.dryrun).toMatchObject({ Messages: [{ Data: '8' }] });
    expect(seen.results).toMatchObject({ edges: [{ cursor: expect.any(String) as string }, { cursor: expect.any(String) as string }] });
    // An error that another origin may read: the headers of CORS stand on it as well.
    for (const id of [seen.signed, seen.monitored, seen.unmonitored]) expect(id).toMatch(/^[\w-]{43}$/);
    expect(seen.monitoredTwice).toMatch(/500/);
    expect(seen.cron).toEqual([
      { name: 'Cron-Interval', value: '5-minutes' },
      { name: 'Cron-Tag-Action', value: 'Add' },
    ]);
    expect(Number(seen.slot)).toBeGreaterThan(1);
    expect(seen.nowhere).toMatchObject({ error: expect.stringContaining('has no message') as string });
    expect(seen.refused).toMatch(/500: /);
    expect(troubles.filter((line) => /CORS|Access-Control|private network/i.test(line))).toEqual([]);
  },
);

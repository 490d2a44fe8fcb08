import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { launchDesktop } from '../kit/app.ts';
import { treeMemoryMiB } from './kit.ts';

const MARK_MS = 60_000;
/** What the product promises, ms. */
const AIM = { painted: 1_500, paintedFirst: 2_500, typable: 3_000, boot: 300 };
const ROUNDS = 3;

/** The desktop app with the Electron of the tests, started by Playwright: what that costs is in the numbers. */
async function start(
  home: string,
  args: readonly string[],
): Promise<{ readonly app: ElectronApplication; readonly page: Page; readonly startedMs: number }> {
  const startedMs = Date.now();
  const { app } = await launchDesktop(home, args);
  return { app, page: await app.firstWindow(), startedMs };
}

async function markMs(page: Page, mark: string, sinceMs: number): Promise<number> {
  await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, mark, { timeout: MARK_MS });
  return page.evaluate(
    ([name, since]) => performance.timeOrigin + (performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN) - since,
    [mark, sinceMs] as const,
  );
}

/** From the start of the main process to its first window, as it notes it itself. */
function bootMs(app: ElectronApplication): Promise<number> {
  return app.evaluate(() => performance.getEntriesByName('aoscope:window')[0]?.startTime ?? Number.NaN);
}

function row(what: string, all: readonly number[], aimMs: number): void {
  const middle = all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;
  console.log([what, `${Math.round(middle)} ms`, `${(middle / aimMs).toFixed(2)} of the ${aimMs} ms aimed at`].join(' | '));
}

const home = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
writeFileSync(join(home, 'settings.json'), JSON.stringify({ tour: 'shown' }));
try {
  const first = await start(home, []);
  row(
    'desktop, first start → shell painted, node answering',
    [await markMs(first.page, 'aoscope:painted', first.startedMs)],
    AIM.paintedFirst,
  );
  row('desktop, first start: boot of the main process', [await bootMs(first.app)], AIM.boot);
  await first.page.getByText('Ping-pong', { exact: true }).first().click();
  await markMs(first.page, 'aoscope:typable', first.startedMs);
  await first.app.close();
  const [sample] = readdirSync(join(home, 'projects'));
  const [painted, typable, boots]: [number[], number[], number[]] = [[], [], []];
  let memory: number | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const { app, page, startedMs } = await start(home, [join(home, 'projects', sample ?? '')]);
    painted.push(await markMs(page, 'aoscope:painted', startedMs));
    typable.push(await markMs(page, 'aoscope:typable', startedMs));
    boots.push(await bootMs(app));
    if (round === ROUNDS - 1) {
      // Idle: what starting needed has been given back.
      await new Promise((done) => setTimeout(done, 5_000));
      memory = treeMemoryMiB(app.process().pid ?? 0);
    }
    await app.close();
  }
  row('desktop, next start → shell painted, node answering', painted, AIM.painted);
  row('desktop, next start → editor typable', typable, AIM.typable);
  row('desktop, next start: boot of the main process', boots, AIM.boot);
  console.log(
    ['memory of the desktop app idle, with its window', memory === null ? 'not measured here' : `${memory.toFixed(0)} MiB`, ''].join(' | '),
  );
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

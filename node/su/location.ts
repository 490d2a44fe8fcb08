import type { Client } from '../contract/rpc.ts';
import { buildItem } from '../item/build.ts';
import type { Wallet } from '../item/wallet.ts';

/** How long clients may keep what they were told; said again at half of it. */
const TIME_TO_LIVE_MS = 60 * 60 * 1_000;
const RETRY_MS = 1_000;

/**
 * Says where this scheduler is: a signed Scheduler-Location on the gateway (protocol §1.3), at once and again before it
 * is too old. Without it ao-scheduler-utils finds no scheduler.
 * @param url the scheduler's public address; @param newAnchor 32 characters, others every time.
 */
export function publishLocation(wallet: Wallet, url: string, ask: Client['ask'], newAnchor: () => string): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const publish = (): void => {
    void ask('gateway.schedulerLocation', { item: locationItem(wallet, url, newAnchor()) }).then(
      () => next(TIME_TO_LIVE_MS / 2),
      // The gateway may be starting still.
      () => next(RETRY_MS),
    );
  };
  const next = (afterMs: number): void => {
    if (!isStopped) timer = setTimeout(publish, afterMs);
  };
  publish();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function locationItem(wallet: Wallet, url: string, anchor: string): string {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Scheduler-Location' },
    { name: 'Url', value: url },
    { name: 'Time-To-Live', value: String(TIME_TO_LIVE_MS) },
  ];
  // Always a new item: the newest one counts, and an address that is used again must not stand behind the one in between.
  return buildItem(wallet, { anchor, tags, data: ' ' }).raw;
}

import { expect, test } from 'vitest';
import { createCollecting } from './collect.ts';

test('memory that was let go is given back though the thread has nothing to do', { timeout: 30_000 }, async () => {
  const letGo = new WeakRef(new Uint8Array(1024 * 1024));
  createCollecting().soon();
  await expect.poll(() => letGo.deref() === undefined, { timeout: 20_000, interval: 3_000 }).toBe(true);
});

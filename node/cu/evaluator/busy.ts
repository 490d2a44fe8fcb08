import { restedSoFarMs } from '../vm/pace.ts';

/** What this thread has taken of the processor so far, in milliseconds, right on average; the time that goes by where that cannot be told (before Node 23.9). */
export function busyNowMs(): number {
  if (!('threadCpuUsage' in process)) return performance.now() - restedSoFarMs();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

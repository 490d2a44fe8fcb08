import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeIn } from '../../kit/node.ts';
import type { RunningHost } from './host.ts';

/** A whole node in the process of the test. */
export async function startInProcess(): Promise<RunningHost> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-host-'));
  const made = await nodeIn(dataDir, { http: true });
  const { urls, opened } = made.node;
  const of = (url: string | null | undefined): string => {
    if (url === null || url === undefined) throw new Error('the node has no public routes');
    return url;
  };
  return {
    urls: { gateway: of(urls.gateway), su: of(urls.su), cu: of(urls.cu), mu: of(urls.mu) },
    bundler: of(opened.gateway.uploadUrl),
    authority: of(opened.mu.address),
    scheduler: of(opened.su.address),
    module: made.module,
    facts: made.facts,
    async stop() {
      await made.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

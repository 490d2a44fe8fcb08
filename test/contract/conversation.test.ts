import { afterAll, beforeAll, describe, test } from 'vitest';
import { bundleTests, type Bundles } from './bundle.ts';
import { CONVERSATION, type Pipe } from './conversation.ts';
import { openChild, openInProcess, openMessagePort, openPagePort, openWebSocket } from './hosts.ts';

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundleTests(['talker-main']);
});
afterAll(() => bundles.free());

const HOSTS: Readonly<Record<string, () => Promise<Pipe>>> = {
  'in process': openInProcess,
  'message port': openMessagePort,
  "message port, the window's end": openPagePort,
  'child process': () => openChild(bundles.path('talker-main')),
  'web socket': openWebSocket,
};

describe.each(Object.entries(HOSTS))('%s', (_host, open) => {
  test.each(CONVERSATION)('$name', ({ run }) => run(open));
});

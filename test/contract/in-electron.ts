import { app, MessageChannelMain } from 'electron';
import { join } from 'node:path';
import { createUtilityStarter } from '../../electron/units/utility-starter.ts';
import { electronMessagePort } from '../../node/host/message-port.ts';
import { serveUnit } from '../../node/host/unit-process.ts';
import { CONVERSATION, type Pipe } from './conversation.ts';
import { openTalker } from './talker.ts';

/** Runs the conversation in Electron's main process and prints one line per check: `CHECK` and JSON. */
const HOSTS: Readonly<Record<string, () => Promise<Pipe>>> = {
  'utility process': openUtility,
  "message port of Electron's main process": openMainPort,
};

async function openUtility(): Promise<Pipe> {
  const starter = createUtilityStarter({
    programOf: () => join(import.meta.dirname, 'talker-main.cjs'),
    output: (_unit, text) => process.stderr.write(text),
  });
  const started = starter.start('su');
  const gone = new Promise<void>((resolve) => started.onExit(() => resolve()));
  return {
    port: started.port,
    cut: started.kill,
    async free() {
      started.kill();
      await gone;
    },
  };
}

async function openMainPort(): Promise<Pipe> {
  const { port1, port2 } = new MessageChannelMain();
  const served = serveUnit('su', electronMessagePort(port2), openTalker);
  const port = electronMessagePort(port1);
  return {
    port,
    cut: () => port2.close(),
    free: async () => {
      port.close();
      await served.close();
    },
  };
}

async function main(): Promise<void> {
  await app.whenReady();
  for (const [host, open] of Object.entries(HOSTS)) {
    for (const { name, run } of CONVERSATION) {
      const error = await run(open).then(
        () => null,
        (reason: unknown) => String(reason instanceof Error ? reason.stack : reason),
      );
      process.stdout.write(`CHECK ${JSON.stringify({ host, name, error })}\n`);
    }
  }
  app.exit(0);
}

void main();

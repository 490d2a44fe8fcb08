import { spawn } from 'node:child_process';
import { at } from '../setup/paths.mjs';
import { say } from '../setup/say.mjs';

const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/\?token=([\w-]+)/;

/**
 * The served app as a child that can be started anew.
 * @param args arguments of serve.cjs
 * @returns `restart()`, `stop()`, and `address()`: `{ port, token }` of the one that runs now, null while none does
 */
export function servedNode(args) {
  let child = null;
  let address = null;
  let isStopping = false;

  const start = () => {
    child = spawn(process.execPath, [at('out', 'node', 'serve.cjs'), '--no-open', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed = (printed + text).slice(-10_000);
      const found = ADDRESS.exec(printed);
      if (found !== null) address ??= { port: Number(found[1]), token: found[2] };
      // Its own address would lead past the dev server.
      else process.stdout.write(text);
    });
    child.on('exit', (code) => {
      address = null;
      if (!isStopping) say(`The node ended (${code}); it starts again when its source changes`);
    });
  };
  const stop = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    isStopping = true;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    await ended;
    isStopping = false;
  };
  let queue = Promise.resolve();
  return {
    restart() {
      queue = queue.then(stop).then(start);
      return queue;
    },
    stop: () => queue.then(stop),
    address: () => address,
  };
}

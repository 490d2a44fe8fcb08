import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { say, sayError } from './setup/say.mjs';
import { requireNodeForApp } from './setup/tool-runtime.mjs';

const PARTS = ['units', 'evaluator', 'tests', 'serve'];

/** Edit, see it: the window reloads its modules by itself, the node starts again when its source changes. */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'no-open': { type: 'boolean' }, port: { type: 'string', default: '5173' } },
  });
  requireNodeForApp();
  await ensurePackages();
  await bundle(['assets', 'renderer']);
  const { servedNode } = await import('./dev/served-node.mjs');
  const node = servedNode(positionals);
  const programs = await watchPrograms(() => {
    say('The node starts with what was saved');
    void node.restart();
  });
  const vite = await serveWindow(Number(values.port), node);
  if (!values['no-open']) await (await import('open')).default(vite.address).catch(() => undefined);

  const end = async () => {
    await Promise.all([node.stop(), vite.close(), ...programs.map((program) => program.dispose())]);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end());
}

/** @param onBuilt called when all programs have been bundled, at first and after every change without a mistake */
async function watchPrograms(onBuilt) {
  const [{ context }, { esbuildOptions, PROGRAMS }] = await Promise.all([import('esbuild'), import('./bundle/programs.mjs')]);
  const wanted = PROGRAMS.filter(({ part }) => PARTS.includes(part));
  const built = new Set();
  let timer;
  const noteBuild = (out, errors) => {
    if (errors.length > 0) return;
    built.add(out);
    clearTimeout(timer);
    // One saved file often belongs to several programs.
    if (built.size === wanted.length) timer = setTimeout(() => onBuilt(), 150);
  };
  const watching = await Promise.all(
    wanted.map((program) =>
      context({
        ...esbuildOptions(program),
        logLevel: 'warning',
        plugins: [{ name: 'restart', setup: (build) => build.onEnd(({ errors }) => noteBuild(program.out, errors)) }],
      }),
    ),
  );
  await Promise.all(watching.map((one) => one.watch()));
  return watching;
}

async function serveWindow(port, node) {
  const [{ createServer }, { viteConfig }, { proxyLink }] = await Promise.all([
    import('vite'),
    import('./bundle/renderer.mjs'),
    import('./dev/link-proxy.mjs'),
  ]);
  const token = randomBytes(24).toString('base64url');
  const server = await createServer({ ...(await viteConfig()), base: '/', server: { host: '127.0.0.1', port } });
  await server.listen();
  proxyLink(server.httpServer, token, node.address);
  const address = `http://127.0.0.1:${server.config.server.port}/?token=${token}`;
  say(`The window, with hot reloading: ${address}`);
  return { address, close: () => server.close() };
}

await main().catch((error) => {
  sayError(error);
  process.exit(1);
});

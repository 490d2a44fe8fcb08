import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

/** Vite's settings for the window, shared by the build and `npm run dev`. */
export async function viteConfig() {
  if (!existsSync(at('renderer', 'index.html'))) throw new SetupError('renderer/index.html does not exist.', 'Restore it.');
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    configFile: false,
    root: at('renderer'),
    base: './',
    cacheDir: at('.cache', 'vite'),
    logLevel: 'warn',
    plugins: [react()],
    // monaco-vim names the editor's files as releases before 0.56 laid them out.
    resolve: { alias: [{ find: /^monaco-editor\/esm\/vs\/(.*?)(?:\.js)?$/, replacement: 'monaco-editor/$1' }] },
    build: {
      // Electron 25 is the oldest engine the window is tested in.
      target: 'chrome114',
      outDir: at('out', 'renderer'),
      emptyOutDir: true,
      modulePreload: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 9_999,
      sourcemap: false,
    },
    worker: { format: 'es' },
  };
}

/** Builds the window. @returns the bytes of all its files */
export async function bundleRenderer() {
  const [{ build }, config] = await Promise.all([import('vite'), viteConfig()]);
  try {
    await build(config);
  } catch (error) {
    throw new SetupError(`The window does not build:\n${error?.message ?? error}`, 'Mend the source file named above.');
  }
  return [{ out: 'out/renderer', bytes: bytesBelow(at('out', 'renderer')) }];
}

function bytesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesBelow(path) : statSync(path).size);
  }, 0);
}

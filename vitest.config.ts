import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const isOnWindows = process.platform === 'win32';

/** Clients that need nothing but a node's addresses: they are tried against each of the programs that give one. */
const ANYWHERE = ['aoconnect', 'gateway', 'gotchas', 'graphql', 'scheduler', 'units', 'uploads', 'web-page'];

const clients = (
  [
    ['clients', 'process', ['test/clients/**/*.test.ts']],
    ['clients-node', 'node', ANYWHERE.map((name) => `test/clients/${name}.test.ts`)],
    ['clients-app', 'app', ANYWHERE.map((name) => `test/clients/${name}.test.ts`)],
  ] as const
).map(([name, against, include]) => ({
  extends: true as const,
  test: {
    name,
    include: [...include],
    env: { AOSCOPE_CLIENTS_AGAINST: against },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
  },
}));

/**
 * Projects: `unit` and `dom` beside the code, `flow` for a whole node without a window, `clients` for the programs people
 * use with ao against it (`clients-node` and `clients-app` for the same against `aoscope node` and the served app), `e2e`
 * for the built app.
 */
export default defineConfig({
  plugins: [react()],
  cacheDir: '.cache/vitest',
  test: {
    pool: 'forks',
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['node/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.ts', 'build/**/*.test.mjs'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: { name: 'dom', environment: 'happy-dom', include: ['renderer/**/*.test.tsx'], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/{flow,contract,replay,kit}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          teardownTimeout: 10_000,
        },
      },
      ...clients,
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/{served,desktop}/**/*.test.ts'],
          // One after another: each starts a whole app, and two at once on two cores would measure each other.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          teardownTimeout: isOnWindows ? 60_000 : 20_000,
        },
      },
    ],
  },
});

import { resolve } from 'node:path';
import { runServe } from './run.ts';

// This program lies in out/node; everything else of the built app is found from there.
void runServe(process.argv.slice(2), resolve(import.meta.dirname, '..')).then((code) => {
  if (code !== null) process.exit(code);
});

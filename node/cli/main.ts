#!/usr/bin/env node
import { resolve } from 'node:path';
import { runCli } from './cli.ts';

// This program lies in out/node; everything else of the built app is found from there.
void runCli(process.argv.slice(2), resolve(import.meta.dirname, '..')).then((code) => {
  if (code !== null) process.exit(code);
});

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { arch, cpus, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { bundleIfStale } from './bundle.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at } from './setup/paths.mjs';
import { say, sayError, SetupError } from './setup/say.mjs';
import { ensureToolRuntime, requireNodeForApp } from './setup/tool-runtime.mjs';

/** `npm run bench` measures everything, `npm run bench -- start` only the files whose name begins so. */
async function main() {
  requireNodeForApp();
  await ensurePackages();
  await bundleIfStale();
  const node = await ensureToolRuntime();
  const wanted = process.argv[2] ?? '';
  const files = readdirSync(at('test', 'bench'))
    .filter((name) => /\.bench\.(?:ts|mjs)$/.test(name) && name.startsWith(wanted))
    .sort();
  if (files.length === 0) throw new SetupError(`There is no test/bench/${wanted}*.bench.ts.`);
  const rows = [];
  // One after another: two at once would measure each other.
  for (const name of files) {
    say(`Measuring ${name} …`);
    const { code, found } = await measure(node, at('test', 'bench', name));
    rows.push(...found);
    if (code !== 0) {
      rows.push({ what: name, value: 'FAILED', ratio: '' });
      process.exitCode = 1;
    }
  }
  process.stdout.write(
    `\n${process.platform} ${arch()}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB\n\n${table(rows)}\n`,
  );
}

/** Runs one file. Each line `what | value | ratio` it prints is a row, everything else is for the eye. */
function measure(node, file) {
  return new Promise((resolve) => {
    const found = [];
    const child = spawn(node, [file], {
      cwd: at(),
      env: { ...process.env, AOSCOPE_SYSTEM_NODE: process.execPath },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stdout.write(`  ${line}\n`);
      const [what, value, ratio, ...rest] = line.split(' | ');
      if (ratio !== undefined && rest.length === 0) found.push({ what, value, ratio });
    });
    child.on('close', (code) => resolve({ code, found }));
  });
}

function table(rows) {
  const all = [{ what: 'what', value: 'value', ratio: 'ratio' }, ...rows];
  const width = (key) => Math.max(...all.map((row) => row[key].length));
  const line = ({ what, value, ratio }) => `${what.padEnd(width('what'))} | ${value.padStart(width('value'))} | ${ratio}`;
  const [head, ...body] = all.map(line);
  return [head, `${'-'.repeat(width('what'))}-|-${'-'.repeat(width('value'))}-|-${'-'.repeat(width('ratio'))}`, ...body].join('\n');
}

await main().catch(sayError);

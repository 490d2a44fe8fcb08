import { writeFileSync } from 'node:fs';
import { noticesText, shippedPackages } from './check/notices.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ROOT, at } from './setup/paths.mjs';
import { say, sayError, SetupError } from './setup/say.mjs';

async function main() {
  await ensurePackages();
  const { shipped, problems } = shippedPackages(ROOT);
  if (problems.length > 0) throw new SetupError(problems.join('\n'), 'Use another package, or add the licence after reading it.');
  writeFileSync(at('THIRD-PARTY-NOTICES.md'), noticesText(shipped));
  say(`THIRD-PARTY-NOTICES.md names ${shipped.length} packages`);
}

await main().catch(sayError);

import type { FileCoverage } from '../contract/tests.ts';
import { bundle } from '../workspace/bundle/bundle.ts';
import { projectFiles } from '../workspace/files.ts';
import { uncovered } from './coverage.ts';
import { manifestOf } from './find.ts';

/** The Lua files that the processes of aoscope.json are made of, with all that they require, as if nothing of them had run. */
export async function untestedFiles(project: string): Promise<readonly FileCoverage[]> {
  const files = projectFiles(
    project,
    () => undefined,
    () => undefined,
  );
  const manifest = await manifestOf(project);
  const sources = manifest.processes.flatMap(({ source }) => (source.endsWith('.lua') ? source : []));
  const read = async (path: string): Promise<string> => (await files.read(path)).text;
  const all = await Promise.all(
    // One that cannot be packed is told by the test that spawns it.
    sources.map((source) =>
      bundle(source, read, manifest.bundle).then(
        (made) => made.files,
        () => [source],
      ),
    ),
  );
  const found = await Promise.all([...new Set(all.flat())].map((file) => uncovered(files, file)));
  return found.filter(({ version }) => version !== null);
}

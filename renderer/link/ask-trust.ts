import { AoError } from '../../node/contract/errors.ts';
import type { Link } from './link.ts';

/** Asks the person; the answer is the chosen title, or null when it was closed. */
type AskPerson = (sentence: string, answers: readonly string[]) => Promise<string | null>;

const YES = 'Trust this folder';

/**
 * A link that asks the person where something needs a compiler of this computer (BUILD_NOT_TRUSTED), and after a yes, which the node
 * keeps, asks the node again. A no leaves the error as it is; what runs by itself on every save does not ask a second time.
 */
export function askingTrust(link: Link, askPerson: AskPerson): Link {
  const asking = new Map<string, Promise<boolean>>();
  const refused = new Set<string>();
  const question = async (folder: string): Promise<boolean> => {
    const sentence = `${folder} has programs in C or Rust. Compilers of this computer build them: they run what the project says, such as build scripts, with your rights, and may put any file of yours into a program. Build them only where you know what the folder holds; the answer is kept.`;
    if ((await askPerson(sentence, ['Do not build', YES])) !== YES) {
      refused.add(folder);
      return false;
    }
    await link.ask('project.trustBuild', { folder });
    return true;
  };
  const isAllowed = (folder: string): Promise<boolean> => {
    const known = asking.get(folder);
    if (known !== undefined) return known;
    const asked = question(folder).finally(() => asking.delete(folder));
    asking.set(folder, asked);
    return asked;
  };
  return {
    ...link,
    async ask(name, args, signal) {
      try {
        return await link.ask(name, args, signal);
      } catch (error) {
        if (!(error instanceof AoError) || error.code !== 'BUILD_NOT_TRUSTED') throw error;
        const folder = String(error.details['folder']);
        if ((name === 'tests.run' && refused.has(folder)) || !(await isAllowed(folder))) throw error;
        return link.ask(name, args, signal);
      }
    },
  };
}

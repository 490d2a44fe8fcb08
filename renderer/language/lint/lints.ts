import type { Mark } from '../answers.ts';
import type { Meaning } from '../meaning.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { Facts } from '../scopes.ts';
import { lintGlobals } from './globals.ts';
import { lintHandlers } from './handler-order.ts';
import { eachPart, type LintPlace } from './lint.ts';
import { lintLoops } from './loops.ts';
import { lintMembers } from './members.ts';
import { lintNumbers } from './numbers.ts';
import { lintSent } from './sent.ts';
import { lintTimes } from './times.ts';

/** What runs in a file and is probably not meant, in the order of the text. The file is Lua. */
export function lintsOf(facts: Facts, files: ProjectFiles, meaning: Meaning): readonly Mark[] {
  const found: Mark[] = [];
  const place: LintPlace = {
    facts,
    files,
    meaning,
    runtimes: files.runtimesOf(facts.path),
    mark: ({ start, end }, code, message, fix = null, severity = 'warning') =>
      void found.push({ start, end, code, message, fix, severity }),
  };
  lintGlobals(place);
  lintMembers(place);
  lintHandlers(place);
  lintLoops(place);
  eachPart(facts.root, (node) => {
    if (node.type === 'binary_expression') {
      lintNumbers(place, node);
      lintTimes(place, node);
    } else if (node.type === 'function_call') lintSent(place, node);
  });
  return found.sort((first, second) => first.start - second.start);
}

import type { HandlersOf } from '../../contract/handlers.ts';
import type { Branches } from './branches.ts';

type BranchHandlers = Pick<HandlersOf<'cu'>, Extract<keyof HandlersOf<'cu'>, `cu.branch${string}`>>;

/** The commands of branches. */
export function branchHandlers(branches: Branches): BranchHandlers {
  return {
    'cu.branchNew': ({ spec }) => branches.create(spec),
    'cu.branches': async () => ({ branches: branches.list() }),
    'cu.branchName': async ({ branch, name }) => branches.rename(branch, name),
    async 'cu.branchDrop'({ branch }) {
      await branches.drop(branch);
      return {};
    },
    'cu.branchRun': ({ branch, budgetMs }, signal) => branches.run(branch, budgetMs, signal),
    'cu.branchAnswer': ({ branch, answer, isForAll }) => branches.answer(branch, answer, isForAll),
    'cu.branchRows': ({ branch, ...wish }) => branches.rows(branch, wish),
    'cu.branchFind': async ({ branch, ...place }) => ({ index: await branches.find(branch, place) }),
    'cu.branchMessage': (place) => branches.message(place),
    'cu.branchTrace': (place) => branches.trace(place),
    'cu.branchDiff': ({ against, ...place }) => branches.diff(place, against),
    'cu.branchSteps': async ({ branch, process, from, limit }) => ({ steps: await branches.steps(branch, process, from, limit) }),
    'cu.branchState': ({ branch, process, index, path, offset, limit }) => branches.children(branch, process, index, path, offset, limit),
    'cu.branchCompare': ({ branch, process, isSearched = false }) => branches.compare(branch, process, isSearched),
  };
}

import { ChevronDown, GitBranch } from 'lucide-react';
import { memo, useEffect } from 'react';
import { useStore } from 'zustand';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { MenuButton } from '../../widgets/menu.tsx';

/** Which line is looked at: the main one, or a branch of it. Nothing while there are no branches. */
export const BranchMenu = memo(function BranchMenu(): React.ReactNode {
  const app = useApp();
  const { keysOf } = useKeyWords();
  const branches = useStore(app.branch, (state) => state.branches);
  const walked = useStore(app.branch, (state) => state.walk?.branch ?? null);
  const generation = useStore(app.world, (state) => state.generation);
  const project = useStore(app.workspace, (state) => state.project?.path ?? null);
  useEffect(() => {
    // A node that is still starting is asked again when What if is opened.
    if (project !== null)
      app.branch
        .getState()
        .refresh()
        .catch(() => undefined);
  }, [app, generation, project]);
  if (branches.length === 0) return null;
  const shown = branches.find(({ id }) => id === walked);
  const mark = (isShown: boolean, title: string): string => `${isShown ? '✓ ' : ''}${title}`;
  const others = walked === null ? branches.length : branches.length - 1;
  return (
    <MenuButton
      label={`Line that is looked at: ${shown?.name ?? 'main'}, of ${branches.length + 1}`}
      className="button quiet small time-branch"
      entries={[
        {
          id: 'main',
          title: mark(walked === null, 'main'),
          keys: walked === null ? '' : keysOf('branch.toMain'),
          run: () => void app.commands.run('branch.toMain'),
        },
        ...branches.map(({ id, name }) => ({
          id: String(id),
          title: mark(id === walked, name),
          run: () => void app.commands.run('branch.walk', String(id)),
        })),
      ]}
    >
      <GitBranch size={12} aria-hidden />
      <span className="time-branch-name">{shown?.name ?? 'main'}</span>
      {others > 0 && <span className="faint">(+{others})</span>}
      <ChevronDown size={11} aria-hidden />
    </MenuButton>
  );
});

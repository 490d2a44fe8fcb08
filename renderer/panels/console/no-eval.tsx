import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ModuleId } from '../../../node/contract/ids.ts';
import { NO_LUA } from '../../commands/evaluate.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

/** False where the module of a process is a program that is no Lua: it evaluates nothing. True until that is known. */
export function useKnowsEval(module: ModuleId | null): boolean {
  const app = useApp();
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const [plain, setPlain] = useState<ModuleId | null>(null);
  useEffect(() => {
    if (module === null || linkState !== 'open') return;
    let isGone = false;
    app.link.ask('modules.list', {}).then(
      ({ modules }) => {
        if (!isGone && modules.some(({ id, format }) => id === module && NO_LUA.has(format))) setPlain(module);
      },
      // Where it cannot be asked, the process itself will say what it takes.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [app, module, linkState]);
  return module === null || plain !== module;
}

/** Stands in place of the line of a process that has no Lua. */
export function NoEval({ name }: { readonly name: string }): React.ReactNode {
  const app = useApp();
  return (
    <div className="console-strips">
      <div className="console-strip">
        <span>{name} is no Lua: there is nothing to evaluate in it. It takes messages; what it prints stands here.</span>
        <Button isSmall onClick={() => void app.commands.run('call.open')}>
          Fill in a message
        </Button>
      </div>
    </div>
  );
}

import { useEffect, useEffectEvent, useState } from 'react';
import { openDropped, RECORDING_FILE } from '../commands/recording.ts';
import { takeIn } from '../commands/take-in.ts';
import { useApp } from '../stores/app-context.ts';

/**
 * What is dropped on the window: a Lua file is taken into the project, and a program into the modules. A recording is opened, after what was dropped
 * with it has been taken in.
 */
export function DropTarget(): React.ReactNode {
  const app = useApp();
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((files: FileList): void => {
    const all = [...files];
    const [recording, ...more] = all.filter(({ name }) => RECORDING_FILE.test(name));
    const others = all.filter(({ name }) => !RECORDING_FILE.test(name));
    const { fail, notify } = app.ui.getState();
    const go = async (): Promise<void> => {
      if (others.length > 0) await takeIn(app, others);
      if (recording !== undefined) await openDropped(app, recording);
    };
    go().catch(fail);
    if (more.length > 0)
      notify({
        tone: 'warn',
        sentence: `One recording is open at a time: ${more.map(({ name }) => name).join(', ')} can be dropped later.`,
      });
  });
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Without it the browser would leave the app and show the file.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) take(event.dataTransfer.files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return isOver ? <div className="drop-here">Drop a recording to open it, a Lua file or a module to take it into the project</div> : null;
}

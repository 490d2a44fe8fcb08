import { useEffect, useEffectEvent, useState } from 'react';
import { AoError } from '../../node/contract/errors.ts';
import { openDropped, RECORDING_FILE } from '../commands/recording.ts';
import { TAKEN_IN, takeIn } from '../commands/take-in.ts';
import { useApp } from '../stores/app-context.ts';

/** What is dropped on the window: a recording is opened, a Lua file is taken into the project, and a program into the modules. */
export function DropTarget(): React.ReactNode {
  const app = useApp();
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((files: FileList): void => {
    const all = [...files];
    const file = all.find(({ name }) => RECORDING_FILE.test(name));
    const [first] = all;
    const { fail } = app.ui.getState();
    if (file !== undefined) openDropped(app, file).catch(fail);
    else if (first !== undefined && all.every(({ name }) => TAKEN_IN.test(name))) takeIn(app, all).catch(fail);
    else if (first !== undefined) fail(new AoError('DROP_FOREIGN', { name: first.name }));
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

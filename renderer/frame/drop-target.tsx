import { useEffect, useEffectEvent, useState } from 'react';
import { AoError } from '../../node/contract/errors.ts';
import { openDropped, RECORDING_FILE } from '../commands/recording.ts';
import { useApp } from '../stores/app-context.ts';

/** A recording that is dropped anywhere on the window is opened. */
export function DropTarget(): React.ReactNode {
  const app = useApp();
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((files: FileList): void => {
    const all = [...files];
    const file = all.find(({ name }) => RECORDING_FILE.test(name));
    const [first] = all;
    if (file !== undefined) openDropped(app, file).catch(app.ui.getState().fail);
    else if (first !== undefined) app.ui.getState().fail(new AoError('RECORDING_FOREIGN', { path: first.name }));
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
  return isOver ? <div className="drop-here">Drop a recording to open it</div> : null;
}

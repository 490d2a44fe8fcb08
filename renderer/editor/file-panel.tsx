import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { README_FILE } from '../model/help-pages.ts';
import { isOtherText } from '../model/inside-words.ts';
import { useApp } from '../stores/app-context.ts';
import type { EditorStore, OpenFile } from '../stores/editor-store.ts';
import { Button } from '../widgets/button.tsx';
import { Empty } from '../widgets/empty.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import { CodeEditor, CompareEditor } from './code-editor.tsx';
import './editor.css';

interface FilePanelProps {
  readonly editor: EditorStore;
  readonly path: string;
  onClose(): void;
  onError(error: unknown): void;
}

/** One file in the editor, with what stands between the person's text and the disk's. */
export function FilePanel({ editor, path, onClose, onError }: FilePanelProps): React.ReactNode {
  const file = useStore(editor, (state) => state.files.get(path));
  const [failure, setFailure] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const [isComparing, setComparing] = useState(false);
  const isOpen = file !== undefined;
  useEffect(() => {
    let isGone = false;
    if (!isOpen)
      editor
        .getState()
        .open(path)
        .then(
          () => !isGone && setFailure(null),
          (error: unknown) => !isGone && setFailure(error),
        );
    return () => {
      isGone = true;
    };
  }, [editor, path, isOpen, tries]);

  if (file === undefined) {
    if (failure === null) return <div className="panel" aria-busy="true" />;
    return (
      <Empty>
        <ErrorText error={failure} />
        <div className="conflict-actions">
          <Button onClick={() => setTries(tries + 1)}>Try again</Button>
          <Button onClick={onClose}>Close the tab</Button>
        </div>
      </Empty>
    );
  }
  const isCompared = isComparing && file.conflict?.kind === 'changed';
  return (
    <div className="panel">
      {file.conflict !== null && (
        <ConflictBar editor={editor} file={file} isComparing={isCompared} onCompare={setComparing} onClose={onClose} onError={onError} />
      )}
      {path === README_FILE && <ReadmeBar />}
      <OtherTextBar path={path} text={file.text} />
      <div className="editor-body">
        {isCompared && file.conflict?.kind === 'changed' ? (
          <CompareEditor mine={file.text} disk={file.conflict.disk.text} />
        ) : (
          <CodeEditor editor={editor} path={path} />
        )}
      </div>
    </div>
  );
}

/** What a project tells of itself is read more easily as a page. */
function ReadmeBar(): React.ReactNode {
  const app = useApp();
  return (
    <div className="conflict is-quiet" role="status">
      <span>This file tells about the project.</span>
      <Button isSmall onClick={() => void app.commands.run('help.project')}>
        Read it as a page
      </Button>
    </div>
  );
}

/** The marks in the editor are those of the text that ran, which may not be the one that stands here. */
function OtherTextBar({ path, text }: { readonly path: string; readonly text: string }): React.ReactNode {
  const app = useApp();
  const view = useStore(app.inside, (state) => state.view);
  if (view === null || !isOtherText(view, path, text)) return null;
  return (
    <div className="conflict" role="status">
      <span>Slot {view.place.slot} ran another text of this file; lines that differ are not marked.</span>
      <Button isSmall onClick={() => void app.commands.run('branch.code')}>
        Run this text on the history
      </Button>
    </div>
  );
}

interface ConflictProps extends Pick<FilePanelProps, 'editor' | 'onClose' | 'onError'> {
  readonly file: OpenFile;
  readonly isComparing: boolean;
  onCompare(isComparing: boolean): void;
}

function ConflictBar({ editor, file, isComparing, onCompare, onClose, onError }: ConflictProps): React.ReactNode {
  const { path } = file;
  const act = (work: Promise<unknown>): void => {
    onCompare(false);
    work.catch(onError);
  };
  if (file.conflict?.kind === 'removed') {
    return (
      <div className="conflict" role="alert">
        <span>{path} was deleted outside of this window.</span>
        <div className="conflict-actions">
          <Button isSmall onClick={() => act(editor.getState().overwrite(path))}>
            Save it again
          </Button>
          <Button isSmall onClick={onClose}>
            Close the tab
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="conflict" role="alert">
      <span>
        {path} was changed outside of this window. <code>FILE_CHANGED_OUTSIDE</code>
      </span>
      <div className="conflict-actions">
        <Button isSmall aria-pressed={isComparing} onClick={() => onCompare(!isComparing)}>
          {isComparing ? 'Back to the text' : 'Compare'}
        </Button>
        <Button isSmall onClick={() => act(editor.getState().reload(path))}>
          Reload from disk
        </Button>
        <Button isSmall onClick={() => act(editor.getState().overwrite(path))}>
          Overwrite with mine
        </Button>
      </div>
    </div>
  );
}

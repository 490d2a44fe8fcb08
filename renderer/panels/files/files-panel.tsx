import { FilePlus, FolderPlus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ProjectInfo } from '../../../node/contract/desktop.ts';
import { isRunnable } from '../../../node/contract/modules.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ContextMenu, type MenuEntry } from '../../widgets/menu.tsx';
import { FileTree } from './file-tree.tsx';
import './files.css';
import { NameField } from './name-field.tsx';
import { nameOf, parentOf, treeOf } from './tree.ts';
import { useFiles, type Files } from './use-files.ts';

/** The project's folder as a tree: open, create, rename (F2), delete (Delete), spawn. */
export function FilesPanel(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  if (project !== null) return <ProjectFiles key={project.path} project={project} />;
  return (
    <Empty>
      <span>The files of your project will stand here.</span>
      <Button onClick={() => void app.commands.run('project.open')}>Open folder…</Button>
    </Empty>
  );
}

interface MenuPlace {
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

function ProjectFiles({ project }: { readonly project: ProjectInfo }): React.ReactNode {
  const app = useApp();
  const entries = useStore(app.workspace, (state) => state.entries);
  const nodes = useMemo(() => treeOf(entries), [entries]);
  const body = useRef<HTMLDivElement>(null);
  const files = useFiles(body);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { naming } = files;
  const { isReadOnly } = project;
  const actions = menu === null ? [] : menuOf(app, files, menu.path, isReadOnly);
  return (
    <div className="panel files">
      <div className="panel-head">
        <span className="title" title={project.path}>
          {project.name}
        </span>
        <GitBranch />
        {!isReadOnly && (
          <>
            <Button look="quiet" isSmall isIcon label="New file" onClick={() => files.startNew('file', '')}>
              <FilePlus size={14} />
            </Button>
            <Button look="quiet" isSmall isIcon label="New folder" onClick={() => files.startNew('folder', '')}>
              <FolderPlus size={14} />
            </Button>
          </>
        )}
      </div>
      {naming !== null && naming.what !== 'rename' && (
        <div className="files-new">
          <NameField
            label={`New ${naming.what}${naming.folder === '' ? '' : ` in ${naming.folder}`}`}
            initial=""
            placeholder={naming.what === 'file' ? 'name.lua' : 'name'}
            onCommit={files.commit}
            onCancel={files.cancel}
          />
        </div>
      )}
      <div ref={body} className="files-body" onKeyDownCapture={(event) => onTreeKey(event, files, isReadOnly, setMenu)}>
        {nodes.length === 0 && naming === null ? (
          <Empty>
            <span>{isReadOnly ? 'This recording holds no files.' : 'This project has no files yet.'}</span>
            {!isReadOnly && <Button onClick={() => files.startNew('file', '')}>Create a file</Button>}
          </Empty>
        ) : (
          <FileTree nodes={nodes} files={files} onMenu={(path, x, y) => setMenu({ path, x, y })} />
        )}
        {naming?.what === 'rename' && (
          <div className="files-rename" style={{ top: naming.top, left: naming.left }}>
            <NameField
              label={`New name of ${nameOf(naming.path)}`}
              initial={nameOf(naming.path)}
              placeholder=""
              onCommit={files.commit}
              onCancel={files.cancel}
            />
          </div>
        )}
      </div>
      {menu !== null && actions.length > 0 && (
        <ContextMenu label={`Actions for ${menu.path}`} at={menu} entries={actions} onClose={() => setMenu(null)} />
      )}
    </div>
  );
}

function GitBranch(): React.ReactNode {
  const app = useApp();
  const branch = useStore(app.workspace, (state) => state.git?.branch ?? null);
  if (branch === null) return null;
  return (
    <span className="files-git faint" title={`git is on ${branch}`}>
      {branch}
    </span>
  );
}

function menuOf(app: App, files: Files, path: string, isReadOnly: boolean): MenuEntry[] {
  const folder = files.isFolder(path) ? path : parentOf(path);
  const spawn: MenuEntry = { id: 'spawn', title: 'Spawn a process from it', run: () => void app.commands.run('process.spawn', path) };
  const open: MenuEntry = { id: 'open', title: 'Open', run: () => files.open(path) };
  // A recording is looked at: nothing of it is changed.
  if (isReadOnly) return files.isFolder(path) ? [] : [open];
  return [
    ...(files.isFolder(path) ? [] : [open]),
    ...(isRunnable(path) ? [spawn] : []),
    { id: 'file', title: 'New file…', run: () => files.startNew('file', folder) },
    { id: 'folder', title: 'New folder…', run: () => files.startNew('folder', folder) },
    { id: 'rename', title: 'Rename…', keys: 'F2', run: () => files.startRename(path) },
    { id: 'delete', title: 'Delete', keys: 'Del', isDanger: true, run: () => files.remove(path) },
  ];
}

/** F2, Delete and the menu key, for the row that has the keyboard. */
function onTreeKey(event: React.KeyboardEvent, files: Files, isReadOnly: boolean, setMenu: (menu: MenuPlace) => void): void {
  const row = event.target instanceof Element ? event.target.closest('[data-key]') : null;
  const path = row?.getAttribute('data-key') ?? null;
  if (row === null || path === null || files.naming !== null) return;
  const isMenu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
  if (event.key === 'F2' && !isReadOnly) files.startRename(path);
  else if (event.key === 'Delete' && !isReadOnly) files.remove(path);
  else if (isMenu && !(isReadOnly && files.isFolder(path))) {
    const box = row.getBoundingClientRect();
    setMenu({ path, x: box.left + 24, y: box.bottom });
  } else return;
  event.preventDefault();
}

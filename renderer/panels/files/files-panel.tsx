import { FilePlus, FolderPlus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { Tree } from 'react-aria-components';
import { useStore } from 'zustand';
import { createEntry, deleteEntry, renameEntry } from '../../commands/file.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { ContextMenu, type MenuEntry } from '../../widgets/menu.tsx';
import { FileRow } from './file-row.tsx';
import './files.css';
import { NameField } from './name-field.tsx';
import { joinPath, nameOf, parentOf, treeOf } from './tree.ts';

type Naming =
  | { readonly what: 'file' | 'folder'; readonly folder: string }
  | { readonly what: 'rename'; readonly path: string; readonly top: number; readonly left: number };

/** The project's folder as a tree: open, create, rename (F2), delete (Delete), spawn. */
export function FilesPanel(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const entries = useStore(app.workspace, (state) => state.entries);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set<string>());
  const [naming, setNaming] = useState<Naming | null>(null);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number; readonly path: string } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => treeOf(entries), [entries]);
  const { fail } = app.ui.getState();

  if (project === null) {
    return (
      <Empty>
        <span>The files of your project will stand here.</span>
        <Button onClick={() => void app.commands.run('project.open')}>Open folder…</Button>
      </Empty>
    );
  }
  const isFolder = (path: string): boolean => entries.some((entry) => entry.path === path && entry.kind === 'folder');
  const folderOf = (path: string): string => (isFolder(path) ? path : parentOf(path));
  const fold = (path: string): void => {
    const next = new Set(expanded);
    if (!next.delete(path)) next.add(path);
    setExpanded(next);
  };
  const startNew = (what: 'file' | 'folder', folder: string): void => {
    if (folder !== '') setExpanded(new Set([...expanded, folder]));
    setNaming({ what, folder });
  };
  const startRename = (path: string): void => {
    const row = body.current?.querySelector(`[data-key="${CSS.escape(path)}"] .file-name`);
    const frame = body.current?.getBoundingClientRect();
    if (row === null || row === undefined || frame === undefined) return;
    const box = row.getBoundingClientRect();
    setNaming({ what: 'rename', path, top: box.top - frame.top, left: box.left - frame.left });
  };
  const commit = (name: string): void => {
    if (naming === null) return;
    setNaming(null);
    if (name === '') return;
    const work =
      naming.what === 'rename'
        ? renameEntry(app, naming.path, joinPath(parentOf(naming.path), name))
        : createEntry(app, joinPath(naming.folder, name), naming.what);
    work.catch(fail);
  };
  const menuFor = (path: string): MenuEntry[] => [
    ...(isFolder(path) ? [] : [{ id: 'open', title: 'Open', run: () => app.ui.getState().dock?.openFile(path) }]),
    ...(path.endsWith('.lua')
      ? [{ id: 'spawn', title: 'Spawn a process from it', run: () => void app.commands.run('process.spawn', path) }]
      : []),
    { id: 'file', title: 'New file…', run: () => startNew('file', folderOf(path)) },
    { id: 'folder', title: 'New folder…', run: () => startNew('folder', folderOf(path)) },
    { id: 'rename', title: 'Rename…', keys: 'F2', run: () => startRename(path) },
    { id: 'delete', title: 'Delete', keys: 'Del', isDanger: true, run: () => void deleteEntry(app, path).catch(fail) },
  ];
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const path = event.target instanceof Element ? event.target.closest('[data-key]')?.getAttribute('data-key') : null;
    if (path === null || path === undefined || naming !== null) return;
    if (event.key === 'F2') startRename(path);
    else if (event.key === 'Delete') void deleteEntry(app, path).catch(fail);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = event.target instanceof Element ? event.target.getBoundingClientRect() : new DOMRect();
      setMenu({ x: box.left + 24, y: box.bottom, path });
    } else return;
    event.preventDefault();
  };
  return (
    <div className="panel files">
      <div className="panel-head">
        <span className="title" title={project.path}>
          {project.name}
        </span>
        <Button look="quiet" isSmall isIcon label="New file" onClick={() => startNew('file', '')}>
          <FilePlus size={14} />
        </Button>
        <Button look="quiet" isSmall isIcon label="New folder" onClick={() => startNew('folder', '')}>
          <FolderPlus size={14} />
        </Button>
      </div>
      {naming !== null && naming.what !== 'rename' && (
        <div className="files-new">
          <NameField
            label={`New ${naming.what}${naming.folder === '' ? '' : ` in ${naming.folder}`}`}
            initial=""
            placeholder={naming.what === 'file' ? 'name.lua' : 'name'}
            onCommit={commit}
            onCancel={() => setNaming(null)}
          />
        </div>
      )}
      <div ref={body} className="files-body" onKeyDownCapture={onKeyDown}>
        {nodes.length === 0 && naming === null ? (
          <Empty>
            <span>This project has no files yet.</span>
            <Button onClick={() => startNew('file', '')}>Create a file</Button>
          </Empty>
        ) : (
          <Tree
            aria-label="Files"
            className="tree"
            selectionMode="single"
            selectionBehavior="replace"
            expandedKeys={expanded}
            onExpandedChange={(keys) => setExpanded(new Set([...keys].map(String)))}
            onAction={(key) => {
              const path = String(key);
              if (!isFolder(path)) {
                app.ui.getState().dock?.openFile(path);
                app.editor.getState().wantFocus(path);
                return;
              }
              fold(path);
            }}
          >
            {nodes.map((node) => (
              <FileRow
                key={node.path}
                node={node}
                onMenu={(path, x, y) => setMenu({ path, x, y })}
                onClick={(one) => (one.kind === 'file' ? app.ui.getState().dock?.openFile(one.path) : fold(one.path))}
              />
            ))}
          </Tree>
        )}
        {naming?.what === 'rename' && (
          <div className="files-rename" style={{ top: naming.top, left: naming.left }}>
            <NameField
              label={`New name of ${nameOf(naming.path)}`}
              initial={nameOf(naming.path)}
              placeholder=""
              onCommit={commit}
              onCancel={() => setNaming(null)}
            />
          </div>
        )}
      </div>
      {menu !== null && (
        <ContextMenu label={`Actions for ${menu.path}`} at={menu} entries={menuFor(menu.path)} onClose={() => setMenu(null)} />
      )}
    </div>
  );
}

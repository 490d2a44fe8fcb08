import { useMemo } from 'react';
import { Tree } from 'react-aria-components';
import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import { FileRow } from './file-row.tsx';
import { gitMarks, type TreeNode } from './tree.ts';
import type { Files } from './use-files.ts';

interface FileTreeProps {
  readonly nodes: readonly TreeNode[];
  readonly files: Files;
  onMenu(path: string, x: number, y: number): void;
}

/** The rows. A click opens and keeps the keyboard here; Enter opens and goes to the editor. */
export function FileTree({ nodes, files, onMenu }: FileTreeProps): React.ReactNode {
  const app = useApp();
  const git = useStore(app.workspace, (state) => state.git);
  const marks = useMemo(() => gitMarks(git?.files ?? []), [git]);
  return (
    <Tree
      aria-label="Files"
      className="tree"
      selectionMode="single"
      selectionBehavior="replace"
      expandedKeys={files.expanded}
      onExpandedChange={(keys) => files.setExpanded(new Set([...keys].map(String)))}
      onAction={(key) => {
        const path = String(key);
        if (files.isFolder(path)) return files.fold(path);
        files.open(path);
        app.editor.getState().wantFocus(path);
      }}
    >
      {nodes.map((node) => (
        <FileRow
          key={node.path}
          node={node}
          marks={marks}
          onMenu={onMenu}
          onClick={(one) => (one.kind === 'file' ? files.open(one.path) : files.fold(one.path))}
        />
      ))}
    </Tree>
  );
}

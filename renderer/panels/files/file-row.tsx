import { Braces, ChevronRight, File, FileCode2, Folder } from 'lucide-react';
import { Button, TreeItem, TreeItemContent } from 'react-aria-components';
import { isRunnable } from '../../../node/contract/modules.ts';
import type { GitMark } from '../../../node/contract/git.ts';
import type { TreeNode } from './tree.ts';

interface FileRowProps {
  readonly node: TreeNode;
  /** By path; of a folder, what is in it. */
  readonly marks: ReadonlyMap<string, GitMark>;
  onMenu(path: string, x: number, y: number): void;
  /** A single click opens a file or folds a folder: selection alone shows nothing. */
  onClick(node: TreeNode): void;
}

function Picture({ node }: { readonly node: TreeNode }): React.ReactNode {
  if (node.kind === 'folder') return <Folder size={14} aria-hidden />;
  if (isRunnable(node.name)) return <FileCode2 size={14} aria-hidden className="lua" />;
  return node.name.endsWith('.json') ? <Braces size={14} aria-hidden /> : <File size={14} aria-hidden />;
}

const SIGNS: Readonly<Record<GitMark, readonly [string, string]>> = {
  modified: ['M', 'changed since the last commit'],
  added: ['A', 'added, not committed yet'],
  deleted: ['D', 'deleted since the last commit'],
  untracked: ['U', 'not known to git'],
};

function GitSign({ mark, isFolder }: { readonly mark: GitMark | undefined; readonly isFolder: boolean }): React.ReactNode {
  if (mark === undefined) return null;
  const [sign, words] = isFolder ? ['•', 'has files that are not committed'] : SIGNS[mark];
  return (
    <span className="file-git" role="img" aria-label={words} title={words}>
      {sign}
    </span>
  );
}

/** One row of the tree, and below it those of its children. */
export function FileRow({ node, marks, onMenu, onClick }: FileRowProps): React.ReactNode {
  return (
    <TreeItem id={node.path} textValue={node.name} className="tree-row" hasChildItems={node.kind === 'folder'}>
      <TreeItemContent>
        {({ level, isExpanded }) => (
          <div
            className={`file-line ${marks.get(node.path) ?? ''}`}
            style={{ paddingLeft: 6 + (level - 1) * 14 }}
            onClick={(event) => {
              // The chevron folds by itself.
              if (event.target instanceof Element && event.target.closest('button') === null) onClick(node);
            }}
            onContextMenu={(event) => {
              event.preventDefault();
              onMenu(node.path, event.clientX, event.clientY);
            }}
          >
            {node.kind === 'folder' ? (
              <Button
                slot="chevron"
                className={isExpanded ? 'chevron open' : 'chevron'}
                aria-label={isExpanded ? 'Close folder' : 'Open folder'}
              >
                <ChevronRight size={13} aria-hidden />
              </Button>
            ) : (
              <span className="chevron" />
            )}
            <Picture node={node} />
            <span className="file-name">{node.name}</span>
            <GitSign mark={marks.get(node.path)} isFolder={node.kind === 'folder'} />
          </div>
        )}
      </TreeItemContent>
      {node.children.map((child) => (
        <FileRow key={child.path} node={child} marks={marks} onMenu={onMenu} onClick={onClick} />
      ))}
    </TreeItem>
  );
}

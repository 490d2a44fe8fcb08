import { Braces, ChevronRight, File, FileCode2, Folder } from 'lucide-react';
import { Button, TreeItem, TreeItemContent } from 'react-aria-components';
import { isRunnable } from '../../../node/contract/modules.ts';
import type { TreeNode } from './tree.ts';

interface FileRowProps {
  readonly node: TreeNode;
  onMenu(path: string, x: number, y: number): void;
  /** A single click opens a file or folds a folder: selection alone shows nothing. */
  onClick(node: TreeNode): void;
}

function Picture({ node }: { readonly node: TreeNode }): React.ReactNode {
  if (node.kind === 'folder') return <Folder size={14} aria-hidden />;
  if (isRunnable(node.name)) return <FileCode2 size={14} aria-hidden className="lua" />;
  return node.name.endsWith('.json') ? <Braces size={14} aria-hidden /> : <File size={14} aria-hidden />;
}

/** One row of the tree, and below it those of its children. */
export function FileRow({ node, onMenu, onClick }: FileRowProps): React.ReactNode {
  return (
    <TreeItem id={node.path} textValue={node.name} className="tree-row" hasChildItems={node.kind === 'folder'}>
      <TreeItemContent>
        {({ level, isExpanded }) => (
          <div
            className="file-line"
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
          </div>
        )}
      </TreeItemContent>
      {node.children.map((child) => (
        <FileRow key={child.path} node={child} onMenu={onMenu} onClick={onClick} />
      ))}
    </TreeItem>
  );
}

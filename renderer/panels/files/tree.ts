import type { FileEntry } from '../../../node/contract/desktop.ts';
import type { GitMark, GitStatus } from '../../../node/contract/git.ts';

/** A file or folder with what is in it. */
export interface TreeNode {
  readonly path: string;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly children: readonly TreeNode[];
}

/** The entries (parents before children, in order) as a tree. A folder that is only named by its files is added. */
export function treeOf(entries: readonly FileEntry[]): readonly TreeNode[] {
  const root: TreeNode[] = [];
  const folders = new Map<string, TreeNode[]>([['', root]]);
  const folder = (path: string): TreeNode[] => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const children: TreeNode[] = [];
    folders.set(path, children);
    folder(parentOf(path)).push({ path, name: nameOf(path), kind: 'folder', children });
    return children;
  };
  for (const entry of entries) {
    if (entry.kind === 'folder') folder(entry.path);
    else folder(parentOf(entry.path)).push({ path: entry.path, name: nameOf(entry.path), kind: 'file', children: [] });
  }
  return root;
}

/** The marks by path. A folder has that of what was changed in it; one in which all is new, that of what is new. */
export function gitMarks(files: GitStatus['files']): ReadonlyMap<string, GitMark> {
  const marks = new Map<string, GitMark>();
  for (const { path, mark } of files) {
    marks.set(path, mark);
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      const before = marks.get(folder);
      marks.set(folder, before === undefined || before === mark ? mark : 'modified');
    }
  }
  return marks;
}

/** `src/a/b.lua` → `src/a`; '' at the top. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path in a folder ('' for the top). */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

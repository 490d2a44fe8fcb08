import { AoError, reasonOf } from '../contract/errors.ts';

/** The system's code of a failed file operation (ENOENT, EACCES, …); '' when there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True when the system refused because of permissions or a read-only disk. */
export function isRefused(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error));
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the system does not allow it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EINVAL: 'the system refuses this path',
  ELOOP: 'its links go in a circle',
  EBUSY: 'it is in use',
  EMFILE: 'too many files are open',
};

/** A failed operation on `path` (relative, as the person knows it) as an error of the table. */
export function fileError(error: unknown, path: string): AoError {
  if (error instanceof AoError) return error;
  const code = systemCode(error);
  if (code === 'ENOENT') return new AoError('FILE_MISSING', { path });
  if (code === 'EEXIST' || code === 'ENOTEMPTY') return new AoError('FILE_EXISTS', { path });
  if (code === 'ENAMETOOLONG') return new AoError('FILE_NAME_INVALID', { path: `${path.slice(0, 60)}…` });
  return new AoError('FILE_UNREADABLE', { path, reason: REASONS[code] ?? reasonOf(error) });
}

/** Runs one file operation; what fails is an error of the table that names `path`. */
export async function fileStep<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw fileError(error, path);
  }
}

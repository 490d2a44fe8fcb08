import type { ProcessInfo } from '../contract/answers.ts';
import type { Assignment, Item, LogEntry } from '../contract/item.ts';

/** An id of 32 bytes takes 43 characters; a printable anchor of 32 bytes takes 32. */
const ANCHOR_BYTES = 32;

/**
 * A log entry as the reference SU writes it (protocol §3.2): empty anchors are null, an empty target stays ''.
 * @param isAnchorShown the assignment's anchor in base64url, as with `show-anchor`.
 */
export function messageJson({ assignment, message }: LogEntry, isAnchorShown: boolean): object {
  return { message: message === null ? null : itemJson(message), assignment: assignmentJson(assignment, isAnchorShown) };
}

function itemJson({ id, address, owner, data, tags, signature, anchor, target }: Item): object {
  return { id, owner: { address, key: owner }, data, tags, signature, anchor: anchor === '' ? null : anchor, target };
}

function assignmentJson({ id, address, owner, tags, signature, anchor }: Assignment, isAnchorShown: boolean): object {
  const shown = isAnchorShown && anchor.length === ANCHOR_BYTES ? Buffer.from(anchor, 'latin1').toString('base64url') : anchor;
  return { id, owner: { address, key: owner }, tags, signature, anchor: shown === '' ? null : shown, target: '' };
}

/** A process as `GET /processes/{pid}` gives it (protocol §3.3): the block is padded text, the timestamp a number. */
export function processJson({ process, item, assignment }: ProcessInfo): object {
  return {
    process_id: process,
    block: paddedHeight(assignment.blockHeight),
    owner: { address: item.address, key: item.owner },
    tags: item.tags,
    timestamp: assignment.timestampMs,
    data: item.data,
    anchor: item.anchor === '' ? null : item.anchor,
    signature: item.signature,
    target: item.target === '' ? null : item.target,
  };
}

/** A block height as the SU writes it: twelve digits. */
export function paddedHeight(height: number): string {
  return String(height).padStart(12, '0');
}

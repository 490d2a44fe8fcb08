import { AoError } from '../contract/errors.ts';

/** Data items that come in parts, as the SDKs of Turbo and Irys send large ones. They are kept in memory until they are whole. */
export interface PartedUploads {
  /** Begins an upload. @returns its id. */
  begin(): string;
  /** Where parts of it stand, as [offset, length]; null when there is no such upload. */
  partsOf(id: string): readonly (readonly [number, number])[] | null;
  /**
   * Takes a part; a part at the same offset takes the place of the one before.
   * @throws AoError UPLOAD_UNKNOWN, ITEM_TOO_LARGE.
   */
  put(id: string, offset: number, bytes: Uint8Array): void;
  /**
   * All parts as one, which ends the upload.
   * @throws AoError UPLOAD_UNKNOWN, ITEM_TRUNCATED when a part is missing.
   */
  take(id: string): Uint8Array;
}

interface Upload {
  readonly parts: Map<number, Uint8Array>;
}

/** Those that nobody goes on with make room for new ones. */
const UPLOADS_MAX = 64;

/** @param limit most bytes of one upload, and of all together. */
export function createPartedUploads(limit: number, newId: () => string): PartedUploads {
  const uploads = new Map<string, Upload>();
  const existing = (id: string): Upload => {
    const found = uploads.get(id);
    if (found === undefined) throw new AoError('UPLOAD_UNKNOWN', { id: id.slice(0, 64) });
    return found;
  };
  const bytesOf = ({ parts }: Upload): number => [...parts.values()].reduce((sum, part) => sum + part.length, 0);
  return {
    begin() {
      const [oldest] = uploads.keys();
      if (uploads.size >= UPLOADS_MAX && oldest !== undefined) uploads.delete(oldest);
      const id = newId();
      uploads.set(id, { parts: new Map() });
      return id;
    },
    partsOf(id) {
      const found = uploads.get(id);
      return found === undefined ? null : [...found.parts].map(([offset, { length }]) => [offset, length] as const);
    },
    put(id, offset, bytes) {
      const upload = existing(id);
      const others = [...uploads.values()].reduce((sum, one) => sum + bytesOf(one), 0) - (upload.parts.get(offset)?.length ?? 0);
      if (offset + bytes.length > limit || others + bytes.length > limit)
        throw new AoError('ITEM_TOO_LARGE', { bytes: Math.max(offset, others) + bytes.length, limit });
      upload.parts.set(offset, bytes);
    },
    take(id) {
      const { parts } = existing(id);
      const ordered = [...parts].toSorted(([a], [b]) => a - b);
      let end = 0;
      for (const [offset, { length }] of ordered) {
        if (offset !== end) throw new AoError('ITEM_TRUNCATED', { part: `part at byte ${end}` });
        end += length;
      }
      uploads.delete(id);
      return Buffer.concat(ordered.map(([, bytes]) => bytes));
    },
  };
}

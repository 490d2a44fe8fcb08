import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import type { RemovedMessage } from '../contract/redaction.ts';
import { textOf, type Database } from '../store/database.ts';

export const REMOVED_TABLE = 'CREATE TABLE removed (message TEXT PRIMARY KEY, item TEXT NOT NULL) WITHOUT ROWID;';

/** What is left of messages that were taken out of a recording. Of a project of one's own there are none. */
export interface Removed {
  keep(messages: readonly RemovedMessage[]): void;
  of(message: ItemId): RemovedMessage | null;
}

/** Opens it over the SU's database (table {@link REMOVED_TABLE}). */
export function openRemoved(database: Database): Removed {
  let isEmpty = database.get('SELECT 1 AS one FROM removed LIMIT 1') === undefined;
  return {
    keep(messages) {
      database.transaction(() => {
        for (const one of messages)
          database.run('INSERT OR REPLACE INTO removed (message, item) VALUES (?, ?)', one.id, JSON.stringify(one));
      });
      isEmpty = isEmpty && messages.length === 0;
    },
    of(message) {
      const row = isEmpty ? undefined : database.get('SELECT item FROM removed WHERE message = ?', message);
      if (row === undefined) return null;
      // Our own: parsed when it was taken out of the recording, so only the brand is made again.
      const kept = JSON.parse(textOf(row, 'item')) as RemovedMessage;
      return { ...kept, id: toItemId(kept.id) };
    },
  };
}

/** What is left of a message in the form of an item: without a signature, and without what was taken out. */
export function itemOfRemoved({ id, address, target, anchor, tags, data }: RemovedMessage): Item {
  return {
    id,
    signatureType: 0,
    signature: '',
    owner: '',
    address,
    target,
    anchor,
    tags,
    data,
    dataBytes: data === null ? 0 : Buffer.byteLength(data),
  };
}

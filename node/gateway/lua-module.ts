import { toItemId, type ItemId } from '../contract/ids.ts';
import { textOf, type Database } from '../store/database.ts';

/** Which item of this gateway is the app's own Lua module. */
export interface LuaModule {
  /** Null until the app has said so. */
  current(): ItemId | null;
  /** Call it within a transaction. */
  name(id: ItemId): void;
}

export function createLuaModule(database: Database): LuaModule {
  const row = database.get('SELECT id FROM lua_module');
  let current = row === undefined ? null : toItemId(textOf(row, 'id'));
  return {
    current: () => current,
    name(id) {
      if (id === current) return;
      database.run('DELETE FROM lua_module');
      database.run('INSERT INTO lua_module (id) VALUES (?)', id);
      current = id;
    },
  };
}

import { itemType, tagValue, type Item } from '../contract/item.ts';
import type { ItemSketch } from '../contract/trace.ts';

const PREVIEW_CHARACTERS = 256;

/** What a fact tells of an item. */
export function sketchOf(item: Item): ItemSketch {
  const type = itemType(item.tags);
  return {
    type,
    target: type === 'Process' ? item.id : item.target,
    from: tagValue(item.tags, 'From-Process') || item.address,
    action: tagValue(item.tags, 'Action'),
    name: type === 'Process' ? tagValue(item.tags, 'Name') : null,
    preview: item.data === null ? null : item.data.slice(0, PREVIEW_CHARACTERS),
    dataBytes: item.dataBytes,
  };
}

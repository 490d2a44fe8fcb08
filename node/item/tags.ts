import type { ProcessId } from '../contract/ids.ts';
import { itemType, tagValue, type Item, type Tag } from '../contract/item.ts';
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
    ...timesOf(item.tags),
  };
}

/** Of an item that is not at hand: assigned data lies on the gateway. */
export function unseenSketch(process: ProcessId): ItemSketch {
  return { type: 'Other', target: process, from: '', action: null, name: null, preview: null, dataBytes: 0 };
}

const TIME = /time|date|expir|deadline|until|since|schedule/i;
const NUMBER = /^\d{9,16}$/;
const TIMES_MAX = 5;

function timesOf(tags: readonly Tag[]): Pick<ItemSketch, 'times'> {
  // The value first: hardly any is a number that long.
  const times = tags.filter(({ name, value }) => NUMBER.test(value) && TIME.test(name) && name.length <= 60).slice(0, TIMES_MAX);
  return times.length === 0 ? {} : { times: times.map(({ name, value }) => ({ name, value })) };
}

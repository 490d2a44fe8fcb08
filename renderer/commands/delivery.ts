import { AoError } from '../../node/contract/errors.ts';
import { toItemId } from '../../node/contract/ids.ts';
import { keyOf, type MessageRow } from '../model/rows.ts';
import { rowByKey } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

const category = 'Node';
/** How long a delivery that was chosen may take to get its slot before the focus stays where it is. */
const PATIENCE_MS = 5_000;

/** Pausing the node and letting it go on message by message. */
export function deliveryCommands(app: App): Command[] {
  const world = () => app.world.getState().world;
  const hasNode = (): boolean => {
    const { project } = app.workspace.getState();
    return project !== null && !project.isReadOnly;
  };
  return [
    {
      id: 'node.pause',
      title: 'Pause the node, or let it go on',
      category,
      keys: 'F6',
      isEnabled: hasNode,
      run: async () => {
        await app.link.ask(world().isPaused ? 'mu.resume' : 'mu.pause', {});
      },
    },
    {
      id: 'node.deliver',
      title: 'Deliver the next message',
      category,
      keys: 'Shift+F6',
      isEnabled: () => world().isPaused,
      run: (id) => deliver(app, id),
    },
    {
      id: 'journey.end',
      title: 'End the held journey: drop what it still has to deliver',
      category,
      isEnabled: () => hasNode() && (world().held.size > 0 || world().waiting.length > 0),
      run: async (journey) => {
        const chosen = journey ?? [...world().held.keys()][0];
        if (chosen === undefined) return;
        await app.link.ask('mu.end', { journey: toItemId(chosen) });
        app.ui.getState().notify({ tone: 'ok', sentence: 'The journey was ended: what it still had to deliver is dropped.' });
      },
    },
  ];
}

/** Delivers what waits under that name, or the first that waits, and looks at it once it has its slot. */
async function deliver(app: App, id: string | undefined): Promise<void> {
  const { waiting } = app.world.getState().world;
  const chosen = id === undefined ? waiting[0] : waiting.find((one) => one.id === id);
  if (chosen === undefined) throw id === undefined ? new AoError('NOTHING_WAITS') : new AoError('DELIVERY_UNKNOWN', { id });
  const { end } = await app.link.ask('mu.deliver', { id: chosen.id });
  const row = end === 'held' ? null : await settled(app, keyOf(chosen.row));
  if (row !== null) app.focus.getState().focusRow(row);
}

/** The row once it has its slot or is lost; null where that takes too long. */
function settled(app: App, key: string): Promise<MessageRow | null> {
  return new Promise((resolve) => {
    const isThere = (row: MessageRow | null): row is MessageRow => row !== null && row.status !== 'waiting' && row.status !== 'received';
    const look = (): MessageRow | null => rowByKey(app.world.getState().world, key);
    const end = (row: MessageRow | null): void => {
      clearTimeout(timer);
      stop();
      resolve(row);
    };
    const stop = app.world.subscribe(() => {
      const row = look();
      if (isThere(row)) end(row);
    });
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    const row = look();
    if (isThere(row)) end(row);
  });
}

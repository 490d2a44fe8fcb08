import type { ChildProcess } from 'node:child_process';
import type { Port } from '../contract/port.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createParcels, openParcel } from './parcels.ts';

/** The parent's end of a child forked with `{ serialization: 'advanced' }`. */
export function childPort(child: ChildProcess): Port {
  const inbox = createInbox();
  child.on('message', (parcel) => deliver(inbox, parcel));
  child.once('disconnect', inbox.end);
  child.once('exit', inbox.end);
  // Without a listener a failed spawn or a send into a dying child would end the parent.
  child.on('error', inbox.end);
  const parcels = createParcels((parcel) => {
    if (child.connected) child.send([...parcel], () => undefined);
  });
  return {
    post: parcels.post,
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      parcels.flush();
      if (child.connected) child.disconnect();
    },
  };
}

/** The child's end of the same pipe; closes when the parent is gone. */
export function parentPort(): Port {
  const inbox = createInbox();
  process.on('message', (parcel) => deliver(inbox, parcel));
  process.once('disconnect', inbox.end);
  const parcels = createParcels((parcel) => {
    if (process.connected) process.send?.(parcel, undefined, {}, () => undefined);
  });
  return {
    post: parcels.post,
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      parcels.flush();
      if (process.connected) process.disconnect();
    },
  };
}

function deliver(inbox: Inbox, parcel: unknown): void {
  for (const message of openParcel(parcel)) inbox.deliver(message);
}

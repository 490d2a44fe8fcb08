import type { ChildProcess } from 'node:child_process';
import type { Envelope } from '../contract/envelope.ts';
import type { Port } from '../contract/port.ts';
import { createInbox } from './inbox.ts';

/** The parent's end of a child forked with `{ serialization: 'advanced' }`. */
export function childPort(child: ChildProcess): Port {
  const inbox = createInbox();
  child.on('message', (message) => inbox.deliver(message as Envelope));
  child.once('disconnect', inbox.end);
  child.once('exit', inbox.end);
  // Without a listener a failed spawn or a send into a dying child would end the parent.
  child.on('error', inbox.end);
  return {
    post(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      if (child.connected) child.disconnect();
    },
  };
}

/** The child's end of the same pipe; closes when the parent is gone. */
export function parentPort(): Port {
  const inbox = createInbox();
  process.on('message', (message) => inbox.deliver(message as Envelope));
  process.once('disconnect', inbox.end);
  return {
    post(message) {
      if (process.connected) process.send?.(message, undefined, {}, () => undefined);
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      if (process.connected) process.disconnect();
    },
  };
}

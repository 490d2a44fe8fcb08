import type { Envelope } from './envelope.ts';

/** Two-way pipe: all that a unit or a window knows of the world outside its own process. */
export interface Port {
  /** Sends; after the pipe has closed it does nothing. */
  post(message: Envelope): void;
  onMessage(listener: (message: Envelope) => void): void;
  /** Called once when the other side is gone, however it went. */
  onClose(listener: () => void): void;
  close(): void;
}

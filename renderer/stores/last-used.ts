const CHANNEL = 'aoscope.used';
const USES = ['keydown', 'pointerdown', 'wheel'] as const;

/**
 * Tells whether this is the window that a person has used last, of those that are open: how a project was left is how it
 * stands there. One that has just been opened is.
 */
export function followUse(): () => boolean {
  const channel = new BroadcastChannel(CHANNEL);
  let isLast = true;
  const use = (): void => {
    if (!isLast) channel.postMessage(null);
    isLast = true;
  };
  channel.addEventListener('message', () => (isLast = false));
  channel.postMessage(null);
  for (const kind of USES) addEventListener(kind, use, { capture: true, passive: true });
  return () => isLast;
}

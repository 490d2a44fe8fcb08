/** When the window shows what has come in. */
export interface Pace {
  /** Runs `show` when it is time: at the next frame where showing is quick, and so seldom that time is left for all else where it is not. */
  soon(show: () => void): void;
  /** What was to be shown is not any more. */
  forget(): void;
}

/** Showing what comes in takes at most this share of the time, and this one while a person types. */
const SHARE = 0.3;
const TYPING_SHARE = 0.05;
/** However long showing takes, nobody waits longer for it. */
const WAIT_MAX_MS = 250;
const TYPING_WAIT_MAX_MS = 1_000;
/** Who has pressed a key so lately is typing. */
const TYPING_MS = 1_000;
/** While one types, the moment right after a key has been shown is waited for, so long: the next key is the farthest away then. */
const NEXT_KEY_MS = 300;
/** Where frames are not drawn (a hidden window), it is shown at this pace. */
const HIDDEN_FRAME_MS = 250;

export function createPace(): Pace {
  let costMs = 0;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  let pressedAtMs = Number.NEGATIVE_INFINITY;
  let stop: (() => void) | null = null;
  /** Waits for a key to be shown. */
  let keyShown: (() => void) | null = null;

  if (typeof addEventListener === 'function')
    addEventListener(
      'keydown',
      () => {
        pressedAtMs = performance.now();
        if (keyShown !== null) onFrame(() => afterwards(() => keyShown?.()));
      },
      { capture: true },
    );
  const isTyping = (): boolean => performance.now() - pressedAtMs < TYPING_MS;
  const run = (show: () => void): void => {
    stop = null;
    const startedAtMs = performance.now();
    show();
    // What listens draws before anything else gets its turn.
    afterwards(() => {
      endedAtMs = performance.now();
      costMs = endedAtMs - startedAtMs;
    });
  };

  return {
    soon(show) {
      if (stop !== null) return;
      const [share, mostMs] = isTyping() ? [TYPING_SHARE, TYPING_WAIT_MAX_MS] : [SHARE, WAIT_MAX_MS];
      const waitMs = endedAtMs + Math.min(mostMs, costMs / share - costMs) - performance.now();
      stop = later(waitMs, () => {
        if (!isTyping()) {
          stop = onFrame(() => run(show));
          return;
        }
        const stopWaiting = later(NEXT_KEY_MS, go);
        keyShown = go;
        stop = () => {
          keyShown = null;
          stopWaiting();
        };
        function go(): void {
          stop?.();
          run(show);
        }
      });
    },
    forget() {
      stop?.();
      stop = null;
    },
  };
}

/** At once where there is nothing to wait for. Returns the way to call it off. */
function later(waitMs: number, act: () => void): () => void {
  if (waitMs <= 0) {
    let isOff = false;
    queueMicrotask(() => {
      if (!isOff) act();
    });
    return () => (isOff = true);
  }
  const timer = setTimeout(act, waitMs);
  return () => clearTimeout(timer);
}

/** When the next frame is made. Returns the way to call it off. */
function onFrame(act: () => void): () => void {
  if (typeof requestAnimationFrame === 'undefined') {
    const timer = setTimeout(act, 0);
    return () => clearTimeout(timer);
  }
  let isDone = false;
  const once = (): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    act();
  };
  const timer = setTimeout(once, HIDDEN_FRAME_MS);
  requestAnimationFrame(once);
  return () => {
    isDone = true;
    clearTimeout(timer);
  };
}

/** When all that follows from what runs now is done, and the frame it runs in is painted. */
function afterwards(act: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener(
    'message',
    () => {
      port1.close();
      act();
    },
    { once: true },
  );
  port1.start();
  port2.postMessage(null);
}

/** When the window shows what has come in. */
export interface Pace {
  /** Runs `show`, which says whether there was something to show, when it is time: at the next frame where showing is quick, and so seldom that time is left for all else where it is not. */
  soon(show: () => boolean): void;
  /** What was to be shown is not any more, and how long it took is not known any more either. */
  forget(): void;
  /** Keys are not listened for any more. */
  end(): void;
}

/** Showing what comes in takes at most this share of the time, and this one while a person types. */
const SHARE = 0.3;
const TYPING_SHARE = 0.05;
/** However long showing takes, nobody waits longer for it. */
const WAIT_MAX_MS = 250;
const TYPING_WAIT_MAX_MS = 1_000;
/** Who has written so lately is typing. */
const TYPING_MS = 1_000;
/** While one types, the moment right after a key has been shown is waited for, so long: the next key is the farthest away then. */
const NEXT_KEY_MS = 300;
/** Where frames are not drawn (a hidden window), it is shown at this pace. */
const HIDDEN_FRAME_MS = 250;

const TEXT_FIELDS = 'textarea, input:not([type="checkbox"], [type="radio"], [type="range"]), [contenteditable="true"], [role="textbox"]';
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock']);

export function createPace(): Pace {
  let costMs = 0;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  let pressedAtMs = Number.NEGATIVE_INFINITY;
  let stop: (() => void) | null = null;
  /** Waits for a key to be shown. */
  let keyShown: (() => void) | null = null;
  /** Ends the waiting for one who types. */
  let showNow: (() => void) | null = null;
  /** How often it has been forgotten: what was shown before is not measured any more. */
  let era = 0;
  /** Something is being shown, and how long it takes is not known yet. */
  let isShowing = false;
  /** What is asked for meanwhile. */
  let next: (() => boolean) | null = null;

  const stopWatching = watchKeys({
    writes() {
      pressedAtMs = performance.now();
      if (keyShown !== null) onFrame(() => afterwards(() => keyShown?.()));
    },
    commands() {
      // What a command brings about is not kept back for one who types.
      pressedAtMs = Number.NEGATIVE_INFINITY;
      showNow?.();
    },
  });
  const isTyping = (): boolean => performance.now() - pressedAtMs < TYPING_MS;
  const run = (show: () => boolean): void => {
    stop = null;
    showNow = null;
    const startedAtMs = performance.now();
    const own = era;
    isShowing = true;
    let isShown = false;
    try {
      isShown = show();
    } finally {
      // What listens draws before anything else gets its turn; what comes meanwhile is asked for before it is known how long that took.
      // Also after a fault: what comes later is shown nevertheless.
      afterwards(() => {
        if (own !== era) return;
        if (isShown) {
          endedAtMs = performance.now();
          costMs = endedAtMs - startedAtMs;
        }
        isShowing = false;
        const wanted = next;
        next = null;
        if (wanted !== null) soon(wanted);
      });
    }
  };
  const callOff = (): void => {
    stop?.();
    stop = null;
    showNow = null;
  };

  const dueMs = (share: number, mostMs: number): number => endedAtMs + Math.min(mostMs, costMs / share - costMs) - performance.now();

  const soon = (show: () => boolean): void => {
    if (stop !== null) return;
    if (isShowing) {
      next = show;
      return;
    }
    const atFrame = (): void => {
      showNow = null;
      stop = onFrame(() => run(show));
    };
    if (!isTyping()) {
      stop = later(dueMs(SHARE, WAIT_MAX_MS), atFrame);
      return;
    }
    showNow = () => {
      stop?.();
      // As soon as it would be if nobody had typed.
      stop = later(dueMs(SHARE, WAIT_MAX_MS), atFrame);
      showNow = null;
    };
    stop = later(dueMs(TYPING_SHARE, TYPING_WAIT_MAX_MS), () => {
      if (!isTyping()) {
        atFrame();
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
  };

  return {
    soon,
    forget() {
      callOff();
      next = null;
      isShowing = false;
      era += 1;
      costMs = 0;
      endedAtMs = Number.NEGATIVE_INFINITY;
    },
    end() {
      callOff();
      next = null;
      era += 1;
      stopWatching();
    },
  };
}

/** Tells keys that write from those that command. Returns the way to stop. */
function watchKeys(tell: { writes(): void; commands(): void }): () => void {
  if (typeof addEventListener !== 'function') return () => undefined;
  const pressed = (event: KeyboardEvent): void => {
    if (isWriting(event)) tell.writes();
    else if (isCommand(event)) tell.commands();
  };
  addEventListener('keydown', pressed, { capture: true });
  return () => removeEventListener('keydown', pressed, { capture: true });
}

/** Does a key put text in or take it out where it is pressed? */
function isWriting({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const isText = key.length === 1 || key === 'Backspace' || key === 'Delete';
  return isText && target instanceof Element && target.closest(TEXT_FIELDS) !== null;
}

/** Enter, a key such as F5, and chords: what was written is to have its effect now. */
function isCommand({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (MODIFIERS.has(key)) return false;
  return key === 'Enter' || ctrlKey || metaKey || altKey || /^F\d/.test(key);
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

/** Runs in the page: how long what a person does takes until it is seen. */

/** What has changed when the page shows nothing new for so long, ms. */
const QUIET_MS = 250;
const LONGEST_MS = 60_000;

declare global {
  interface Window {
    watched: Promise<number> | undefined;
    drawn: { stop(): number[] } | undefined;
    pressed: { stop(): number[] } | undefined;
  }
}

/** Who waits for the next event of a type. The page may keep an event to itself, so this listens before the page does. */
const hearing = new Map<string, (event: Event) => void>();
for (const type of ['keydown', 'input', 'click']) {
  const hear = (event: Event): void => {
    const isModifier = event instanceof KeyboardEvent && ['Shift', 'Control', 'Alt'].includes(event.key);
    if (!isModifier) hearing.get(type)?.(event);
  };
  addEventListener(type, hear, { capture: true });
}

/** Resolves after the frame has been painted. */
const painted = (): Promise<number> =>
  new Promise((done) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => done(performance.now()));
      channel.port1.start();
      channel.port2.postMessage(null);
    }),
  );

/**
 * Ms from the next event of that type to the paint of the last thing that changes because of it. The status bar is left
 * out: a clock runs there.
 */
export function watch(type: 'keydown' | 'input' | 'click'): void {
  window.watched = new Promise((done) => {
    hearing.set(type, (event) => {
      hearing.delete(type);
      let lastMs = event.timeStamp;
      let quiet = setTimeout(finish, QUIET_MS);
      const end = setTimeout(finish, LONGEST_MS);
      const observer = new MutationObserver((changes) => {
        if (changes.every(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest('.status') !== null)) return;
        clearTimeout(quiet);
        quiet = setTimeout(finish, QUIET_MS);
        void painted().then((ms) => (lastMs = Math.max(lastMs, ms)));
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
      function finish(): void {
        clearTimeout(end);
        clearTimeout(quiet);
        observer.disconnect();
        void painted().then(() => done(lastMs - event.timeStamp));
      }
    });
  });
}

/** Ms between the frames from now on. */
export function watchFrames(): void {
  const tookMs: number[] = [];
  let isOn = true;
  let beforeMs = performance.now();
  const next = (): void => {
    const nowMs = performance.now();
    tookMs.push(nowMs - beforeMs);
    beforeMs = nowMs;
    if (isOn) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  window.drawn = {
    stop() {
      isOn = false;
      return tookMs;
    },
  };
}

/** Ms from each press of a key to the frame that shows it. */
export function watchKeys(): void {
  const tookMs: number[] = [];
  const heard = ({ timeStamp }: Event): void => void painted().then((ms) => tookMs.push(ms - timeStamp));
  addEventListener('keydown', heard, { capture: true });
  window.pressed = {
    stop() {
      removeEventListener('keydown', heard, { capture: true });
      return tookMs;
    },
  };
}

import type { Fact, UnitName } from '../../node/contract/trace.ts';
import { createTelling } from './flow-page.ts';

/** Runs in the page: how long what a person does takes until it is seen. */

/** What has changed when the page shows nothing new for so long, ms. */
const QUIET_MS = 250;
const LONGEST_MS = 60_000;
const BESIDE = '.status, [data-live-announcer]';

declare global {
  interface Window {
    watched: Promise<number> | undefined;
    drawn: { stop(): number[] } | undefined;
    pressed: { stop(): number[] } | undefined;
    streamed: { stop(): number[] } | undefined;
    /** What went wrong in the page. */
    failures: string[];
  }
}

window.failures = [];
addEventListener('error', ({ message }) => window.failures.push(message));
addEventListener('unhandledrejection', ({ reason }) => window.failures.push(String(reason)));

/** Who waits for the next event of a type. The page may keep an event to itself, so this listens before the page does. */
const hearing = new Map<string, (event: Event) => void>();
for (const type of ['keydown', 'input', 'click']) {
  const hear = (event: Event): void => {
    const isModifier = event instanceof KeyboardEvent && ['Shift', 'Control', 'Alt'].includes(event.key);
    if (!isModifier) hearing.get(type)?.(event);
  };
  addEventListener(type, hear, { capture: true });
}

/** Is a frame being made? What changes then (because something was resized, say) is painted with it, not with the next one. */
let isInFrame = false;

const afterPaint = (act: () => void): void => {
  const channel = new MessageChannel();
  channel.port1.addEventListener('message', act);
  channel.port1.start();
  channel.port2.postMessage(null);
};

/** Resolves after what has changed by now has been painted. */
const painted = (): Promise<number> =>
  new Promise((done) => {
    if (isInFrame) afterPaint(() => done(performance.now()));
    else
      requestAnimationFrame(() => {
        isInFrame = true;
        afterPaint(() => {
          isInFrame = false;
          done(performance.now());
        });
      });
  });

/**
 * Ms from the next event of that type to the paint of the last thing that changes because of it. The status bar is left
 * out, since a clock runs there, and so is what nobody sees: words for screen readers are taken away again after some seconds.
 */
export function watch(type: 'keydown' | 'input' | 'click'): void {
  window.watched = new Promise((done) => {
    hearing.set(type, (event) => {
      hearing.delete(type);
      let lastMs = event.timeStamp;
      let quiet = setTimeout(finish, QUIET_MS);
      const end = setTimeout(finish, LONGEST_MS);
      const observer = new MutationObserver((changes) => {
        if (changes.every(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest(BESIDE) !== null)) return;
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

/** The window's socket, and how far its node has told. */
const wire: { socket: WebSocket | null; readonly last: Record<UnitName, number> } = {
  socket: null,
  last: { gateway: 0, su: 0, cu: 0, mu: 0 },
};

/** Listens beside the window to what its node says, and can say something itself. */
class HeardSocket extends WebSocket {
  private readonly asked = new Map<number, UnitName>();

  constructor(url: string | URL) {
    super(url);
    wire.socket = this;
    this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const text = String(data);
      const answer = /^\{"kind":"answer","id":(\d+),"value":\{"facts":\[\],"last":(\d+)/.exec(text.slice(0, 200));
      const unit = this.asked.get(Number(answer?.[1]));
      if (unit !== undefined) wire.last[unit] = Math.max(wire.last[unit], Number(answer?.[2]));
    });
  }

  override send(data: string): void {
    const ask = /"id":(\d+),"name":"(mu|su|cu|gateway)\.facts"/.exec(data);
    if (ask !== null) this.asked.set(Number(ask[1]), ask[2] as UnitName);
    super.send(data);
  }
}
window.WebSocket = HeardSocket;

const MESSAGES = /([\d,]+) messages/;
/** How many messages the line above the lanes says that there are. */
function shownNow(): number {
  const said = [...document.querySelectorAll('[role=status]')]
    .map((one) => MESSAGES.exec(one.textContent)?.[1])
    .find((one) => one !== undefined);
  return Number(said?.replaceAll(',', '') ?? 0);
}

/** Messages that are told in one go while many are. */
const PART = 2_000;

/** Made-up messages come over the socket until there are `total`, as fast as the window takes them. @returns once it shows them all */
export async function fill(total: number): Promise<void> {
  const message = createTelling(200);
  const tell = teller();
  const before = shownNow();
  for (let sent = 0; sent < total - before; sent += PART) {
    tell(Array.from({ length: Math.min(PART, total - before - sent) }, message).flat());
    await new Promise((done) => setTimeout(done));
  }
  while (shownNow() < total) await new Promise((done) => setTimeout(done, LOOK_MS));
}

/** Gives a way to let the window's socket bring facts behind those of its node. */
function teller(): (facts: readonly Fact[]) => void {
  const first = { ...wire.last };
  let told = 0;
  return (facts) => {
    for (const unit of ['mu', 'su', 'cu'] as const) {
      const atMs = Date.now();
      const own = facts
        .filter((fact) => fact.unit === unit)
        .map((fact) => ({ ...fact, seq: fact.seq + first[unit], atMs, ...(fact.kind === 'su.assigned' ? { timestampMs: atMs } : {}) }));
      if (own.length === 0) continue;
      const data = JSON.stringify({ kind: 'tell', name: 'facts', seq: (told += 1), body: { unit, facts: own } });
      wire.socket?.dispatchEvent(new MessageEvent('message', { data }));
    }
  };
}

const TELL_MS = 30;
const LOOK_MS = 100;
const FACTS_PER_MESSAGE = 3;

/** Made-up messages come over the socket, `perSecond` facts of them; tells every 100 ms by how many ms the screen is behind them. */
export function stream(perSecond: number): void {
  const message = createTelling(50);
  const tell = teller();
  const before = shownNow();
  const startedMs = performance.now();
  const lags: number[] = [];
  let sent = 0;
  const telling = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * (perSecond / FACTS_PER_MESSAGE));
    const facts: Fact[] = [];
    for (; sent < due; sent += 1) facts.push(...message());
    tell(facts);
  }, TELL_MS);
  const looking = setInterval(() => {
    const behind = sent - (shownNow() - before);
    lags.push((behind / (perSecond / FACTS_PER_MESSAGE)) * 1000);
  }, LOOK_MS);
  window.streamed = {
    stop() {
      clearInterval(telling);
      clearInterval(looking);
      return lags;
    },
  };
}

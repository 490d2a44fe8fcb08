import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../build/setup/chromium.mjs';
import { BROWSER_FLAGS } from '../kit/browser.ts';

/**
 * A page in a Chromium that nobody listens in on. Playwright follows every frame of a socket, which doubles the work of a
 * page that reads a long history: what is measured is the page as a person has it.
 */
export interface BarePage {
  /** What an expression gives, as JSON; a promise is waited for. @throws Error with what the page threw. */
  evaluate<T>(expression: string): Promise<T>;
  /** Resolves once the expression gives something true, with that. @throws Error after two minutes. */
  until<T>(expression: string): Promise<T>;
  /** Runs in every document that is opened from now on, before its own scripts. */
  addScript(source: string): Promise<void>;
  goTo(address: string): Promise<void>;
  /** In the middle of the first element that the expression gives. */
  click(element: string): Promise<void>;
  move(x: number, y: number): Promise<void>;
  wheel(x: number, y: number, deltaX: number, deltaY: number, isControl?: boolean): Promise<void>;
  /** @param key as KeyboardEvent.key says, with `Shift+` or `Control+` before it where that is held. */
  press(key: string): Promise<void>;
  /** Puts text where the caret is, as a paste does. */
  insert(text: string): Promise<void>;
  /** Ms of every task of the page's main thread while `act` goes on: how long each took, and how much of that the thread ran. */
  tasks(act: () => Promise<void>): Promise<readonly MainTask[]>;
  /** MB that are in use once everything that can go has gone: of the heap, and of lists of numbers, which lie beside it. */
  memory(): Promise<{ readonly heapMB: number; readonly listsMB: number }>;
  close(): Promise<void>;
}

/** A task of the main thread, which nothing else of the page runs beside. */
export interface MainTask {
  readonly ms: number;
  readonly cpuMs: number;
  /** What took longest in it. */
  readonly what: string;
}

const SIZE = { width: 1440, height: 900 };
const LONGEST_MS = 120_000;
const LOOK_MS = 100;
/** Codes of the keys that are pressed, besides letters. */
const CODES: Readonly<Record<string, number>> = {
  F10: 121,
  Backspace: 8,
  Enter: 13,
  Delete: 46,
  End: 35,
  Home: 36,
  Escape: 27,
  ' ': 32,
  '=': 187,
  ',': 188,
  '-': 189,
  '.': 190,
  ']': 221,
};
const MODIFIERS: Readonly<Record<string, number>> = { Control: 2, Shift: 8 };

interface Answer {
  readonly id?: number;
  /** Of what is told without being asked. */
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Send = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>;
interface Talk {
  readonly send: Send;
  /** Who hears what is told, by its method. */
  readonly hearing: Map<string, (params: Readonly<Record<string, unknown>>) => void>;
}

/** @throws Error where there is no Chromium. */
export async function openBarePage(): Promise<BarePage> {
  const program = findChromium();
  if (program === undefined) throw new Error('There is no Chromium on this machine; install one or set CHROME_PATH.');
  const profile = mkdtempSync(join(tmpdir(), 'aoscope-chromium-'));
  const flags = [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--force-prefers-reduced-motion',
    ...BROWSER_FLAGS,
  ];
  const browser = spawn(program, [...flags, 'about:blank'], { stdio: 'ignore' });
  const gone = new Promise<void>((done) => browser.once('exit', () => done()));
  const socket = new WebSocket(await pageOf(join(profile, 'DevToolsActivePort')));
  const { send, hearing } = talk(socket);
  await new Promise((done) => socket.addEventListener('open', done, { once: true }));
  await send('Page.enable');
  await send('Emulation.setDeviceMetricsOverride', { ...SIZE, deviceScaleFactor: 1, mobile: false });
  return {
    ...pageOver(send),
    tasks: (act) => tasksDuring({ send, hearing }, act),
    async close() {
      socket.close();
      browser.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address of the first page, once the browser has written down where it listens. */
async function pageOf(portFile: string): Promise<string> {
  const endMs = performance.now() + LONGEST_MS;
  for (; performance.now() < endMs; await pause(LOOK_MS)) {
    const port = existsSync(portFile) ? (readFileSync(portFile, 'utf8').split('\n')[0] ?? '') : '';
    if (port === '') continue;
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
    const page = targets.find(({ type }) => type === 'page');
    if (page !== undefined) return page.webSocketDebuggerUrl;
  }
  throw new Error('the browser has no page');
}

function talk(socket: WebSocket): Talk {
  let last = 0;
  const hearing: Talk['hearing'] = new Map();
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    else hearing.get(answer.method ?? '')?.(answer.params ?? {});
  });
  const send: Send = (method, params = {}) =>
    new Promise((done, failed) => {
      last += 1;
      waiting.set(last, ({ result, error }) =>
        error === undefined ? done(result ?? {}) : failed(new Error(`${method}: ${error.message}`)),
      );
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, hearing };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The outer one of the two names that each task has. */
const TASK = 'ThreadControllerImpl::RunTask';
const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'];

async function tasksDuring({ send, hearing }: Talk, act: () => Promise<void>): Promise<readonly MainTask[]> {
  const events: TraceEvent[] = [];
  hearing.set('Tracing.dataCollected', ({ value }) => void events.push(...(value as TraceEvent[])));
  const whole = new Promise<void>((done) => hearing.set('Tracing.tracingComplete', () => done()));
  await send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  try {
    await act();
  } finally {
    await send('Tracing.end');
    await whole;
  }
  const pages = new Set(events.filter(({ args }) => args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
  const ofPage = events.filter(({ pid, tid, ph }) => ph === 'X' && pages.has(`${pid} ${tid}`));
  const inner = ofPage.filter(({ name }) => !name.endsWith('RunTask'));
  return ofPage
    .filter(({ name }) => name === TASK)
    .map((task) => {
      const { ts, dur = 0, tdur = 0, tid } = task;
      const within = inner.filter((one) => one.tid === tid && one.ts >= ts && one.ts < ts + dur);
      const longest = within.toSorted((a, b) => (b.dur ?? 0) - (a.dur ?? 0)).slice(0, 3);
      return {
        ms: dur / 1_000,
        cpuMs: tdur / 1_000,
        what: longest.map((one) => `${one.name} ${((one.dur ?? 0) / 1_000).toFixed(1)}`).join(', '),
      };
    });
}

function pageOver(send: Send): Omit<BarePage, 'close' | 'tasks'> {
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = (await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const until = async <T>(expression: string): Promise<T> => {
    for (const endMs = performance.now() + LONGEST_MS; performance.now() < endMs; await pause(LOOK_MS)) {
      const value = await evaluate<T>(expression);
      if (value) return value;
    }
    throw new Error(`never: ${expression}`);
  };
  const mouse = (type: string, x: number, y: number, more: object = {}): Promise<unknown> =>
    send('Input.dispatchMouseEvent', { type, x, y, ...more });
  return {
    evaluate,
    until,
    addScript: async (source) => void (await send('Page.addScriptToEvaluateOnNewDocument', { source })),
    async goTo(address) {
      await send('Page.navigate', { url: 'about:blank' });
      await send('Page.navigate', { url: address });
      await until(`location.href !== 'about:blank'`);
    },
    async click(element) {
      const { x, y } = await until<{ x: number; y: number }>(`(() => {
        const box = (${element})?.getBoundingClientRect();
        return box === undefined || box.width === 0 ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      })()`);
      const button = { button: 'left', clickCount: 1 };
      await mouse('mouseMoved', x, y);
      await mouse('mousePressed', x, y, { ...button, buttons: 1 });
      await mouse('mouseReleased', x, y, button);
    },
    move: async (x, y) => void (await mouse('mouseMoved', x, y)),
    wheel: async (x, y, deltaX, deltaY, isControl = false) =>
      void (await mouse('mouseWheel', x, y, { deltaX, deltaY, modifiers: isControl ? 2 : 0 })),
    async press(combination) {
      const [key = '', ...held] = combination.split('+').toReversed();
      const code = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
      const modifiers = held.reduce((sum, name) => sum + (MODIFIERS[name] ?? 0), 0);
      const event = { key, code, windowsVirtualKeyCode: CODES[key] ?? key.toUpperCase().charCodeAt(0), modifiers };
      const text =
        key.length === 1 && !held.includes('Control') ? { text: key } : key === 'Enter' && held.length === 0 ? { text: '\r' } : {};
      await send('Input.dispatchKeyEvent', { type: 'text' in text ? 'keyDown' : 'rawKeyDown', ...event, ...text });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
    insert: async (text) => void (await send('Input.insertText', { text })),
    async memory() {
      await send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize = 0 } = (await send('Runtime.getHeapUsage')) as {
        usedSize: number;
        backingStorageSize?: number;
      };
      return { heapMB: usedSize / 1e6, listsMB: backingStorageSize / 1e6 };
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

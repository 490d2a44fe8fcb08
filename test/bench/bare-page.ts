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
  /** @param key as KeyboardEvent.key says, with `Shift+` before it where that is held. */
  press(key: string): Promise<void>;
  /** Puts text where the caret is, as a paste does. */
  insert(text: string): Promise<void>;
  /** MB that are in use once everything that can go has gone: of the heap, and of lists of numbers, which lie beside it. */
  memory(): Promise<{ readonly heapMB: number; readonly listsMB: number }>;
  close(): Promise<void>;
}

const SIZE = { width: 1440, height: 900 };
const LONGEST_MS = 120_000;
const LOOK_MS = 100;
/** Codes of the keys that are pressed, besides letters. */
const CODES: Readonly<Record<string, number>> = { F10: 121, Delete: 46, End: 35, Home: 36, Escape: 27, ' ': 32, ',': 188, '-': 189 };

interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Send = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>;

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
  const send = talk(socket);
  await new Promise((done) => socket.addEventListener('open', done, { once: true }));
  await send('Page.enable');
  await send('Emulation.setDeviceMetricsOverride', { ...SIZE, deviceScaleFactor: 1, mobile: false });
  return {
    ...pageOver(send),
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

function talk(socket: WebSocket): Send {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  return (method, params = {}) =>
    new Promise((done, failed) => {
      last += 1;
      waiting.set(last, ({ result, error }) =>
        error === undefined ? done(result ?? {}) : failed(new Error(`${method}: ${error.message}`)),
      );
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

function pageOver(send: Send): Omit<BarePage, 'close'> {
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
      const key = combination.replace('Shift+', '');
      const isShifted = key !== combination;
      const code = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
      const event = { key, code, windowsVirtualKeyCode: CODES[key] ?? key.toUpperCase().charCodeAt(0), modifiers: isShifted ? 8 : 0 };
      await send('Input.dispatchKeyEvent', {
        type: key.length === 1 ? 'keyDown' : 'rawKeyDown',
        ...event,
        ...(key.length === 1 ? { text: key } : {}),
      });
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

import { EventEmitter } from 'node:events';
import { MessagePort } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHub } from '../../node/host/hub.ts';
import { linkWindows } from './window-link.ts';

const { ipcMain } = vi.hoisted(() => ({ ipcMain: { ask: (_event: object): void => undefined } }));
vi.mock('electron', async () => ({
  ipcMain: { on: (_channel: string, listener: (event: object) => void) => (ipcMain.ask = listener) },
  MessageChannelMain: (await import('node:worker_threads')).MessageChannel,
}));

/** The page of a window, which hears commands once it has asked for its link. */
class Page extends EventEmitter {
  readonly heard: string[] = [];
  readonly mainFrame = { url: 'app://aoscope/index.html' };
  #port: MessagePort | null = null;
  #isGone = false;
  isDestroyed(): boolean {
    return this.#isGone;
  }
  postMessage(_channel: string, _message: unknown, [port]: readonly unknown[] = []): void {
    if (!(port instanceof MessagePort)) throw new Error('no port came');
    this.#port = port.on('message', (message) => this.heard.push(JSON.stringify(message)));
  }
  listen(): void {
    ipcMain.ask({ sender: this, senderFrame: this.mainFrame });
  }
  go(): void {
    this.#isGone = true;
    this.#port?.close();
    this.emit('destroyed');
  }
}

test('what a window that is gone was to do is done by another one, or by the next', async () => {
  const hub = createHub({ shell: null });
  onTestFinished(hub.close);
  const { run } = linkWindows(Promise.resolve({ hub }));
  const [first, second, third] = [new Page(), new Page(), new Page()];
  onTestFinished(() => third.go());

  // It goes before it listens, and no other window is there.
  run(first, 'project.open', '/one');
  await Promise.resolve();
  first.go();
  // And what is asked of it afterwards.
  run(first, 'project.open', '/two');
  second.listen();
  await expect.poll(() => second.heard.join()).toMatch(/\/one.*\/two/);

  // It goes while another one listens.
  const mute = new Page();
  run(mute, 'project.open', '/three');
  await Promise.resolve();
  mute.go();
  await expect.poll(() => second.heard.join()).toContain('/three');
  second.go();
  third.listen();
  run(null, 'project.open', '/four');
  await expect.poll(() => third.heard.join()).toContain('/four');
  expect(third.heard.join()).not.toMatch(/one|two|three/);
});

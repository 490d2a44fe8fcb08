import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { AoError } from '../contract/errors.ts';
import { CONTRACT_VERSION } from '../contract/envelope.ts';
import { createHub } from '../host/hub.ts';
import { listen, type Listening } from '../host/listen.ts';
import { hasDesktop, mayRead } from './browser.ts';
import { becomeInstance, handOver } from './instance.ts';
import { openLink } from './link.ts';
import { parseCommandLine } from './options.ts';
import { createPage } from './page.ts';
import { createToken, isToken } from '../host/token.ts';

let folder: string;
let handed: (string | null)[];
let served: Listening;
const token = createToken();

/** The page and its socket on a real port, with a hub that has no units. */
async function serve(withToken: string = token): Promise<Listening> {
  const page = createPage({
    rendererDir: join(folder, 'renderer'),
    token: withToken,
    async handOver(path) {
      if (path === '/missing') throw new AoError('PROJECT_MISSING', { path });
      handed.push(path);
    },
  });
  const listening = await listen(page, 0);
  const hub = createHub({ shell: null });
  const closeLink = openLink(listening.server, withToken, hub.attachWindow);
  onTestFinished(async () => {
    closeLink();
    hub.close();
    await listening.close();
  });
  return listening;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As a browser or another program would ask, with any Host one likes. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { port: served.port, host: '127.0.0.1', path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}

/** What becomes of a socket: its first message, or the status with which it was refused. */
function dial(path: string, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
    socket.on('message', (data: Buffer) => {
      socket.close();
      resolve(JSON.parse(data.toString('utf8')));
    });
    socket.on('unexpected-response', (_asked, response) => {
      response.resume();
      resolve(response.statusCode);
    });
    socket.on('error', () => {});
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aoscope-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>built window</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'main-abc.js'), 'export {};');
  await writeFile(join(folder, 'renderer', 'assets', 'glue-abc.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
  await writeFile(join(folder, 'secret'), 'hidden');
  handed = [];
  served = await serve();
});

describe('the page', () => {
  it('comes with the token, each time anew, and shuts everything foreign out', async () => {
    for (let times = 0; times < 2; times++) {
      const { status, text, headers } = await ask(`/?token=${token}`);
      expect(status).toBe(200);
      expect(text).toContain('built window');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it.each(['/', '/?token=', '/?token=wrong', '/index.html'])('explains itself at %s', async (path) => {
    const { status, text, headers } = await ask(path);
    expect(status).toBe(401);
    expect(text).not.toContain('built window');
    expect(text).toContain('Open the address that npm start printed.');
    expect(headers['content-security-policy']).toContain("object-src 'none'");
  });

  it('gives files with their types, hashed ones for ever', async () => {
    const script = await ask('/assets/main-abc.js');
    expect(script).toMatchObject({ status: 200, text: 'export {};' });
    expect(script.headers['content-type']).toMatch(/^text\/javascript/);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/assets/glue-abc.wasm')).headers['content-type']).toBe('application/wasm');
    const missing = await ask('/assets/gone-abc.js');
    expect(missing.status).toBe(404);
    expect(missing.headers['cache-control']).toBe('no-store');
  });

  it.each(['/../secret', '/assets/../../secret', '/%2e%2e/secret', '/..%2fsecret', '/..\\secret', '//secret'])(
    'does not leave its folder by %s',
    async (path) => {
      const { status, text } = await ask(path);
      expect(text).not.toContain('hidden');
      expect([400, 404]).toContain(status);
    },
  );

  it.each(['evil.example', '127.0.0.1.evil.example:80', 'localhost.evil.example'])('is not there for the host %s', async (host) => {
    const { status, text } = await ask(`/?token=${token}`, { headers: { host } });
    expect(status).toBe(403);
    expect(text).not.toContain('built window');
    expect(text).toContain('HOST_REFUSED');
  });

  it('says what to do when it has not been built', async () => {
    await rm(join(folder, 'renderer', 'index.html'));
    await expect(serve()).rejects.toMatchObject({ code: 'BUILD_MISSING' });
  });
});

describe('the socket', () => {
  it('opens with the token from the page itself', async () => {
    for (const host of [`127.0.0.1:${served.port}`, `localhost:${served.port}`]) {
      expect(await dial(`/link?token=${token}`, { host, origin: `http://${host}` })).toEqual({ kind: 'hello', version: CONTRACT_VERSION });
    }
  });

  it('refuses a wrong or missing token', async () => {
    const headers = { origin: `http://127.0.0.1:${served.port}` };
    expect(await dial('/link', headers)).toBe(401);
    expect(await dial('/link?token=', headers)).toBe(401);
    expect(await dial(`/link?token=${createToken()}`, headers)).toBe(401);
    expect(await dial(`/other?token=${token}`, headers)).toBe(404);
  });

  it('refuses other sites, other ports and those who do not say where they come from', async () => {
    const path = `/link?token=${token}`;
    expect(await dial(path, { origin: 'https://evil.example' })).toBe(403);
    expect(await dial(path, { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await dial(path, { origin: 'null' })).toBe(403);
    expect(await dial(path, {})).toBe(403);
    expect(await dial(path, { host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
  });
});

describe('handing over', () => {
  const body = JSON.stringify({ path: '/some/project' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  it('needs the token', async () => {
    expect((await ask('/hand-over', { method: 'POST', body })).status).toBe(401);
    expect((await ask(`/hand-over?token=${token}`, { method: 'POST', body, headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect(handed).toEqual([]);
    expect((await ask('/hand-over', { method: 'POST', body, headers })).status).toBe(200);
    expect(handed).toEqual(['/some/project']);
  });

  it('answers what is wrong with the folder, and with the question', async () => {
    const missing = await ask('/hand-over', { method: 'POST', body: '{"path":"/missing"}', headers });
    expect(missing.status).toBe(409);
    expect(JSON.parse(missing.text)).toMatchObject({ code: 'PROJECT_MISSING' });
    expect((await ask('/hand-over', { method: 'POST', body: 'garbage', headers })).status).toBe(400);
  });

  it('goes from the second instance to the first, in a file for the user alone', async () => {
    const first = await becomeInstance(folder);
    if (!('publish' in first)) throw new Error('nobody else is here');
    await first.publish({ url: served.url, token });
    if (process.platform !== 'win32') expect((await stat(join(folder, 'serve.json'))).mode & 0o777).toBe(0o600);

    const second = await becomeInstance(folder);
    if ('publish' in second) throw new Error('there must be one only');
    expect(second).toMatchObject({ url: served.url, token, pid: process.pid });
    await handOver(second, '/some/project');
    expect(handed).toEqual([null, '/some/project']);
    await expect(handOver(second, '/missing')).rejects.toMatchObject({ code: 'PROJECT_MISSING', details: { path: '/missing' } });

    await first.release();
    const third = await becomeInstance(folder);
    if (!('publish' in third)) throw new Error('the first one has gone');
    await third.release();
  });

  it('does not wait for ever for one that is silent', async () => {
    const first = await becomeInstance(folder);
    if (!('publish' in first)) throw new Error('nobody else is here');
    await first.publish({ url: 'http://127.0.0.1:1', token });
    await expect(becomeInstance(folder)).rejects.toMatchObject({ code: 'INSTANCE_SILENT', details: { pid: process.pid } });
    await first.release();
  });
});

describe('small parts', () => {
  it('makes tokens of 256 bits that are never the same', () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(createToken()).not.toBe(token);
    expect(isToken(token, token)).toBe(true);
    for (const wrong of [null, undefined, '', token.slice(1), `${token}x`]) expect(isToken(wrong, token)).toBe(false);
  });

  it('reads the command line and names what it does not understand', () => {
    expect(parseCommandLine(['some path', '--port', '5000', '--no-open'], 1)).toMatchObject({
      positionals: ['some path'],
      firstPort: 5000,
      isOpening: false,
    });
    expect(parseCommandLine([], 1)).toMatchObject({ positionals: [], firstPort: null, isOpening: true });
    for (const args of [['--bogus'], ['--port', 'abc'], ['--port', '0'], ['--port', '70000'], ['a', 'b']]) {
      expect(() => parseCommandLine(args, 1)).toThrow(expect.objectContaining({ code: 'OPTION_UNKNOWN' }));
    }
  });

  it('opens a browser only where a person would see it', () => {
    expect(hasDesktop({}, 'linux')).toBe(false);
    expect(hasDesktop({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDesktop({ DISPLAY: ':0', SSH_CONNECTION: 'x' }, 'linux')).toBe(false);
    expect(hasDesktop({}, 'darwin')).toBe(true);
    expect(hasDesktop({ CI: '1' }, 'win32')).toBe(false);
  });

  it('gives a file only to a browser that may read it', async () => {
    const snaps = await mkdtemp(join(tmpdir(), 'aoscope-snaps-'));
    onTestFinished(() => rm(snaps, { recursive: true, force: true }));
    expect(mayRead('/home/me/.local/share/aoscope/open.html', {}, snaps)).toBe(true);
    expect(mayRead('/home/me/.local/share/aoscope/open.html', { WSL_DISTRO_NAME: 'Debian' }, snaps)).toBe(false);
    await writeFile(join(snaps, 'firefox'), '');
    expect(mayRead('/home/me/.local/share/aoscope/open.html', {}, snaps)).toBe(false);
    expect(mayRead('/home/me/aoscope/open.html', {}, snaps)).toBe(true);
  });
});

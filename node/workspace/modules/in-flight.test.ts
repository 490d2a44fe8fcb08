import { expect, test } from 'vitest';
import { openInFlight } from './in-flight.ts';

/** Work that goes on until it is ended or stopped. */
function work(): { begun: number; stopped: number; end: (result: string) => void; start: (stop: AbortSignal) => Promise<string> } {
  const made = {
    begun: 0,
    stopped: 0,
    end: (_result: string): void => undefined,
    start: (stop: AbortSignal): Promise<string> => {
      made.begun++;
      stop.addEventListener('abort', () => made.stopped++);
      return new Promise((done) => (made.end = done));
    },
  };
  return made;
}

test('two who ask for the same build share it, and the next one begins anew', async () => {
  const builds = openInFlight<string>();
  const made = work();
  const both = [builds.ask('a', undefined, made.start), builds.ask('a', undefined, made.start)];
  made.end('built');
  expect([await Promise.all(both), made.begun]).toEqual([['built', 'built'], 1]);
  const third = builds.ask('a', undefined, made.start);
  made.end('again');
  expect([await third, made.begun]).toEqual(['again', 2]);
});

test('a build is stopped when nobody waits for it any more, and not before', async () => {
  const builds = openInFlight<string>();
  const made = work();
  const [one, other] = [new AbortController(), new AbortController()];
  const asked = [one, other].map(({ signal }) => builds.ask('a', signal, made.start));
  one.abort();
  await expect(asked[0]).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(made.stopped).toBe(0);
  other.abort();
  await expect(asked[1]).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(made.stopped).toBe(1);
  const anew = builds.ask('a', undefined, made.start);
  made.end('built');
  expect([await anew, made.begun]).toEqual(['built', 2]);
});

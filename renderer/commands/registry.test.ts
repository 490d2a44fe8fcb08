import { expect, test, vi } from 'vitest';
import { createRegistry, type Command } from './registry.ts';

const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, category: 'Test', run: () => undefined, ...more });

test('runs a command with its argument', async () => {
  const run = vi.fn<(argument?: string) => void>();
  const registry = createRegistry(() => undefined);
  registry.add([command('a', { run })]);
  expect(await registry.run('a', 'x')).toBe(true);
  expect(run).toHaveBeenCalledWith('x');
});

test('what a command throws, now or later, goes to onError', async () => {
  const onError = vi.fn<(error: unknown) => void>();
  const registry = createRegistry(onError);
  const now = new Error('now');
  const later = new Error('later');
  registry.add([
    command('now', {
      run: () => {
        throw now;
      },
    }),
    command('later', { run: () => Promise.reject(later) }),
  ]);
  await registry.run('now');
  await registry.run('later');
  expect(onError.mock.calls.map(([error]) => error)).toEqual([now, later]);
});

test('a command that is not enabled does not run', async () => {
  const run = vi.fn<(argument?: string) => void>();
  const registry = createRegistry(() => undefined);
  registry.add([command('a', { run, isEnabled: () => false })]);
  expect(await registry.run('a')).toBe(false);
  expect(await registry.run('unknown')).toBe(false);
  expect(run).not.toHaveBeenCalled();
});

test('two commands cannot have the same id or keys', () => {
  const registry = createRegistry(() => undefined);
  registry.add([command('a', { keys: '$mod+KeyS' })]);
  expect(() => registry.add([command('a')])).toThrow('exists already');
  expect(() => registry.add([command('b', { keys: '$mod+KeyS' })])).toThrow('same keys');
});

test('commands can be taken out again', () => {
  const registry = createRegistry(() => undefined);
  const remove = registry.add([command('a')]);
  remove();
  expect(registry.find('a')).toBeNull();
  expect(registry.all()).toEqual([]);
});

test('a person gives commands other keys, none, and takes keys from another; its own come back', () => {
  const registry = createRegistry(() => undefined);
  registry.add([command('save', { keys: '$mod+KeyS' }), command('find', { keys: '$mod+KeyF' }), command('bare')]);
  const keys = (): (string | undefined)[] => registry.all().map((one) => one.keys);
  const heard = vi.fn<() => void>();
  registry.onKeys(heard);
  registry.choose({ bare: '$mod+KeyS', find: null });
  expect(keys()).toEqual([undefined, undefined, '$mod+KeyS']);
  expect(registry.find('save')?.keys).toBeUndefined();
  expect(registry.ownKeys('save')).toBe('$mod+KeyS');
  registry.choose({});
  expect(keys()).toEqual(['$mod+KeyS', '$mod+KeyF', undefined]);
  expect(heard).toHaveBeenCalledTimes(2);
});

import type { StatePath } from '../../node/contract/state.ts';

const NAME = /^\.([A-Za-z_]\w*)$/;

/** A path of the state as an expression of Lua; null where it leads through what no expression reaches. */
export function expressionOf(path: StatePath): string | null {
  const [first, ...rest] = path;
  if (first === undefined || path.some((step) => step.startsWith('('))) return null;
  const [, name] = NAME.exec(first) ?? [];
  return (name ?? `_G${first}`) + rest.join('');
}

/** Who says of a file of this name that it is wrong: its compiler, or what knows ao. */
export function saidBy(path: string, severity: 'error' | 'warning' | 'hint'): string {
  if (path.endsWith('.ts')) return 'AssemblyScript';
  if (path.endsWith('.wat')) return 'WebAssembly text';
  if (path.endsWith('.c') || path.endsWith('.h')) return 'C';
  if (path.endsWith('.rs') || path.endsWith('.toml')) return 'Rust';
  return severity === 'error' ? 'Lua syntax' : 'ao';
}

/** True where a browser window would be seen by the person who started this. */
export function hasDesktop(env: Readonly<Record<string, string | undefined>> = process.env, platform: string = process.platform): boolean {
  if (env['SSH_CONNECTION'] !== undefined || env['CI'] !== undefined) return false;
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/** Opens `address` in the default browser; where that cannot be done the printed address is what is left. */
export async function openBrowser(address: string): Promise<void> {
  const { default: open } = await import('open');
  const child = await open(address);
  child.on('error', () => {});
}

import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../build/setup/chromium.mjs';

/** As root the sandbox refuses to start; the rest keeps the browser from talking to anybody but the page under test. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium of this machine, without a window. The caller closes it. @throws Error where there is none */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine; install one or set CHROME_PATH.');
  return chromium.launch({ executablePath, args: BROWSER_FLAGS });
}

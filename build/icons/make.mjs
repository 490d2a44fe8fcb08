import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findChromium } from '../setup/chromium.mjs';
import { at } from '../setup/paths.mjs';
import { isRoot } from '../setup/places.mjs';
import { say, sayError, SetupError } from '../setup/say.mjs';
import { icnsOf, icoOf } from './containers.mjs';

/** Pixels of a side: what Linux desktops look for, and what goes into the .ico and .icns. */
const SIZES = [16, 32, 48, 64, 128, 256, 512, 1024];
const ON_LINUX = [16, 32, 48, 64, 128, 256, 512];
const IN_ICO = [16, 32, 48, 64, 128, 256];
const IN_ICNS = [16, 32, 64, 128, 256, 512, 1024];
/** macOS draws its icons with a margin; other desktops fill the square. */
const MAC_SCALE = 824 / 1024;

/** Draws every icon out of its .svg with the Chromium of this machine and writes the files that installers take. */
async function main() {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new SetupError('There is no Chromium here to draw the icons with.', 'Install one, or set CHROME_PATH.');
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: isRoot() ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage();
    rmSync(at('build', 'icons', 'linux'), { recursive: true, force: true });
    mkdirSync(at('build', 'icons', 'linux'));
    for (const name of ['aoscope', 'recording']) {
      const full = await draw(page, name, 1);
      const withMargin = await draw(page, name, MAC_SCALE);
      write(`${name}.ico`, icoOf(IN_ICO.map((size) => ({ size, png: full.get(size) }))));
      write(`${name}.icns`, icnsOf(IN_ICNS.map((size) => ({ size, png: withMargin.get(size) }))));
      // Names as freedesktop's icon folders and electron-builder want them.
      if (name === 'aoscope') for (const size of ON_LINUX) write(`linux/${size}x${size}.png`, full.get(size));
    }
  } finally {
    await browser.close();
  }
}

/** @returns the picture as PNG for each of SIZES; `scale` is the part of the side that is drawn on */
async function draw(page, name, scale) {
  const svg = readFileSync(at('build', 'icons', `${name}.svg`), 'utf8');
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const drawn = new Map();
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    const side = Math.round(size * scale);
    await page.setContent(
      `<body style="margin:0;height:${size}px;display:grid;place-items:center"><img src="${source}" width="${side}" height="${side}"></body>`,
    );
    await page.locator('img').evaluate((image) => image.decode());
    drawn.set(size, await page.screenshot({ omitBackground: true }));
  }
  return drawn;
}

function write(name, bytes) {
  writeFileSync(at('build', 'icons', name), bytes);
  say(`  build/icons/${name}  ${bytes.length} bytes`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main().catch(sayError);

import { it, onTestFinished } from 'vitest';
import { openDesktop } from '../kit/app.ts';
import { firstLight } from '../kit/scenario.ts';

it('in Electron: open a sample, edit, spawn, send, see it in Flow, step back to the old state and forward again', async () => {
  const app = await openDesktop();
  onTestFinished(app.close);
  await firstLight(app);
});

import { it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { firstLight } from '../kit/scenario.ts';

it('in a browser: open a sample, edit, spawn, send, see it in Flow, step back to the old state and forward again', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  await firstLight(app);
});

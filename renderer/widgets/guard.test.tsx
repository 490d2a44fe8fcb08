import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';
import { Guard } from './guard.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
afterEach(() => vi.restoreAllMocks());

it('a fault in one part says what and how to go on, the others stay, and it can be drawn again', () => {
  // React repeats what it caught on the console.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let isBroken = true;
  const Part = (): React.ReactNode => {
    if (isBroken) throw new Error('no such lane');
    return <p>whole</p>;
  };
  const place = document.createElement('div');
  const root = createRoot(place);
  act(() =>
    root.render(
      <>
        <Guard name="Flow">
          <Part />
        </Guard>
        <Guard name="Console">
          <p>still here</p>
        </Guard>
      </>,
    ),
  );
  expect(place.textContent).toContain('PANEL_BROKEN');
  expect(place.textContent).toContain('no such lane');
  expect(place.textContent).toContain('still here');
  isBroken = false;
  act(() => place.querySelector('button')?.click());
  expect(place.textContent).toContain('whole');
  expect(place.textContent).not.toContain('PANEL_BROKEN');
  act(() => root.unmount());
});

import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FormDialog } from './form-dialog.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function drawn(isKept: boolean): { readonly onClose: ReturnType<typeof vi.fn> } {
  const onClose = vi.fn<() => void>();
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  act(() =>
    root.render(
      <FormDialog className="" title="Sign?" isKept={isKept} onClose={onClose}>
        <button type="button">No</button>
      </FormDialog>,
    ),
  );
  onTestFinished(() => {
    act(() => root.unmount());
    place.remove();
  });
  return { onClose };
}

function clickBeside(): void {
  const beside = document.querySelector('.dialog-backdrop');
  if (beside === null) throw new Error('there is nothing beside the dialog');
  for (const kind of ['pointerdown', 'pointerup'])
    act(() => void beside.dispatchEvent(new PointerEvent(kind, { bubbles: true, cancelable: true, button: 0 })));
  act(() => void beside.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, button: 0 })));
}

function pressEscape(): void {
  const dialog = document.querySelector('[role="dialog"]');
  act(() => void dialog?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true })));
}

it('a click beside a form closes it', () => {
  const { onClose } = drawn(false);
  clickBeside();
  expect(onClose).toHaveBeenCalledOnce();
});

it('a click beside one that is kept does not end it; Escape does', () => {
  const { onClose } = drawn(true);
  clickBeside();
  expect(onClose).not.toHaveBeenCalled();
  pressEscape();
  expect(onClose).toHaveBeenCalledOnce();
});

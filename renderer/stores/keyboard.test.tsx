import { expect, it, onTestFinished } from 'vitest';
import { isKeyboardFree, keyboardWish, watchKeyboard } from './keyboard.ts';

const press = (on: HTMLElement): boolean => on.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
const click = (on: HTMLElement): void => {
  on.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
  on.focus();
};

function fields(): readonly [HTMLInputElement, HTMLInputElement] {
  onTestFinished(watchKeyboard(window));
  const both = [document.createElement('input'), document.createElement('input')] as const;
  document.body.append(...both);
  onTestFinished(() => both.forEach((one) => one.remove()));
  return both;
}

it('who wanted the keyboard before the person put it elsewhere does not take it any more', () => {
  const [first, second] = fields();
  click(first);
  const mayTake = keyboardWish();
  expect(mayTake()).toBe(true);
  press(first);
  expect(mayTake()).toBe(true);
  click(second);
  expect(mayTake()).toBe(false);
  expect(keyboardWish()()).toBe(true);
  second.blur();
  expect(isKeyboardFree()).toBe(true);
  expect(mayTake()).toBe(true);
});

it('what the window itself does after the same act, as a dialog that gives the keyboard back, ends no wish', () => {
  const [first, second] = fields();
  click(first);
  press(first);
  const mayTake = keyboardWish();
  second.focus();
  expect(mayTake()).toBe(true);
});

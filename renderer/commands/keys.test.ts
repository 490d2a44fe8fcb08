// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { bindKeys, bindLinks, isChord, keysOf, mayTake, showKeys } from './keys.ts';
import { createRegistry } from './registry.ts';

afterEach(() => document.body.replaceChildren());

function element(html: string): Element {
  document.body.innerHTML = html;
  const found = document.body.querySelector('[data-here]');
  if (found === null) throw new Error('the test names no element');
  return found;
}

test('chords and F keys mean something everywhere', () => {
  expect(['$mod+Enter', 'Alt+ArrowLeft', 'F10', 'Shift+F10'].map(isChord)).toEqual([true, true, true, true]);
  expect(['g', 'Home', 'Shift+g', 'Space', '['].map(isChord)).toEqual([false, false, false, false, false]);
});

test('a bare key is left to what one types in', () => {
  expect(mayTake('g', element('<input data-here>'))).toBe(false);
  expect(mayTake('Home', element('<div class="monaco-editor"><i data-here></i></div>'))).toBe(false);
  expect(mayTake('Home', element('<div role="treegrid"><i data-here></i></div>'))).toBe(false);
  expect(mayTake('$mod+KeyS', element('<textarea data-here></textarea>'))).toBe(true);
  expect(mayTake('g', element('<div data-here></div>'))).toBe(true);
});

test('Ctrl+Enter in a form is its own and evaluates nothing', () => {
  expect(mayTake('$mod+Enter', element('<div role="dialog"><textarea data-here></textarea></div>'))).toBe(false);
  expect(mayTake('$mod+Enter', element('<div role="alertdialog"><button data-here></button></div>'))).toBe(false);
  expect(mayTake('$mod+Enter', element('<div class="monaco-editor"><i data-here></i></div>'))).toBe(true);
});

test('Space presses the button that has the keyboard', () => {
  expect(mayTake('Space', element('<button data-here></button>'))).toBe(false);
  expect(mayTake('j', element('<button data-here></button>'))).toBe(true);
});

test.each([
  '<div role="log" tabindex="0" data-here></div>',
  '<pre tabindex="0" data-here></pre>',
  '<article tabindex="0" data-here></article>',
  '<div role="log" tabindex="0"><span data-here></span></div>',
])('Space scrolls %s on, and plays where nothing is scrolled', (html) => {
  expect(mayTake('Space', element(html))).toBe(false);
  expect(mayTake('j', element(html))).toBe(true);
  expect(mayTake('Space', element('<section><div role="application" tabindex="0" data-here></div></section>'))).toBe(true);
});

test('a bound key runs its command and nobody else hears it', () => {
  const run = vi.fn<() => void>();
  const heard = vi.fn<() => void>();
  const registry = createRegistry(() => undefined);
  registry.add([{ id: 'a', title: 'a', category: 'Test', keys: 'Control+KeyS', run }]);
  const unbind = bindKeys(window, registry);
  const here = element('<div data-here></div>');
  here.addEventListener('keydown', heard);
  const press = (): boolean =>
    here.dispatchEvent(new KeyboardEvent('keydown', { key: 's', code: 'KeyS', ctrlKey: true, bubbles: true, cancelable: true }));
  expect(press()).toBe(false);
  expect(run).toHaveBeenCalledTimes(1);
  expect(heard).not.toHaveBeenCalled();
  unbind();
  press();
  expect(run).toHaveBeenCalledTimes(1);
});

test('copying takes the link of what is looked at, unless text is chosen or one stands in a field; pasting one goes there', () => {
  const run = vi.fn<() => void>();
  const go = vi.fn<(link?: string) => void>();
  const registry = createRegistry(() => undefined);
  registry.add([{ id: 'a', title: 'a', category: 'Test', run }]);
  registry.add([{ id: 'b', title: 'b', category: 'Test', run: go }]);
  const unbind = bindLinks(document, registry, { copy: 'a', paste: 'b', prefix: 'aoscope://' });
  const copy = (here: Element): boolean => here.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, cancelable: true }));
  expect(copy(element('<input data-here>'))).toBe(true);
  const text = element('<p data-here>some words</p>');
  const chosen = vi.spyOn(document, 'getSelection').mockReturnValue({ isCollapsed: false } as Selection);
  expect(copy(text)).toBe(true);
  expect(run).not.toHaveBeenCalled();
  chosen.mockRestore();
  expect(copy(text)).toBe(false);
  expect(run).toHaveBeenCalledTimes(1);
  const paste = (here: Element, words: string): boolean => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', words);
    return here.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
  };
  expect(paste(text, 'some words')).toBe(true);
  expect(paste(text, ' aoscope://focus?slot=3 ')).toBe(false);
  expect(paste(element('<input data-here>'), 'aoscope://focus?slot=3')).toBe(true);
  expect(go.mock.calls).toEqual([['aoscope://focus?slot=3']]);
  unbind();
});

test('with AltGr one writes where text is taken, whatever is bound to Ctrl and Alt', () => {
  const run = vi.fn<() => void>();
  const registry = createRegistry(() => undefined);
  registry.add([{ id: 'a', title: 'a', category: 'Test', keys: 'Control+Alt+KeyZ', run }]);
  const unbind = bindKeys(window, registry);
  const press = (where: Element, isAltGr: boolean): boolean => {
    const event = new KeyboardEvent('keydown', { key: 'ż', code: 'KeyZ', ctrlKey: true, altKey: true, bubbles: true, cancelable: true });
    vi.spyOn(event, 'getModifierState').mockImplementation((mod) => (mod === 'AltGraph' ? isAltGr : mod === 'Control' || mod === 'Alt'));
    return where.dispatchEvent(event);
  };
  expect(press(element('<input data-here>'), true)).toBe(true);
  expect(run).not.toHaveBeenCalled();
  expect(press(element('<input data-here>'), false)).toBe(false);
  expect(press(element('<div data-here></div>'), true)).toBe(false);
  expect(run).toHaveBeenCalledTimes(2);
  unbind();
});

test('a command that is not enabled leaves its keys alone', () => {
  const registry = createRegistry(() => undefined);
  registry.add([{ id: 'a', title: 'a', category: 'Test', keys: 'Control+KeyS', isEnabled: () => false, run: () => undefined }]);
  const unbind = bindKeys(window, registry);
  expect(
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 's', code: 'KeyS', ctrlKey: true, bubbles: true, cancelable: true })),
  ).toBe(true);
  unbind();
});

test('keys are shown as the system writes them', () => {
  expect(showKeys('$mod+Shift+KeyP', true)).toBe('⌘⇧P');
  expect(showKeys('$mod+Shift+KeyP', false)).toBe('Ctrl+Shift+P');
  expect(showKeys('$mod+Alt+Digit1', false)).toBe('Ctrl+Alt+1');
  expect(showKeys('Alt+ArrowLeft', false)).toBe('Alt+←');
  expect(showKeys('g', false)).toBe('G');
});

test('what is pressed is told as commands have their keys, and what one writes with is not taken', () => {
  const press = (init: KeyboardEventInit): string | null => keysOf(new KeyboardEvent('keydown', init), false);
  expect(press({ key: 'j', code: 'KeyJ', ctrlKey: true, shiftKey: true })).toBe('$mod+Shift+KeyJ');
  expect(press({ key: 'F7', code: 'F7', altKey: true })).toBe('Alt+F7');
  expect(press({ key: 'ArrowUp', code: 'ArrowUp', ctrlKey: true })).toBe('$mod+ArrowUp');
  expect(press({ key: 'j', code: 'KeyJ' })).toBeNull();
  expect(press({ key: 'Control', code: 'ControlLeft', ctrlKey: true })).toBeNull();
  expect(keysOf(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', metaKey: true }), true)).toBe('$mod+KeyJ');
});

test('keys that the person has changed work at once, and the former ones no longer', () => {
  const run = vi.fn<() => void>();
  const registry = createRegistry(() => undefined);
  registry.add([{ id: 'a', title: 'A', category: 'Test', keys: '$mod+KeyS', run }]);
  const stop = bindKeys(window, registry);
  const press = (code: string): boolean =>
    window.dispatchEvent(new KeyboardEvent('keydown', { key: code.slice(-1).toLowerCase(), code, ctrlKey: true }));
  registry.choose({ a: '$mod+KeyJ' });
  press('KeyS');
  expect(run).not.toHaveBeenCalled();
  press('KeyJ');
  expect(run).toHaveBeenCalledOnce();
  stop();
});

test('keys that the editor hears itself are left to it, until the person chooses others', () => {
  const run = vi.fn<() => void>();
  const registry = createRegistry(() => undefined);
  const stop = bindKeys(window, registry);
  // It comes once an editor is open.
  registry.add([{ id: 'definition', title: 'Go to definition', category: 'Lua', keys: 'F12', isOfEditor: true, run }]);
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F12', code: 'F12' }));
  expect(run).not.toHaveBeenCalled();
  registry.choose({ definition: 'F7' });
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F7', code: 'F7' }));
  expect(run).toHaveBeenCalledOnce();
  stop();
});

/** How often the person has pressed a key or a button of the mouse so far. */
let acts = 0;
/** The act after which the keyboard last went to another element. */
let movedAt = 0;

/** Takes part in everything the person does, before anything else sees it. @returns the way to stop. */
export function watchKeyboard(on: Window): () => void {
  const act = (): void => void (acts += 1);
  const move = (): void => void (movedAt = acts);
  on.addEventListener('keydown', act, true);
  on.addEventListener('pointerdown', act, true);
  on.addEventListener('focusin', move, true);
  return () => {
    on.removeEventListener('keydown', act, true);
    on.removeEventListener('pointerdown', act, true);
    on.removeEventListener('focusin', move, true);
  };
}

/** True while no element has the keyboard, so that anybody may take it. */
export function isKeyboardFree(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body;
}

/**
 * Whoever will want the keyboard later (when a file has been read, when an answer has come) asks for it now, and asks again
 * before taking it: the answer is false once the person has put it elsewhere, by a click or a key. What the window itself
 * does after the same act, such as a dialog that gives the keyboard back, does not count.
 */
export function keyboardWish(): () => boolean {
  const wishedAt = acts;
  return () => movedAt <= wishedAt || isKeyboardFree();
}

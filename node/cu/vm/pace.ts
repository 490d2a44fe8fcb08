let rest = (): void => undefined;

/** What every program of this thread does every so many instructions: nothing, unless the thread gives way to others. */
export function restWith(given: () => void): void {
  rest = given;
}

/** Machines call this wherever they count instructions anyway. It takes time, and changes nothing that a program could see. */
export function pace(): void {
  rest();
}

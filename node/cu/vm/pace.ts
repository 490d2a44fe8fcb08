let rest = (): number => 0;
let restedMs = 0;

/** @param given what every program of this thread does every so many instructions: nothing, unless it gives way to others. It says how long it has rested. */
export function restWith(given: () => number): void {
  rest = given;
}

/** Machines call this wherever they count instructions anyway. It takes time, and changes nothing that a program could see. */
export function pace(): void {
  restedMs += rest();
}

/** How long programs of this thread have rested so far: no time that they took. */
export function restedSoFarMs(): number {
  return restedMs;
}

/** Why an evaluation was cut off from outside; thrown through all frames of the program, so that it cannot swallow it. */
export class LimitReached extends Error {
  readonly kind: 'gas' | 'memory';

  constructor(kind: 'gas' | 'memory') {
    super(`limit reached: ${kind}`);
    this.name = 'LimitReached';
    this.kind = kind;
  }
}

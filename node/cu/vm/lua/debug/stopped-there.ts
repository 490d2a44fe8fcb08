import { LimitReached } from '../../limit-reached.ts';

/** Ends an evaluation at the step that was asked for: thrown through the program as a limit is. */
export class StoppedThere extends LimitReached {
  constructor() {
    super('gas');
    this.name = 'StoppedThere';
  }
}

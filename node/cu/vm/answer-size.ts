/** Characters of one outcome: it crosses three processes as one message and is kept as one row. */
export const OUTCOME_CHARACTERS = 32 * 1024 * 1024;

/** A program's answer holds more text than an outcome may; thrown while it is read, before it fills the machine's memory. */
export class AnswerTooLarge extends Error {
  constructor() {
    super(`an answer of more than ${OUTCOME_CHARACTERS} characters`);
    this.name = 'AnswerTooLarge';
  }
}

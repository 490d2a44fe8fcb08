import type { Runtime } from './answers.ts';
import type { AnswerOf, ArgumentsOf, Asked, FromLanguage, QuestionName, ToLanguage } from './questions.ts';

/** The pipe to where the language runs. */
export interface LanguagePipe {
  send(message: ToLanguage): void;
  onMessage(listener: (message: FromLanguage) => void): void;
  onFailure(listener: (reason: string) => void): void;
  close(): void;
}

/** Thrown by questions that the language cannot answer. */
export class LanguageFailure extends Error {}

interface Waiting {
  take(answer: unknown): void;
  fail(error: Error): void;
}

/** Asks the language, wherever it runs. What is put or asked before it has started waits for it. */
export class LanguageClient {
  readonly #waiting = new Map<number, Waiting>();
  readonly #early: ToLanguage[] = [];
  #pipe: LanguagePipe | null = null;
  #failure: LanguageFailure | null = null;
  #last = 0;

  /** The language runs: what waited is sent. */
  start(pipe: LanguagePipe): void {
    this.#pipe = pipe;
    pipe.onMessage((message) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'answer') waiting?.take(message.answer);
      else waiting?.fail(new LanguageFailure(message.reason));
    });
    pipe.onFailure((reason) => this.#end(new LanguageFailure(reason)));
    for (const message of this.#early.splice(0)) pipe.send(message);
  }

  /** Takes the text of a file; null takes the file away. */
  put(path: string, text: string | null): void {
    this.#send({ kind: 'put', path, text });
  }

  /** Takes what the processes of the project run on, by the file that they are made of. */
  runOn(sources: readonly (readonly [path: string, runtime: Runtime])[]): void {
    this.#send({ kind: 'runOn', sources });
  }

  /** @throws LanguageFailure where there is no answer; the signal's reason where it was not waited for. */
  ask<N extends QuestionName>(name: N, given: ArgumentsOf<N>, signal?: AbortSignal): Promise<AnswerOf<N>> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#last += 1;
    const id = this.#last;
    return new Promise<AnswerOf<N>>((resolve, reject) => {
      const drop = (): void => {
        if (!this.#waiting.delete(id)) return;
        this.#send({ kind: 'drop', id });
        reject(signal?.reason instanceof Error ? signal.reason : new LanguageFailure('the question was dropped'));
      };
      if (signal?.aborted === true) return reject(new LanguageFailure('the question was dropped'));
      signal?.addEventListener('abort', drop, { once: true });
      // The other end answers a question with what the same table says of its name.
      this.#waiting.set(id, { take: (answer) => resolve(answer as AnswerOf<N>), fail: reject });
      this.#send({ kind: 'ask', id, asked: { name, given } as Asked });
    });
  }

  /** Ends it; whoever waits is told. */
  stop(): void {
    this.#end(new LanguageFailure('the language was stopped'));
  }

  #send(message: ToLanguage): void {
    if (this.#failure !== null) return;
    if (this.#pipe === null) this.#early.push(message);
    else this.#pipe.send(message);
  }

  #end(failure: LanguageFailure): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#pipe?.close();
    for (const { fail } of this.#waiting.values()) fail(failure);
    this.#waiting.clear();
  }
}

import type { LanguageAnswers } from './answers.ts';

/** What a window asks the language, without what it tells it. */
export type QuestionName = Exclude<keyof LanguageAnswers, 'put' | 'runOn'>;
export type ArgumentsOf<N extends QuestionName> = Parameters<LanguageAnswers[N]>;
export type AnswerOf<N extends QuestionName> = Awaited<ReturnType<LanguageAnswers[N]>>;

export type Asked = { readonly [N in QuestionName]: { readonly name: N; readonly given: ArgumentsOf<N> } }[QuestionName];

/** To the language. What is put is known to every question behind it. */
export type ToLanguage =
  | { readonly kind: 'put'; readonly path: string; readonly text: string | null }
  | { readonly kind: 'runOn'; readonly sources: Parameters<LanguageAnswers['runOn']>[0] }
  | { readonly kind: 'ask'; readonly id: number; readonly asked: Asked }
  | { readonly kind: 'drop'; readonly id: number };

export type FromLanguage =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly reason: string };

/** Answers one question. */
export async function answerTo(language: LanguageAnswers, { name, given }: Asked): Promise<unknown> {
  switch (name) {
    case 'check':
      return language.check(...given);
    case 'complete':
      return language.complete(...given);
    case 'completeTyped':
      return language.completeTyped(...given);
    case 'signature':
      return language.signature(...given);
    case 'hover':
      return language.hover(...given);
    case 'definition':
      return language.definition(...given);
    case 'references':
      return language.references(...given);
    case 'renaming':
      return language.renaming(...given);
    case 'outline':
      return language.outline(...given);
    case 'handlers':
      return language.handlers(...given);
    case 'folds':
      return language.folds(...given);
    case 'format':
      return language.format(...given);
  }
}

function takeIn(language: LanguageAnswers, message: Extract<ToLanguage, { kind: 'put' | 'runOn' }>): void {
  if (message.kind === 'put') language.put(message.path, message.text);
  else language.runOn(message.sources);
}

/** Takes what a window sends, in order. A question that was dropped before its turn is not answered. */
export function serveLanguage(language: Promise<LanguageAnswers>, send: (message: FromLanguage) => void): (message: ToLanguage) => void {
  const open = new Set<number>();
  let last: Promise<unknown> = language;
  const answer = async (message: Extract<ToLanguage, { kind: 'ask' }>): Promise<void> => {
    const { id, asked } = message;
    if (!open.has(id)) return;
    // Messages that came meanwhile are read first: one of them may drop this question.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!open.delete(id)) return;
    try {
      send({ kind: 'answer', id, answer: await answerTo(await language, asked) });
    } catch (error) {
      send({ kind: 'failure', id, reason: error instanceof Error ? error.message : String(error) });
    }
  };
  return (message) => {
    if (message.kind === 'drop') {
      open.delete(message.id);
      return;
    }
    if (message.kind === 'ask') open.add(message.id);
    // What one message came to is nothing to the next.
    const next = async (): Promise<void> => (message.kind === 'ask' ? answer(message) : takeIn(await language, message));
    last = last.then(next, next);
  };
}

import { LanguageFailure } from '../language/client.ts';
import type { AnswerOf, ArgumentsOf, QuestionName } from '../language/questions.ts';
import type { App } from '../stores/app-context.ts';
import type { monaco } from './monaco.ts';
import { projectLanguage } from './project-language.ts';

/** Asks what an editor wants to show. Null where nothing answers, or nobody waits any more: then it shows nothing. */
export async function askLanguage<N extends QuestionName>(
  app: App,
  name: N,
  given: ArgumentsOf<N>,
  token: monaco.CancellationToken,
): Promise<AnswerOf<N> | null> {
  const stop = new AbortController();
  const listening = token.onCancellationRequested(() => stop.abort());
  try {
    const language = projectLanguage(app);
    await language.whenRead();
    return await language.client.ask(name, given, stop.signal);
  } catch (error) {
    if (error instanceof LanguageFailure || stop.signal.aborted) return null;
    throw error;
  } finally {
    listening.dispose();
  }
}

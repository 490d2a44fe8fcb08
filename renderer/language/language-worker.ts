import styluaUrl from '@johnnymorganz/stylua/stylua_lib_bg.wasm?url';
import grammarUrl from '@tree-sitter-grammars/tree-sitter-lua/tree-sitter-lua.wasm?url';
import runtimeUrl from 'web-tree-sitter/web-tree-sitter.wasm?url';
import { loadFormat } from './format.ts';
import { Language } from './language.ts';
import { serveLanguage, type ToLanguage } from './questions.ts';
import { loadParser } from './syntax.ts';

// The language is understood here, so that the window never waits for it.
const language = start();
const take = serveLanguage(language, (message) => self.postMessage(message));
self.addEventListener('message', ({ data }: MessageEvent<ToLanguage>) => take(data));
language.catch((error: unknown) => {
  // An error that nobody catches reaches the window as the failure of this worker.
  setTimeout(() => {
    throw error;
  });
});

async function start(): Promise<Language> {
  const [runtime, grammar] = await Promise.all([bytesOf(runtimeUrl), bytesOf(grammarUrl)]);
  return new Language(
    await loadParser(runtime, grammar),
    loadFormat(() => bytesOf(styluaUrl)),
  );
}

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

import { expect, test } from 'vitest';
import { realLanguage } from './language.fixture.ts';
import { SNIPPETS } from './snippets.ts';

/** As it stands once every place is filled in with what it suggests. */
const written = (insert: string): string => insert.replaceAll(/\$\{\d+:([^}]*)\}/g, '$1').replaceAll(/\$\d/g, '');

test('every snippet is a text that the language takes as it comes, without a hint', async () => {
  const language = await realLanguage();
  for (const { label, insert } of SNIPPETS) {
    const path = label === 'test' ? 'a.test.lua' : `${label}.lua`;
    // What a person fills in is there.
    language.put(
      path,
      `Handlers.add("a", "A", function(msg)\n  local target = msg.From\n  print(target)\n${written(insert ?? '')}\nend)\n`,
    );
    expect([label, language.check(path).filter(({ code }) => code !== 'UNUSED_LOCAL')]).toEqual([label, []]);
  }
});

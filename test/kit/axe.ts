import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What axe calls serious or worse, each with the elements; the editor's own drawing of lines left out. @param parts only these. */
export async function violations(page: Page, parts: readonly string[] = []): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page }).exclude('.monaco-editor');
  for (const part of parts) axe.include(part);
  const { violations: found } = await axe.analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

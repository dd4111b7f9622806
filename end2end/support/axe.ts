// Accessibility faults a machine can find.
import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

/** Fails with one line per violation of WCAG 2.2 A and AA on the page as it is; `but` names rules left out. */
export async function expectAccessible(page: Page, but: string[] = []): Promise<void> {
  // Evaluated, not added as a script: the page's own policy would stop that.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (but) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.violations.filter(({ id }) => !but.includes(id)).map(
      ({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target).join(' | ')}`,
    );
  }, but);
  expect(violations).toEqual([]);
}

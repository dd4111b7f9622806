// What a reader cannot see whole: on a small screen, with large text, in a long language.
import type { Page } from '@playwright/test';

/** Text at twice its size, as a browser's own setting makes it; boxes stay as they are. */
export async function enlarge(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sizes = [...document.querySelectorAll<HTMLElement>('body, body *')].map((element) => {
      const { fontSize, lineHeight } = getComputedStyle(element);
      return { element, size: parseFloat(fontSize), line: parseFloat(lineHeight) };
    });
    for (const { element, size, line } of sizes) {
      element.style.fontSize = `${2 * size}px`;
      if (!Number.isNaN(line)) element.style.lineHeight = `${2 * line}px`;
    }
  });
}

/** Where to look, and what lies over the page, scrolls by itself or is there for ears only. */
export type Where = { in: string; but: string };

/** What a reader cannot see whole; `words`: also words that are broken over two lines. */
export function faults(page: Page, words: boolean, where: Where): Promise<string[]> {
  return page.evaluate(
    ({ words, where }) => {
      const found = new Set<string>();
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth > width) found.add('the page scrolls sideways');
      for (const element of document.querySelectorAll(where.in)) {
        if (element.closest(where.but)) continue;
        const box = element.getBoundingClientRect();
        const text = (element.textContent ?? '').slice(0, 40);
        if (box.width > 0 && (box.left < -0.5 || box.right > width + 0.5)) found.add(`outside: ${text}`);
        // The open menu lies over the page on purpose.
        const free = element.tagName === 'DETAILS' || getComputedStyle(element).display === 'inline';
        if (!free && element.scrollWidth > element.clientWidth + 1) found.add(`cut off: ${text}`);
      }
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode() as Text | null; words && node; node = walk.nextNode() as Text | null) {
        if (!node.parentElement?.matches(where.in) || node.parentElement.closest(where.but)) continue;
        // What is folded away has no width of its own yet.
        if (!node.parentElement.checkVisibility({ contentVisibilityAuto: true })) continue;
        // Chinese and Japanese break anywhere; Korean is set so that it may.
        for (const word of node.data.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{M}]+/gu)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
          if (lines.size > 1) found.add(`broken: ${word[0]}`);
        }
      }
      return [...found];
    },
    { words, where },
  );
}

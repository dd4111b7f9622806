// Every attendee page in every language on the smallest phone, and with text at twice its size:
// nothing is cut off, nothing lies outside, and at the usual size no word is broken.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';

const LANGUAGES = ['fr', 'en', 'it', 'es', 'de', 'pt', 'zh-Hans', 'ja', 'ko', 'ar', 'ru', 'uk'];

/** Text at twice its size, as a browser's own setting makes it; boxes stay as they are. */
async function enlarge(page: Page) {
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

/** What a reader cannot see whole. */
function faults(page: Page, words: boolean) {
  return page.evaluate((words) => {
    const found = new Set<string>();
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.add('the page scrolls sideways');
    for (const element of document.querySelectorAll('main *, header *')) {
      // The map is a window on something larger.
      if (element.closest('#map')) continue;
      const box = element.getBoundingClientRect();
      const text = (element.textContent ?? '').slice(0, 40);
      if (box.width > 0 && (box.left < -0.5 || box.right > width + 0.5)) found.add(`outside: ${text}`);
      // The open menu lies over the page on purpose.
      const free = element.tagName === 'DETAILS' || getComputedStyle(element).display === 'inline';
      if (!free && element.scrollWidth > element.clientWidth + 1) found.add(`cut off: ${text}`);
    }
    const walk = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode() as Text | null; words && node; node = walk.nextNode() as Text | null) {
      if (node.parentElement?.closest('#map')) continue;
      // What is folded away has no width of its own yet.
      if (!node.parentElement?.checkVisibility({ contentVisibilityAuto: true })) continue;
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
  }, words);
}

for (const lang of LANGUAGES) {
  test(`every label is whole at 320 px and at 200 % text, ${lang}`, async ({ open, server, guard }) => {
    guard.allow(/status of 404 .*nothing-here/);
    const page = await open('small phone', { locale: lang });
    const look = async (where: string) => {
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      expect.soft(await faults(page, true), where).toEqual([]);
      await enlarge(page);
      expect.soft(await faults(page, false), `${where}, text at 200 %`).toEqual([]);
    };
    await page.goto(server.poster);
    await look('Ready');
    await page.goto(server.poster);
    await page.locator('summary').tap();
    await expect(page.locator('summary + ul a')).toHaveCount(LANGUAGES.length);
    await look('the menu of languages');
    for (const path of ['/', '/where', '/where?v=1', '/nothing-here']) {
      await page.goto(server.attendee + path);
      await look(path);
    }
    await page.goto(server.poster);
    await page.locator('#tap button').tap();
    await expect(page.locator('.steps li')).toHaveCount(4);
    await look('the case');
    for (const path of ['/write', '/look', '/claim']) {
      await page.goto(server.attendee + path);
      await look(path);
    }
    await page.goto(`${server.attendee}/now`);
    await page.locator('form[action="/undo"] button').tap();
    await expect(page.locator('form[action="/safe"]')).toHaveCount(2);
    await look('the case, taken back');
  });
}

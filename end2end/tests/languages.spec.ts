// Every attendee page in every language on the smallest phone, and with text at twice its size:
// nothing is cut off, nothing lies outside, and at the usual size no word is broken.
import { expect, test } from '../support/fixtures';
import { enlarge, faults } from '../support/whole';

const LANGUAGES = ['fr', 'en', 'it', 'es', 'de', 'pt', 'zh-Hans', 'ja', 'ko', 'ar', 'ru', 'uk'];

/** The map is a window on something larger. */
const PAGE = { in: 'main, main *, footer, footer *', but: '#map' };

for (const lang of LANGUAGES) {
  test(`every label is whole at 320 px and at 200 % text, ${lang}`, async ({ open, server, guard }) => {
    guard.allow(/status of 404 .*nothing-here/);
    const page = await open('small phone', { locale: lang });
    const look = async (where: string) => {
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      expect.soft(await faults(page, true, PAGE), where).toEqual([]);
      await enlarge(page);
      expect.soft(await faults(page, false, PAGE), `${where}, text at 200 %`).toEqual([]);
    };
    await page.goto(server.poster);
    await look('Ready');
    await page.goto(server.poster);
    await page.locator('summary').tap();
    await expect(page.locator('summary + ul a')).toHaveCount(LANGUAGES.length);
    await look('the menu of languages');
    await page.goto(server.poster);
    await page.locator('#e').tap();
    const cover = { in: '#p, #p *', but: 'svg' };
    expect.soft(await faults(page, true, cover), 'the cover').toEqual([]);
    await enlarge(page);
    expect.soft(await faults(page, false, cover), 'the cover, text at 200 %').toEqual([]);
    await page.locator('#p h1').dblclick();
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

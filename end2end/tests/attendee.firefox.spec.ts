// The attendee's journey in Firefox: alert, status, the conversation, and all of it with JavaScript off.
// The desk beside it is Chromium's, as it is for the agents.
import { devices, firefox, type Browser, type Page } from '@playwright/test';
import { FIREFOX, firefoxPrefs } from '../support/browser';
import { expectAccessible } from '../support/axe';
import { agentAt, openCase } from '../support/calling';
import { expect, test as base } from '../support/fixtures';
import { PlainFirefox } from '../support/plain-firefox';

type Fixtures = {
  /** A page of a Firefox of its own, in a language. */
  fox: (language: string) => Promise<Page>;
  /** The same with JavaScript off. */
  plain: (language: string) => Promise<PlainFirefox>;
};

const test = base.extend<Fixtures>({
  fox: async ({ guard }, use) => {
    const started: Browser[] = [];
    await use(async (language) => {
      const browser = await firefox.launch({
        channel: 'moz-firefox',
        executablePath: FIREFOX,
        firefoxUserPrefs: {
          ...firefoxPrefs(440),
          'intl.accept_languages': language,
        },
      });
      started.push(browser);
      // Firefox refuses to be a mobile device; size and finger stay.
      const { isMobile: _, ...likeness } = devices['Pixel 7'];
      const context = await browser.newContext({ ...likeness, locale: language, viewport: { width: 390, height: 736 } });
      await guard.watch(context);
      return context.newPage();
    });
    await Promise.all(started.map((browser) => browser.close()));
  },

  plain: async ({}, use) => {
    const started: PlainFirefox[] = [];
    await use(async (language) => {
      const browser = await PlainFirefox.start(language);
      started.push(browser);
      return browser;
    });
    await Promise.all(started.map((browser) => browser.close()));
  },
});

const lit = (page: Page) => page.locator('.steps li.lit');

for (const [language, sent, dir] of [
  ['en-GB', /Sent \d\d:\d\d/, ''],
  ['fr-FR', /Envoyé à \d\d:\d\d/, ''],
  ['ar', /.+/, 'rtl'],
] as const) {
  test(`one tap, every step, words both ways, ${language}`, async ({ fox, open, server }) => {
    test.setTimeout(60_000);
    const desk = await open('desktop', { locale: 'en-GB' });
    await agentAt(desk, server, undefined, { warm: false });
    const page = await fox(language);
    await page.goto(server.poster);
    await expect(page.locator('html')).toHaveJSProperty('dir', dir);
    // Playwright's finger reaches nothing in Debian's Firefox.
    await page.locator('#tap button').click();
    await expect(page.locator('#live[data-on]')).toBeAttached();
    await expect(lit(page)).toHaveCount(1);
    await expect(page.getByText(sent).first()).toBeVisible();
    // The row of the field stays in sight over what is scrolled; what it half covers is no target.
    await page.evaluate(() => document.querySelector('.chips')!.scrollIntoView({ block: 'end' }));
    await expectAccessible(page);

    await openCase(desk);
    await desk.keyboard.press('a');
    await expect(lit(page)).toHaveCount(2);
    await page.locator('#ask .answer').first().click();
    await expect(desk.locator('.pane .chip:visible, .summary .is-amber').first()).toBeVisible();
    await page.locator('textarea[name=text]').fill('près de la porte');
    await page.locator('#say button').click();
    await expect(desk.locator('.bubble').last()).toContainText('près de la porte');
    await desk.keyboard.press('r');
    await desk.keyboard.type('two minutes');
    await desk.keyboard.press('Enter');
    await expect(page.locator('.talk .theirs').last()).toContainText('two minutes');

    // A reload shows the same case; nothing was sent twice.
    await page.reload();
    await expect(page.locator('.talk .theirs').last()).toContainText('two minutes');
    const kinds = (await server.log()).map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'alerted')).toHaveLength(1);
  });
}

test('with JavaScript off: the alert, an answer, words, and the reply', async ({ plain, open, server }) => {
  test.setTimeout(90_000);
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server, undefined, { warm: false });
  const page = await plain('en-GB');
  const lights = (n: number) => expect.poll(() => page.count('.steps li.lit'), { timeout: 15_000 }).toBe(n);
  await page.goto(server.poster);
  await page.click('#tap button');
  await lights(1);
  expect(await page.count('#live[data-on]')).toBe(0);
  await openCase(desk);
  await desk.keyboard.press('a');
  await page.click('#ask .answer');
  await expect(desk.locator('.pane .chip:visible, .summary .is-amber').first()).toBeVisible();
  // The field would be emptied by the page's own refresh: writing has a page of its own.
  await page.click('form[action="/write"] button');
  await page.type('textarea[name=text]', 'by the door');
  await page.click('form:has(textarea) button');
  await expect.poll(() => page.last('.talk .mine')).toContain('by the door');
  await expect(desk.locator('.bubble').last()).toContainText('by the door');
  await desk.keyboard.press('r');
  await desk.keyboard.type('two minutes');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.bubble').last()).toContainText('two minutes');
  await page.goto(`${server.attendee}/now`);
  await expect.poll(() => page.last('.talk .theirs')).toContain('two minutes');
  await lights(2);
});

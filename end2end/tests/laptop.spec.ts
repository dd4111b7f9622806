// The desk on a laptop, and the organiser's people: by where things stand, not by how they look.
import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import { expect, test, type Screen } from '../support/fixtures';
import { covered } from '../support/layout';
import type { SottoServer } from '../support/server';

type Open = (screen: Screen, options?: BrowserContextOptions) => Promise<Page>;

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** A phone that is in danger, has answered all it was asked, and has written; script is off. */
async function story(open: Open, server: SottoServer, lang: string): Promise<void> {
  const phone = await open('phone', { locale: lang, javaScriptEnabled: false });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  for (let asked = 0; asked < 5; asked++) {
    const answers = phone.locator('form[action="/answer"] button');
    await expect(answers.first()).toBeVisible();
    // Each answer is a page of its own.
    await Promise.all([phone.waitForEvent('load'), answers.nth(asked === 0 ? 1 : 0).tap()]);
  }
  await phone.goto(`${server.attendee}/write`);
  await phone.locator('textarea[name=text]').fill('he is outside the door');
  await phone.locator('form[action="/message"] button').tap();
}

/** How many lines the words of an element take. */
const lines = (element: Locator) =>
  element.evaluate((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return new Set([...range.getClientRects()].map((line) => Math.round(line.bottom))).size;
  });

/** Bubbles that are wholly inside the thread's window. */
const bubblesInSight = (desk: Page) =>
  desk.locator('.thread').evaluate((thread) => {
    const window = thread.getBoundingClientRect();
    const whole = [...thread.querySelectorAll('.bubble')].map((bubble) => bubble.getBoundingClientRect());
    return whole.filter((box) => box.top >= window.top - 0.5 && box.bottom <= window.bottom + 0.5).length;
  });

for (const [width, height] of [[1280, 720], [1280, 800], [1440, 900]] as const) {
  for (const lang of ['en', 'fr'] as const) {
    test(`the desk works on ${width} × ${height}, ${lang}`, async ({ open, server }, info) => {
      await story(open, server, lang === 'en' ? 'it' : 'en');
      const guard = await open('phone', { locale: lang });
      await signIn(guard, server.linkFor('security'));
      await guard.getByRole('switch').tap();
      await guard.locator('.level-list button').first().tap();
      const desk = await open('desktop', { locale: lang, viewport: { width, height } });
      await signIn(desk, server.linkFor('agent'));
      await desk.locator('.row').first().click();
      await desk.keyboard.press('a');
      await desk.keyboard.press('c');
      await expect(desk.locator('.phrase-key')).toHaveCount(10);
      await desk.keyboard.press('1');
      await desk.keyboard.press('3');
      await desk.keyboard.press('7');
      await expect(desk.locator('.bubble')).toHaveCount(4);
      await desk.keyboard.press('d');
      await expect(desk.locator('.people.is-choosing')).toBeVisible();
      await desk.keyboard.press('Enter');
      await expect(desk.locator('.dispatch')).toHaveCount(1);
      await expect(desk.locator('.bubble.is-sending')).toHaveCount(0);
      await desk.screenshot({ path: info.outputPath('desk.png') });

      // The header is one row.
      const tops = await desk.locator('.console-head > :not(.head-gap)').evaluateAll((parts) => {
        const boxes = parts.map((part) => part.getBoundingClientRect());
        return { high: boxes.map((box) => box.top), last: Math.max(...boxes.map((box) => box.right)) };
      });
      expect(Math.max(...tops.high) - Math.min(...tops.high), 'the header is one row').toBeLessThan(4);
      expect(tops.last).toBeLessThanOrEqual(width);
      expect((await desk.locator('.console-head').boundingBox())!.height).toBeLessThanOrEqual(52);

      expect(await bubblesInSight(desk), 'messages in sight').toBeGreaterThanOrEqual(3);

      for (const key of await desk.locator('.phrase-key').all()) {
        const words = key.locator('span').first();
        const said = await words.textContent();
        expect.soft(await covered(key), said!).toEqual([]);
        expect.soft(await lines(words), said!).toBeLessThanOrEqual(2);
        expect.soft(await words.evaluate((node) => node.scrollHeight <= node.clientHeight + 1), `whole: ${said}`).toBe(true);
      }
      const field = desk.locator('#reply');
      expect(await covered(field)).toEqual([]);
      const fits = await field.evaluate((node) => {
        const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(node);
        const pen = document.createElement('canvas').getContext('2d')!;
        pen.font = `${fontSize} ${fontFamily}`;
        return (node.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)) / pen.measureText('n').width;
      });
      expect(fits, 'signs in a line of the field').toBeGreaterThanOrEqual(16);

      // A fact stands in the sentence or in a chip.
      if (height < 900) await expect(desk.locator('.chip.is-said:visible')).toHaveCount(0);
      await expect(desk.locator('.summary .is-amber').first()).toBeVisible();

      // The keys open at their top, with the way out in sight.
      await desk.locator('.row').first().focus();
      await desk.keyboard.press('?');
      const dialog = desk.locator('dialog[open]');
      await expect(dialog).toBeVisible();
      expect(await dialog.evaluate((box) => box.scrollTop)).toBe(0);
      expect(await covered(dialog.locator('h2'))).toEqual([]);
      expect(await covered(dialog.locator('.keys > div').first())).toEqual([]);
      expect(await covered(dialog.locator('.dialog-close'))).toEqual([]);
      await desk.screenshot({ path: info.outputPath('keys.png') });
    });
  }
}

test("the lead's header is one row on a laptop", async ({ open, server }) => {
  for (const lang of ['en', 'fr', 'de', 'ar']) {
    const lead = await open('desktop', { locale: lang });
    const link = lang === 'en' ? server.linkFor('lead') : await another(open, server, 'lead');
    await signIn(lead, link);
    for (const address of ['', '/shift']) {
      if (address) await lead.goto(`${server.desk}${address}`);
      await expect(lead.locator('.console-head .menu b')).not.toBeEmpty();
      const at = `${lang} ${address}`;
      expect.soft((await lead.locator('.console-head').boundingBox())!.height, at).toBeLessThanOrEqual(52);
      const outside = await lead.locator('.console-head > *').evaluateAll((parts) =>
        parts.map((part) => part.getBoundingClientRect()).filter((box) => box.left < -0.5 || box.right > innerWidth + 0.5).length,
      );
      expect.soft(outside, at).toBe(0);
    }
  }
});

let organiser: Page | undefined;

/** A link that the organiser makes. */
async function another(open: Open, server: SottoServer, role: string): Promise<string> {
  if (!organiser || organiser.isClosed()) {
    organiser = await open('desktop', { locale: 'en' });
    await organiser.goto(server.linkFor('organiser'));
    await organiser.locator('form button').click();
  }
  await organiser.locator('form[action="/invite"] input[name=name]').fill('Nadia-Alexandra');
  await organiser.locator('select[name=role]').selectOption(role);
  await organiser.locator('form[action="/invite"]').last().locator('button').click();
  return (await organiser.locator('#link').textContent())!;
}

for (const viewport of [{ width: 1280, height: 800 }, { width: 320, height: 568 }]) {
  test(`links and taking off stand apart, and a link is whole, at ${viewport.width}`, async ({ open, server }, info) => {
    const page = await open('desktop', { locale: 'en', viewport, permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(server.linkFor('organiser'));
    await page.locator('form button').click();
    await signIn(await open('desktop', { locale: 'en' }), server.linkFor('lead'));
    const form = page.locator('form[action="/invite"]').last();
    await form.locator('input[name=name]').fill('Zoé');
    await form.locator('button').click();
    const link = page.locator('#link');
    await expect(link).toHaveText(/\/join\/[0-9a-f]{32,}$/);
    expect(await link.evaluate((node) => node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight + 1)).toBe(true);
    expect(await covered(link)).toEqual([]);
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link.textContent());
    // Who was invited and has not come is on the list.
    await expect(page.locator('.team tr', { hasText: 'Zoé' })).toContainText('Link not used yet');

    const row = page.locator('.team .apart').first();
    const again = (await row.locator('button').first().boundingBox())!;
    const off = (await row.locator('button').last().boundingBox())!;
    const beside = off.x - (again.x + again.width);
    const below = off.y - (again.y + again.height);
    expect(Math.max(beside, below), 'between the two').toBeGreaterThanOrEqual(12);
    await page.screenshot({ path: info.outputPath('people.png'), fullPage: true });
  });
}

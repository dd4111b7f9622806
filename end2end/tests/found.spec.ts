// Somebody else was found: her helper is not told where she is or who comes, whatever the phone says;
// and a place that changes under a guard's way is said to him and to the desk.
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';

const lit = (page: Page) => page.locator('.steps li.lit');

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** A responder on duty on the lowest level of the list. */
async function onDuty(page: Page, server: SottoServer): Promise<void> {
  await signIn(page, server.linkFor('security'));
  await page.getByRole('switch').tap();
  await page.locator('.level-list button').last().tap();
  await expect(page.locator('.your-level')).toBeVisible();
}

async function alerted(phone: Page, server: SottoServer): Promise<void> {
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(lit(phone)).toHaveCount(1);
}

/** What a page's own form would send. */
async function post(phone: Page, server: SottoServer, path: string, fields: Record<string, string>): Promise<void> {
  const form = { key: randomBytes(16).toString('hex'), ...fields };
  const answer = await phone.request.post(`${server.attendee}${path}`, { form, headers: { origin: server.attendee } });
  expect(answer.ok()).toBe(true);
}

async function opened(desk: Page): Promise<void> {
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.pane h1')).toBeVisible();
}

async function sent(desk: Page): Promise<void> {
  await expect(desk.locator('.person-digit')).toHaveCount(1);
  await desk.keyboard.press('d');
  await desk.keyboard.press('Enter');
}

for (const lang of ['en', 'ar']) {
  test(`whom the team found decides what the phone is told, ${lang}`, async ({ open, server }, info) => {
    const desk = await open('desktop', { locale: lang });
    await signIn(desk, server.linkFor('agent'));
    const guard = await open('phone', { locale: lang });
    await onDuty(guard, server);
    const phone = await open('phone', { locale: lang });
    await alerted(phone, server);
    await opened(desk);

    // By keys: Enter is *somebody else*.
    await desk.keyboard.press('f');
    const answers = desk.locator('dialog[open] .answer');
    await expect(answers).toHaveCount(2);
    await expect(answers.first()).toBeFocused();
    await expectAccessible(desk);
    await desk.screenshot({ path: info.outputPath('whom.png') });
    await desk.keyboard.press('Enter');
    await expect(answers).not.toHaveCount(2);
    await desk.keyboard.press('1');
    await desk.keyboard.press('1');
    await expect(desk.locator('dialog[open]')).toHaveCount(0);
    await expect(lit(phone)).toHaveCount(2);
    await sent(desk);
    await guard.locator('.button.is-main').tap();
    await expect(desk.locator('.dispatch')).toHaveText(lang === 'en' ? /^Coming/ : /./);
    await post(phone, server, '/whom', { w: 'me' });
    await guard.locator('.button.is-main').tap();
    await expect(desk.locator('.step.is-lit')).toHaveCount(2);
    await phone.reload();
    await expect(lit(phone)).toHaveCount(2);
    await expect(phone.locator('body')).not.toContainText('grey jacket');
    await post(phone, server, '/nobody', {});
    await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
    await desk.screenshot({ path: info.outputPath('kept from the phone.png') });

    // A slip is mended by pointer: the person of this phone.
    await desk.locator('.menu summary').click();
    await desk.locator('.menu-list button', { hasText: lang === 'en' ? 'Commands and sentences' : 'أوامر وجمل' }).click();
    await desk.locator('#palette-field').fill(lang === 'en' ? 'Where they' : 'مكانه');
    await desk.keyboard.press('Enter');
    await expect(answers).toHaveCount(2);
    await answers.nth(1).click();
    await expect(answers).not.toHaveCount(2);
    await answers.first().click();
    await answers.first().click();
    await expect(lit(phone)).toHaveCount(4);
  });

  test(`a place that changes under the way is said, ${lang}`, async ({ open, server }, info) => {
    const desk = await open('desktop', { locale: lang });
    await signIn(desk, server.linkFor('agent'));
    const guard = await open('phone', { locale: lang, viewport: { width: 390, height: 844 } });
    await onDuty(guard, server);
    const phone = await open('phone', { locale: lang });
    await alerted(phone, server);
    await opened(desk);
    const before = (await desk.locator('.pane-title h1').textContent())!.trim();
    await desk.keyboard.press('a');
    await sent(desk);
    await expect(guard.locator('.button.is-main')).toBeVisible();
    await expect(guard.locator('.climb-moved')).toHaveCount(0);

    await post(phone, server, '/place', { p: 'l:4' });
    const said = lang === 'en' ? /^Moved from .* · \d+ s ago$/ : /\d/;
    for (const words of [guard.locator('.climb-moved'), desk.locator('.pane-moved')]) {
      await expect(words).toHaveText(said);
      const text = (await words.textContent())!.replace(/[\u2068\u2069]/g, '');
      expect(text).toContain(before);
    }
    await expect(desk.locator('.row-words')).toHaveText(lang === 'en' ? /^Moved from L1 · \d+ s ago$/ : said);
    const [row, holder] = [await desk.locator('.row-words').boundingBox(), await desk.locator('.row-holder').boundingBox()];
    expect(row!.x < holder!.x ? row!.x + row!.width <= holder!.x : holder!.x + holder!.width <= row!.x).toBe(true);
    // A whole level is not right to some metres.
    const source = lang === 'en' ? 'only the level is known' : 'الطابق وحده معروف';
    await expect(guard.locator('.ping-source')).toContainText(source);
    await expect(desk.locator('.pane-source')).toContainText(source);
    await expectAccessible(guard);
    await expectAccessible(desk);
    await guard.screenshot({ path: info.outputPath('guard moved.png') });
    await desk.screenshot({ path: info.outputPath('desk moved.png') });

    await guard.locator('.button.is-main').tap();
    await expect(guard.locator('.climb-moved')).toHaveCount(0);
    await expect(desk.locator('.pane-moved')).toBeEmpty();
  });
}

// Every page of the staff on the smallest screen and with large text, with forced colours and without
// motion, in a left-to-right and a right-to-left language: nothing is cut off, nothing lies outside,
// nothing that axe finds. `cargo xtask test --full` walks all twelve languages. Each picture is kept.
import { randomBytes } from 'node:crypto';
import type { BrowserContextOptions, Page, TestInfo } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test, type Screen } from '../support/fixtures';
import type { SottoServer } from '../support/server';
import { enlarge, faults } from '../support/whole';

const TWELVE = ['fr', 'en', 'it', 'es', 'de', 'pt', 'zh-Hans', 'ja', 'ko', 'ar', 'ru', 'uk'];
const LANGUAGES = process.env['SOTTO_FULL'] ? TWELVE : ['en', 'ar'];

type Open = (screen: Screen, options?: BrowserContextOptions) => Promise<Page>;

/** The map is a window on something larger; some words are for ears. */
const PAGE = { in: 'body *', but: '.unseen, .map-slot, svg, input, textarea, select, details:not([open]) > :not(summary)' };

/** On a wide desk row and header keep their height: a long place is cut there, and whole in the open case. */
const WIDE = { ...PAGE, but: `${PAGE.but}, .row *, .microphone *` };

/** Looks at a page as it stands: axe, what is cut off, and a picture. */
async function look(page: Page, info: TestInfo, lang: string, name: string, { where = PAGE, but = [] as string[] } = {}): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
  await expect(page.locator('html')).toHaveAttribute('dir', lang === 'ar' ? 'rtl' : 'ltr');
  await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
  await expectAccessible(page, but);
  expect.soft(await faults(page, false, where), name).toEqual([]);
}

/** The same with forced colours and without motion, then with text at twice its size. The last look. */
async function lookHarder(page: Page, info: TestInfo, lang: string, name: string): Promise<void> {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  // The colours are the system's: axe reads the page's own.
  await look(page, info, lang, `${name}, forced colours`, { but: ['color-contrast'] });
  const moving = await page.evaluate(() => document.getAnimations().map((motion) => String(motion.effect?.getTiming().duration)));
  expect.soft(moving, `${name}: what moves`).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
  await enlarge(page);
  await page.screenshot({ path: info.outputPath(`${name}, text at 200 %.png`), fullPage: true });
  expect.soft(await faults(page, false, PAGE), `${name}, text at 200 %`).toEqual([]);
}

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** A phone without script, in danger, that has written. */
async function inDanger(open: Open, server: SottoServer, lang: string): Promise<Page> {
  const phone = await open('phone', { locale: lang, javaScriptEnabled: false });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await phone.locator('form[action="/answer"] button[value="no"], form[action="/answer"] button').nth(1).tap();
  await expect(phone.locator('form[action="/answer"]').first()).toBeVisible();
  await phone.waitForLoadState();
  await phone.goto(`${server.attendee}/write`);
  await phone.locator('textarea[name=text]').fill('he is outside the door');
  await phone.locator('form[action="/message"] button').tap();
  return phone;
}

for (const lang of LANGUAGES) {
  test(`the desk is whole at 320 px, ${lang}`, async ({ open, server }, info) => {
    test.setTimeout(120_000);
    await inDanger(open, server, lang);
    const desk = await open('small phone', { locale: lang });
    await signIn(desk, server.linkFor('agent'));
    await expect(desk.locator('.row')).toHaveCount(1);
    await look(desk, info, lang, 'queue');
    await desk.locator('.menu summary').tap();
    await look(desk, info, lang, 'menu');
    await desk.locator('.menu summary').tap();
    await desk.locator('.row').tap();
    await expect(desk.locator('.bubble')).toHaveCount(1);
    await look(desk, info, lang, 'case');
    for (const key of ['p', 'h', 'b', 'e', 'f', '0', '?']) {
      await desk.keyboard.press(key);
      await expect(desk.locator('dialog[open]')).toBeVisible();
      await look(desk, info, lang, `asked by ${key === '?' ? 'help' : key}`);
      await desk.keyboard.press('Escape');
      await expect(desk.locator('dialog[open]')).toHaveCount(0);
    }
    await desk.keyboard.press('Control+k');
    await expect(desk.locator('#palette-field')).toBeFocused();
    await look(desk, info, lang, 'palette');
    await desk.keyboard.press('Escape');
    await desk.keyboard.press('t');
    await expect(desk.locator('.call.is-joined')).toBeVisible();
    await look(desk, info, lang, 'call');
    await lookHarder(desk, info, lang, 'case');
  });

  test(`the lead and the desk with large text, ${lang}`, async ({ open, server }, info) => {
    test.setTimeout(120_000);
    await inDanger(open, server, lang);
    const small = await open('small phone', { locale: lang });
    await signIn(small, server.linkFor('lead'));
    await expect(small.locator('.lead-strip')).toBeVisible();
    await look(small, info, lang, 'lead');
    await lookHarder(small, info, lang, 'lead');
    // A desktop at 200 %: half the width for the same words.
    const zoomed = await open('desktop', { locale: lang, viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    await signIn(zoomed, server.linkFor('agent'));
    // Keys are heard once the desk is live.
    await expect(zoomed.locator('.row')).not.toHaveCount(0);
    await zoomed.keyboard.press('i');
    await zoomed.keyboard.press('p');
    await expect(zoomed.locator('.no-phone button')).toBeVisible();
    await look(zoomed, info, lang, 'opened by the desk');
    await zoomed.locator('.no-phone button').click();
    await expect(zoomed.locator('.case-code')).toHaveText(/-/);
    await look(zoomed, info, lang, 'code');
  });

  test(`the lead's page is whole at 320 px, ${lang}`, async ({ open, server }, info) => {
    test.setTimeout(120_000);
    await inDanger(open, server, lang);
    const guards = server.links.filter(({ role }) => role === 'security').slice(0, 2);
    for (const { url } of guards) await signIn(await open('phone', { locale: lang }), url);
    const lead = await open('small phone', { locale: lang });
    await signIn(lead, server.linkFor('lead'));
    await lead.goto(`${server.desk}/shift`);
    await expect(lead.locator('.age-row')).toHaveCount(1);
    await look(lead, info, lang, 'shift');
    await lead.locator('.age-act').tap();
    await expect(lead.locator('dialog[open]')).toBeVisible();
    await look(lead, info, lang, 'reassign');
    await lead.locator('.dialog-close').tap();
    await lookHarder(lead, info, lang, 'shift');
  });

  test(`the responder is whole at 320 px, ${lang}`, async ({ open, server }, info) => {
    test.setTimeout(120_000);
    const guards = { 'small phone': await open('small phone', { locale: lang }) };
    const guard = guards['small phone'];
    await signIn(guard, server.linkFor('security'));
    await look(guard, info, lang, 'off duty');
    await guard.getByRole('switch').tap();
    await look(guard, info, lang, 'which level');
    await guard.locator('.level-list button').first().tap();
    await expect(guard.locator('.your-level')).toBeVisible();
    await look(guard, info, lang, 'on duty');

    const phone = await inDanger(open, server, lang);
    const desk = await open('desktop', { locale: lang });
    await signIn(desk, server.linkFor('agent'));
    await expect(desk.locator('.row')).toHaveCount(1);
    await desk.keyboard.press('j');
    await desk.keyboard.press('Enter');
    await desk.keyboard.press('a');
    await expect(desk.locator('.person-digit')).toHaveCount(1);
    await desk.locator('#note').fill('Do not call her name. Ask for the lost-property desk.');
    await desk.locator('.note-save').click();
    await desk.locator('#note').press('Escape');
    await desk.keyboard.press('d');
    await desk.keyboard.press('Enter');
    await expect(guard.locator('.button.is-main')).toBeVisible();
    await look(guard, info, lang, 'told');
    await guard.setViewportSize({ width: 390, height: 844 });
    await look(guard, info, lang, 'told at 390');
    const form = { key: randomBytes(16).toString('hex'), p: 'l:4' };
    await phone.request.post(`${server.attendee}/place`, { form, headers: { origin: server.attendee } });
    await expect(guard.locator('.climb-moved')).toBeVisible();
    await look(guard, info, lang, 'moved at 390');
    await guard.setViewportSize({ width: 320, height: 568 });
    await look(guard, info, lang, 'moved');
    await guard.locator('.button.is-second').tap();
    await look(guard, info, lang, 'cannot');
    await guard.locator('.cannot .button:not(.is-tall)').tap();
    await guard.locator('.button.is-main').tap();
    await look(guard, info, lang, 'going');
    await guard.locator('.team-join').first().tap();
    await expect(guard.locator('.team-talk')).toBeVisible();
    await look(guard, info, lang, 'talk');
    await guard.setViewportSize({ width: 390, height: 844 });
    await look(guard, info, lang, 'talk at 390');
    await guard.setViewportSize({ width: 320, height: 568 });
    await lookHarder(guard, info, lang, 'talk');
  });

  test(`joining and the organiser's pages are whole at 320 px, ${lang}`, async ({ open, server, guard }, info) => {
    test.setTimeout(120_000);
    guard.allow(/status of (401|403|404|410) /);
    const page = await open('small phone', { locale: lang });
    await page.goto(server.desk);
    await look(page, info, lang, 'nobody');
    const link = server.linkFor('organiser');
    await page.goto(link);
    await look(page, info, lang, 'join');
    await lookHarder(page, info, lang, 'join');
    await page.goto(link);
    await page.locator('form button').tap();
    await expect(page.locator('form[action="/invite"]').first()).toBeVisible();
    await page.locator('details summary').first().tap();
    await look(page, info, lang, 'organiser');
    await lookHarder(page, info, lang, 'organiser');
    await page.goto(`${server.desk}/organiser`);
    const poster = await page.locator('a[href^="/poster/"]').first().getAttribute('href');
    await page.goto(`${server.desk}${poster}`);
    await page.screenshot({ path: info.outputPath('poster.png') });
    await page.goto(`${server.desk}/organiser`);
    await page.locator('form[action="/invite"] input[name=name]').fill('Aïcha');
    await page.locator('form[action="/invite"] button').last().tap();
    await expect(page.locator('section.news')).toBeVisible();
    await look(page, info, lang, 'invited');
  });
}

for (const [lang, colorScheme] of [['en', 'dark'], ['en', 'light'], ['fr', 'dark'], ['fr', 'light'], ['ar', 'dark']] as const) {
  test(`the desk at its usual size, ${lang}, ${colorScheme}`, async ({ open, server }, info) => {
    test.setTimeout(120_000);
    await inDanger(open, server, lang === 'fr' ? 'ko' : 'en');
    await inDanger(open, server, 'it');
    const desk = await open('desktop', { locale: lang, colorScheme, viewport: { width: 1440, height: 900 } });
    const guard = await open('phone', { locale: lang });
    await signIn(guard, server.linkFor('security'));
    await guard.getByRole('switch').tap();
    await guard.locator('.level-list button').first().tap();
    await signIn(desk, server.linkFor('agent'));
    await desk.locator('.row').first().click();
    await expect(desk.locator('.bubble')).toHaveCount(1);
    await desk.keyboard.press('a');
    await desk.keyboard.press('c');
    await desk.keyboard.press('1');
    await expect(desk.locator('.bubble')).toHaveCount(2);
    await desk.keyboard.press('3');
    await expect(desk.locator('.bubble')).toHaveCount(3);
    await expect(desk.locator('.person-digit')).toHaveCount(1);
    await look(desk, info, lang, 'case', { where: WIDE });
    await desk.keyboard.press('d');
    await desk.keyboard.press('Enter');
    await guard.locator('.button.is-main').tap();
    await desk.keyboard.press('t');
    await expect(desk.locator('.call.is-joined')).toBeVisible();
    await look(desk, info, lang, 'call', { where: WIDE });
    await desk.locator('.row').last().click();
    await desk.keyboard.press('Control+k');
    await expect(desk.locator('#palette-field')).toBeFocused();
    await desk.screenshot({ path: info.outputPath('palette.png') });
  });
}

/** What has the focus, as a reader of the page would name it, and whether the eye can find it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement;
    if (!active || active === document.body) return { id: 'body', seen: true };
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    const box = active.getBoundingClientRect();
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    const id = active.id.replace(/^row-.*/, 'row') || active.classList[0] || active.tagName.toLowerCase();
    return { id, seen: inside && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
  });

test('the desk by keyboard alone: every control is reached, seen, and left again', async ({ open, server }) => {
  test.setTimeout(60_000);
  await inDanger(open, server, 'en');
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, server.linkFor('agent'));
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  const reached = new Set<string>();
  const unseen = new Set<string>();
  for (let step = 0; step < 120; step++) {
    await desk.keyboard.press('Tab');
    const { id, seen } = await focused(desk);
    // Past the last control the focus leaves the page, and comes back to the first.
    if (id === 'body' && reached.has('body')) break;
    reached.add(id);
    if (!seen) unseen.add(id);
  }
  expect([...unseen]).toEqual([]);
  for (const id of ['row', 'microphone', 'summary', 'phrase-key', 'reply', 'note', 'team-note', 'button', 'map-svg']) {
    expect.soft([...reached], id).toContain(id);
  }
  expect([...reached], 'the page lets go of the focus').toContain('body');
});

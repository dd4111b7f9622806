// The responder's phone: what must be read and pressed is always whole, whatever the desk tells.
import type { BrowserContextOptions, Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test, type Screen } from '../support/fixtures';
import { covered, reachable } from '../support/layout';
import type { SottoServer } from '../support/server';

type Open = (screen: Screen, options?: BrowserContextOptions) => Promise<Page>;

const NOTE = 'Come alone. Do not call her name. Ask for the lost-property desk and wait near the pillar.';
const SIZES = [[390, 736], [360, 640], [320, 568]] as const;

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

async function onDuty(open: Open, server: SottoServer, lang: string): Promise<Page> {
  const guard = await open('phone', { locale: lang, viewport: { width: 390, height: 736 } });
  await signIn(guard, server.linkFor('security'));
  await guard.getByRole('switch').tap();
  await guard.locator('.level-list button').first().tap();
  await expect(guard.locator('.your-level')).toBeVisible();
  return guard;
}

/** A phone without script: *Not safe*, *The person is near*, how to come and what to look for. */
async function alerted(open: Open, server: SottoServer, facts: boolean): Promise<void> {
  const phone = await open('phone', { locale: 'en', javaScriptEnabled: false });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  if (!facts) return;
  // Each answer is a page of its own. Safe: no. Near, hurt, able to move, a woman: yes.
  const tap = (what: string, nth = 0) => Promise.all([phone.waitForEvent('load'), phone.locator(`${what} button`).nth(nth).tap()]);
  for (const answer of [1, 0, 0, 0, 0]) await tap('form[action="/answer"]', answer);
  await tap('form[action="/how"]');
  await tap('form[action="/look"]');
  await phone.locator('input[name=garment]').nth(1).check({ force: true });
  await phone.locator('input[name=colour]').nth(1).check({ force: true });
  await tap('form[action="/known"]');
}

/** Sends whoever is first, with a note. */
async function sent(open: Open, server: SottoServer, note: string): Promise<Page> {
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, server.linkFor('agent'));
  await expect(desk.locator('.row')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('a');
  await expect(desk.locator('.person-digit')).toHaveCount(1);
  await desk.locator('#note').fill(note);
  await desk.locator('.note-save').click();
  await desk.locator('#note').press('Escape');
  await desk.keyboard.press('d');
  await expect(desk.locator('.people.is-choosing')).toBeVisible();
  await desk.keyboard.press('Enter');
  return desk;
}

/** All that must be read, top to bottom. */
const WORDS = ['.climb', '.ping-place', '.ping-source', '.ping-danger', '.ping-how', '.ping-known', '.ping-note'];

for (const lang of ['en', 'fr', 'ar']) {
  for (const facts of [false, true]) {
    test(`place, level, note and button are whole, ${facts ? 'with warnings and facts' : 'with a long note'}, ${lang}`, async ({ open, server }, info) => {
      test.setTimeout(90_000);
      const guard = await onDuty(open, server, lang);
      await alerted(open, server, facts);
      await sent(open, server, NOTE);
      await expect(guard.locator('.ping-note')).toHaveText(NOTE);
      if (facts) {
        await expect(guard.locator('.ping-danger')).toHaveCount(3);
        await expect(guard.locator('.ping-how')).toBeVisible();
        await expect(guard.locator('.ping-known')).toBeVisible();
      }
      for (const state of ['told', 'going', 'there']) {
        for (const [width, height] of SIZES) {
          await guard.setViewportSize({ width, height });
          await guard.evaluate(() => scrollTo(0, 0));
          // The map has settled on whether there is room for it.
          await guard.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          const at = `${state} at ${width}`;
          await guard.screenshot({ path: info.outputPath(`${at}.png`) });
          // At first sight: where to, how many levels, the button.
          expect.soft(await covered(guard.locator('.climb')), `${at}: level difference`).toEqual([]);
          expect.soft(await covered(guard.locator('.ping-place')), `${at}: place`).toEqual([]);
          expect.soft(await covered(guard.locator('.button.is-main')), `${at}: the button`).toEqual([]);
          expect.soft(await covered(guard.locator('.button.is-second')), `${at}: the second button`).toEqual([]);
          for (const words of WORDS) {
            for (const line of await guard.locator(words).all()) {
              expect.soft(await reachable(line), `${at}: ${words}`).toEqual([]);
            }
          }
          expect.soft(await reachable(guard.locator('.own-help button').first()), `${at}: own help`).toEqual([]);
          await guard.evaluate(() => scrollTo(0, 0));
          // The map is there, or a tap away.
          const map = guard.locator('.ping-map .map-svg');
          if (!(await map.isVisible())) {
            await guard.locator('.climb-map').tap();
            await expect(map).toBeVisible();
            expect.soft(await covered(guard.locator('.ping-place')), `${at}: place beside the map`).toEqual([]);
            expect.soft(await covered(guard.locator('.button.is-main')), `${at}: the button beside the map`).toEqual([]);
            await guard.screenshot({ path: info.outputPath(`${at}, map.png`) });
          }
          // Its picker shows the level that is drawn, with the number of who waits there.
          const level = guard.locator('.map-level.is-on');
          expect.soft(await covered(level), `${at}: the level shown`).toEqual([]);
          await expect.soft(level.locator('.map-badge')).toHaveText('1');
          const tools = await guard.locator('.map-tool').all();
          for (const tool of tools) expect.soft(await covered(tool), `${at}: tools`).toEqual([]);
          if (await guard.locator('.ping.is-map').count()) await guard.locator('.climb-map').tap();
          await expect(guard.locator('.ping.is-map')).toHaveCount(0);
        }
        // What lies half under the button's bar is scrolled to: axe measures the half.
        await guard.setViewportSize({ width: 390, height: 844 });
        await guard.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        if (state === 'told') await expectAccessible(guard);
        if (state !== 'there') await guard.locator('.button.is-main').tap();
        // Once there, whoever came can only not find anybody.
        if (state === 'told') await expect(guard.locator('.trail [aria-current]')).toHaveCount(1);
      }
      if (lang === 'en') {
        await expect(guard.getByRole('button', { name: 'Done' })).toBeEnabled();
        await expect(guard.getByRole('button', { name: "Can't" })).toHaveCount(0);
        await guard.getByRole('button', { name: 'I cannot find anyone' }).tap();
        await expect(guard.locator('.cannot .is-tall')).toHaveCount(1);
        await guard.getByRole('button', { name: 'Leave it' }).tap();
        if (facts) await expect(guard.locator('.ping-known')).toHaveText(/^Known by \S+: \S+/);
        await guard.getByRole('button', { name: 'Done' }).tap();
        await expect(guard.locator('.ended')).toHaveText('You were there and finished.');
      }
    });
  }
}

test('a new note closes the map', async ({ open, server }) => {
  const guard = await onDuty(open, server, 'en-GB');
  await guard.setViewportSize({ width: 320, height: 568 });
  await alerted(open, server, true);
  const desk = await sent(open, server, 'Wait outside, near the door. Do not go in.');
  await guard.locator('.climb-map').tap();
  await expect(guard.locator('.map-svg')).toBeVisible();
  await expect(guard.locator('.ping-note')).toBeHidden();
  await desk.locator('#note').fill('Go in now.');
  await desk.locator('.note-save').click();
  await expect(guard.locator('.ping-note')).toHaveText('Go in now.');
  await expect(guard.locator('.ping-note')).toBeVisible();
});

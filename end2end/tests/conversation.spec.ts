// The conversation from the phone's side: taps, sentences and words, with script, without, and
// through everything that takes a page away.
import type { Page } from '@playwright/test';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';
import { enlarge } from '../support/whole';

const lit = (page: Page) => page.locator('.steps li.lit');
const field = (page: Page) => page.locator('textarea[name=text]');
const mine = (page: Page) => page.locator('.talk .mine');
const theirs = (page: Page) => page.locator('.talk .theirs');
const bubbles = (desk: Page) => desk.locator('.bubble');

/** The words that a journey looks for, as each language has them. */
const WORDS = {
  en: { locale: 'en-GB', yes: 'Yes', withYou: 'I am with you.', hurry: 'Please hurry.', opened: 'opened by the team' },
  fr: { locale: 'fr-FR', yes: 'Oui', withYou: 'Je suis avec vous', hurry: undefined, opened: undefined },
  ar: { locale: 'ar', yes: undefined, withYou: undefined, hurry: undefined, opened: undefined },
  ja: { locale: 'ja', yes: undefined, withYou: undefined, hurry: undefined, opened: undefined },
} as const;

async function deskOf(page: Page, server: SottoServer): Promise<void> {
  await page.goto(server.linkFor('agent'));
  await page.getByRole('button').click();
  await expect(page.locator('.queue')).toBeVisible();
}

async function openCase(desk: Page): Promise<void> {
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  // *Seen* is a named act, not a glance.
  await desk.keyboard.press('a');
}

/** One tap from the poster to a live case. */
async function alerted(page: Page, server: SottoServer): Promise<void> {
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
}

for (const [lang, words] of Object.entries(WORDS)) {
  test(`tap, seen, answered, a sentence across languages, words both ways, ${lang}`, async ({ open, server }) => {
    const desk = await open('desktop', { locale: lang === 'fr' ? 'en-GB' : 'fr-FR' });
    await deskOf(desk, server);
    const phone = await open('phone', { locale: words.locale });
    await alerted(phone, server);
    await expect(phone.locator('html')).toHaveAttribute('lang', lang);
    await expect(phone.locator('html')).toHaveJSProperty('dir', lang === 'ar' ? 'rtl' : '');
    await openCase(desk);
    await expect(lit(phone)).toHaveCount(2);

    // One question at a time, answered in place: nothing is loaded.
    await phone.evaluate(() => ((window as unknown as { same: boolean }).same = true));
    const asked = await phone.locator('#question').textContent();
    await phone.locator('#ask .answer').first().tap();
    await expect(phone.locator('#question')).not.toHaveText(asked!);
    await expect(desk.locator('.pane .chip:visible, .summary .is-amber').first()).toBeVisible();

    // The desk's key is read in the person's own language.
    await desk.keyboard.press('1');
    await expect(theirs(phone)).toHaveCount(1);
    if (words.withYou) await expect(theirs(phone)).toContainText(words.withYou);
    await expect(bubbles(desk).last()).toContainText(lang === 'fr' ? 'I am with you.' : 'Je suis avec vous');
    // A sentence of the person's is read in the agent's.
    await phone.locator('.chips form button').first().tap();
    await expect(mine(phone)).toHaveCount(1);
    if (words.hurry) await expect(mine(phone)).toContainText(words.hurry);
    await expect(bubbles(desk)).toHaveCount(2);

    // Words, with marks that stand on an act of the other side.
    const text = { en: 'by the door', fr: 'près de la porte', ar: 'عند الباب', ja: 'ドアのそば' }[lang]!;
    await field(phone).fill(text);
    await phone.locator('#say button').tap();
    await expect(mine(phone).last()).toContainText(text);
    await expect(field(phone)).toHaveValue('');
    await expect(bubbles(desk).last()).toContainText(text);
    if (words.opened) await expect(mine(phone).last()).toContainText(words.opened);
    await desk.keyboard.press('r');
    await desk.keyboard.type('two minutes');
    await desk.keyboard.press('Enter');
    await expect(theirs(phone).last()).toContainText('two minutes');
    expect(await phone.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
    // The row of the field stays in sight over what is scrolled; what it half covers is no target.
    await phone.evaluate(() => document.querySelector('.chips')!.scrollIntoView({ block: 'end' }));
    await expectAccessible(phone);
  });
}

test('what is typed outlives frames, a reload, Talk and a server that is away, and is sent once', async ({
  open,
  server,
  guard,
}) => {
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket/);
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server);
  const phone = await open('phone', { locale: 'en-GB' });
  await alerted(phone, server);
  await openCase(desk);

  await field(phone).tap();
  await phone.keyboard.type('he is still');
  await desk.keyboard.press('1');
  await expect(theirs(phone)).toHaveCount(1);
  // The page changed around the field: words, focus and caret stayed.
  await expect(field(phone)).toBeFocused();
  await phone.keyboard.type(' here');
  await expect(field(phone)).toHaveValue('he is still here');

  await phone.getByRole('button', { name: 'Talk', exact: true }).tap();
  await expect(phone.getByRole('heading', { name: 'Talk' })).toBeVisible();
  await phone.getByRole('button', { name: 'Back' }).tap();
  await expect(field(phone)).toBeVisible();
  await expect(field(phone)).toHaveValue('he is still here');

  await phone.reload();
  await expect(phone.locator('#live[data-on]')).toBeAttached();
  await expect(field(phone)).toHaveValue('he is still here');

  await server.kill();
  await phone.locator('#say button').tap();
  await expect(phone.locator('#say [role=status]')).toBeVisible();
  await expect(field(phone)).toHaveValue('he is still here');
  // The page goes too, while nobody has answered: the words and their key do not.
  await server.launch();
  await expect(mine(phone)).toHaveCount(1, { timeout: 20_000 });
  await expect(field(phone)).toHaveValue('');
  await phone.reload();
  await expect(mine(phone)).toHaveCount(1);
  await expect(theirs(phone)).toHaveCount(1);
  await expect(field(phone)).toHaveValue('');
  expect((await server.log()).filter((entry) => entry.kind === 'wrote')).toHaveLength(2);
});

test('with every .wasm blocked, what is typed outlives a reload, and goes when it is sent', async ({
  open,
  server,
  guard,
}) => {
  guard.allow(/attendee.*\.wasm|Failed to fetch|ERR_FAILED/);
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.route('**/*.wasm', (route) => route.abort());
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(field(phone)).toBeVisible();
  await field(phone).fill('behind the stage');
  await phone.reload();
  await expect(field(phone)).toHaveValue('behind the stage');
  await phone.locator('#say button').tap();
  await expect(mine(phone)).toContainText('behind the stage');
  await expect(field(phone)).toHaveValue('');
  expect(await phone.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a draft is gone when the case has ended, and when the phone is cleared', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server);
  const phone = await open('phone', { locale: 'en-GB' });
  await alerted(phone, server);
  await field(phone).fill('never to be found');
  expect(await phone.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain('never to be found');
  await openCase(desk);
  await expect(lit(phone)).toHaveCount(2);
  await desk.keyboard.press('e');
  await desk.keyboard.press('1');
  await expect(phone.getByText('You did well to ask.')).toBeVisible();
  expect(await phone.evaluate(() => sessionStorage.length)).toBe(0);
  await phone.reload();
  await expect(phone.locator('main')).not.toContainText('never to be found');
  // Another case's, from before.
  await phone.evaluate(() => sessionStorage.setItem('draft-1', '{}'));
  await phone.locator('form[action="/clear"] button').tap();
  await expect(phone.locator('#tap')).toBeVisible();
  expect(await phone.evaluate(() => sessionStorage.length)).toBe(0);
});

test('without JavaScript all of it works by forms', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'fr-FR' });
  await deskOf(desk, server);
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(lit(phone)).toHaveCount(1);
  await openCase(desk);
  // The page asks for itself again, every ten seconds.
  await expect(lit(phone)).toHaveCount(2, { timeout: 15_000 });
  await phone.locator('#ask .answer').last().tap();
  await expect(desk.locator('.summary .is-amber')).toBeVisible();
  await phone.locator('.chips summary').tap();
  await phone.getByRole('button', { name: "I'm hiding." }).tap();
  await expect(bubbles(desk)).toHaveCount(1);
  await desk.keyboard.press('1');
  await expect(bubbles(desk)).toHaveCount(2);
  // The field would be emptied by the page's own refresh: writing has a page of its own.
  await expect(field(phone)).toBeHidden();
  await phone.getByRole('button', { name: 'Write', exact: true }).tap();
  await field(phone).fill('by <b>the door</b>');
  await phone.getByRole('button', { name: 'Send' }).tap();
  await expect(mine(phone).last()).toContainText('by <b>the door</b>');
  await expect(theirs(phone)).toContainText('I am with you.');
  await phone.reload();
  await expect(mine(phone).last()).toContainText('opened by the team');
  await server.restart();
  await phone.reload();
  await expect(mine(phone)).toHaveCount(2);
});

test('the language of the case is changed in the case', async ({ open, server }) => {
  const phone = await open('phone', { locale: 'en-GB' });
  await alerted(phone, server);
  await phone.locator('footer summary').tap();
  await phone.getByRole('link', { name: '日本語' }).tap();
  await expect(phone.locator('html')).toHaveAttribute('lang', 'ja');
  await expect(lit(phone)).toHaveCount(1);
  await expect(phone.locator('#live[data-on]')).toBeAttached();
  await phone.locator('#ask .answer').first().tap();
  await expect(phone.locator('#ask')).toContainText('2');
  await expect(phone.locator('html')).toHaveAttribute('lang', 'ja');
});

test('the address of a form leads to the case, or to Ready', async ({ open, server }) => {
  const phone = await open('phone', { locale: 'en-GB' });
  for (const path of ['/alert', '/safe', '/message']) {
    await phone.goto(server.attendee + path);
    await expect(phone.locator('#tap button')).toBeVisible();
  }
  // Whoever has a code finds the way from *Continue*.
  await phone.getByRole('link', { name: 'Code that the team gave you' }).tap();
  await expect(phone.locator('input[name=code]')).toBeVisible();
  await alerted(phone, server);
  await phone.goto(`${server.attendee}/alert`);
  await expect(lit(phone)).toHaveCount(1);
});

test.describe('outside the hours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-closed-'));
  const file = join(folder, 'festival.toml');
  const demo = readFileSync(join(import.meta.dirname, '../../server/demo/festival.toml'), 'utf8');
  // A festival far ahead, so that it is closed on whatever day this runs.
  const hours = demo.replaceAll(/"2027-(\d\d-\d\d \d\d:\d\d)"/g, '"2127-$1"');
  writeFileSync(file, hours.replace('always_open = true', 'always_open = false'));
  test.use({ serverArgs: ['--festival', file] });

  for (const javaScriptEnabled of [true, false]) {
    test(`nothing is accepted silently, ${javaScriptEnabled ? 'with' : 'without'} script`, async ({ open, server }) => {
      const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled });
      await phone.goto(server.poster);
      await expect(phone.getByRole('heading', { level: 1 })).toHaveText('The team comes back on a later day, at 09:00.');
      await expect(phone.getByText('Nobody reads messages now.', { exact: false })).toBeVisible();
      // Read in this order: who answers now, then the message for later.
      const order = ['17', '112', 'SMS 114', 'Leave a message'];
      await expect(phone.locator('main a.button b, #tap button b')).toHaveText(order);
      const sms = await phone.locator('a.by-text').getAttribute('href');
      // Whoever reads there reads French: sentence and place.
      expect(decodeURIComponent(sms!)).toMatch(/^sms:114\?body=J'ai besoin d'aide.*foyer Mistral.* \/ I need help/);
      if (javaScriptEnabled) await expectAccessible(phone);
      if (process.env.SOTTO_PICTURES) await phone.screenshot({ path: `${process.env.SOTTO_PICTURES}/closed-${javaScriptEnabled}.png` });
      await phone.locator('#tap button').tap();
      await expect(phone.getByText(/Kept at \d\d:\d\d\. Nobody reads it before the team is back\./)).toBeVisible();
      await expect(phone.getByText('The team comes back on a later day, at 09:00.')).toBeVisible();
      await expect(phone.locator('a.by-text')).toBeVisible();
      await expect(phone.getByText('The team has it', { exact: false })).toHaveCount(0);
      if (process.env.SOTTO_PICTURES) await phone.screenshot({ path: `${process.env.SOTTO_PICTURES}/closed-case-${javaScriptEnabled}.png` });
    });
  }
});

test.describe('pictures', () => {
  const folder = process.env.SOTTO_PICTURES;
  test.skip(!folder, 'only where somebody looks at them');
  for (const locale of ['en', 'ar', 'de']) {
    for (const [width, height] of [[390, 736], [320, 568], [320, 480]] as const) {
      for (const scale of [1, 2]) {
        test(`${locale} ${width}x${height} ${scale}`, async ({ open, server }) => {
          await mkdir(folder!, { recursive: true });
          const desk = await open('desktop', { locale: 'en-GB' });
          await deskOf(desk, server);
          const phone = await open('phone', { locale, viewport: { width, height } });
          const picture = async (name: string) => {
            if (scale === 2) await enlarge(phone);
            await phone.screenshot({ path: `${folder}/${name}-${locale}-${width}x${height}-${scale}.png` });
            if (scale === 2) await phone.evaluate(() => document.querySelectorAll('[style]').forEach((one) => one.removeAttribute('style')));
          };
          await phone.goto(server.poster);
          await picture('ready');
          await phone.locator('#tap button').tap();
          await expect(phone.locator('#live[data-on]')).toBeAttached();
          await openCase(desk);
          await desk.keyboard.press('1');
          await expect(theirs(phone)).toHaveCount(1);
          for (let n = 0; n < 3; n++) {
            const asked = await phone.locator('#question').textContent();
            await phone.locator('#ask .answer').first().tap();
            await expect(phone.locator('#question')).not.toHaveText(asked!);
          }
          await expect(phone.locator('form[action="/undo"]')).toHaveCount(0, { timeout: 12_000 });
          await picture('with-you');
          await phone.screenshot({ path: `${folder}/whole-${locale}-${width}x${height}-${scale}.png`, fullPage: true });
          await phone.locator('button#talk').tap();
          await expect(phone.locator('#talking')).toBeVisible();
          await picture('talk');
        });
      }
    }
  }
});

test('what comes in does not move the answers under the finger', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server);
  const phone = await open('small phone', { locale: 'fr-FR' });
  await alerted(phone, server);
  await openCase(desk);
  const answer = phone.locator('#ask .answer').first();
  await phone.evaluate(() => document.querySelector('#ask')!.scrollIntoView({ block: 'center' }));
  const top = async () => Math.round((await answer.boundingBox())!.y);
  const before = await top();
  await expect(phone.locator('form[action="/undo"]')).toHaveCount(0, { timeout: 15_000 });
  expect(await top()).toBe(before);
  for (let n = 1; n <= 2; n++) {
    await desk.locator('#reply').fill(`Line ${n}`);
    await desk.locator('#reply').press('Enter');
    await expect(theirs(phone)).toHaveCount(n);
    expect(await top()).toBe(before);
  }
});

test('*Clear this phone* in a case that goes on: the phone forgets, the team does not, the history tells nothing', async ({ page, server }) => {
  await alerted(page, server);
  await page.getByText('Clear this phone').first().tap();
  await expect(page.getByText('The team goes on helping', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.locator('form[action="/clear"] button').tap();
  await expect(page.getByText('This phone is cleared. The team still has your request.')).toBeVisible();
  expect(new URL(page.url()).search).not.toContain('n=');
  expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain('__Host-t');
  await page.reload();
  await expect(page.locator('#tap')).toBeVisible();
  await expect(page.getByText('This phone is cleared.', { exact: false })).toHaveCount(0);
  expect((await server.log()).map((entry) => entry.kind)).not.toContain('closed');
});

test('a long thread does not push the question off a small screen', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server);
  const phone = await open('small phone', { locale: 'en-GB' });
  await alerted(phone, server);
  await openCase(desk);
  for (let n = 1; n <= 8; n++) {
    await desk.locator('#reply').fill(`Line ${n} of a conversation that goes on and on`);
    await desk.locator('#reply').press('Enter');
    await expect(theirs(phone)).toHaveCount(n);
  }
  await expect(theirs(phone).last()).toBeInViewport();
  await expect(theirs(phone).first()).not.toBeInViewport();
  const whole = await phone.evaluate(() => document.documentElement.scrollHeight);
  // A whole question is looked at, not one whose end lies under the bar.
  await phone.locator('.skip').evaluate((skip) => skip.scrollIntoView({ block: 'center' }));
  // The steps, a window on the thread, the question, what can be said: two small screens, not five.
  expect(whole).toBeLessThan(3 * 568);
  await expectAccessible(phone);
  // The earlier ones are there for whoever scrolls, also by keys.
  await phone.locator('[role=log]').focus();
  await phone.keyboard.press('Home');
  await expect(theirs(phone).first()).toBeInViewport();
});

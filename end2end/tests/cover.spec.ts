// The cover: one tap shows the festival's programme in place of whatever was there; the case goes on.
import type { Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { expectAccessible } from '../support/axe';
import { FarEnd } from '../support/far-end';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';
import { enlarge, faults } from '../support/whole';

const eye = (page: Page) => page.locator('#e');
const cover = (page: Page) => page.locator('#p');
const heading = (page: Page) => page.locator('#p h1');
const theirs = (page: Page) => page.locator('.talk .theirs');

/** The programme, and nothing else: for the eye, for ears, and in the title. */
async function expectCovered(page: Page, title = 'Programme'): Promise<void> {
  await expect(cover(page)).toBeVisible();
  await expect(page).toHaveTitle(title);
  await expect(cover(page).locator('li')).toHaveCount(8);
  await expect(page.locator('footer')).toBeHidden();
  const heard = await page.locator('body').ariaSnapshot();
  expect(heard).not.toMatch(/Sent|help|Police|112|Talk|textbox|button/i);
  expect(heard).toContain('heading "Programme" [level=1]');
}

async function expectOpen(page: Page): Promise<void> {
  await expect(cover(page)).toBeHidden();
  await expect(eye(page)).toBeVisible();
  await expect(page).toHaveTitle('Baie Festival');
}

/** What is painted in the frame after the eye is pressed: everything is decided before it. */
async function inOneFrame(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    document.getElementById('e')!.click();
    const found: string[] = [];
    const seen = [...document.body.children].filter((part) => part.id !== 'p' && part.getClientRects().length > 0);
    if (seen.length) found.push(`still shown: ${seen.map((part) => part.tagName)}`);
    if (document.getAnimations().length) found.push('something is still moving');
    for (let x = 2; x < innerWidth; x += 24) {
      for (let y = 2; y < innerHeight; y += 24) {
        const at = document.elementFromPoint(x, y);
        if (at && at !== document.body && at !== document.documentElement && !at.closest('#p')) found.push(at.outerHTML);
      }
    }
    if (getComputedStyle(document.body).backgroundColor !== 'rgb(11, 13, 16)') found.push('not as dark as the page');
    if (document.title !== 'Programme') found.push(document.title);
    return found;
  });
}

async function alerted(page: Page, server: SottoServer): Promise<void> {
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
}

test.use({ locale: 'en-GB' });

/** What comes after the first picture has come. */
const boxed = (page: Page) => page.waitForFunction(() => Boolean((window as unknown as { sotto?: { box?: unknown } }).sotto?.box));

test('on Ready one tap covers all of it in one frame, two taps on the title come back', async ({ page, server, guard }) => {
  await page.goto(server.poster);
  await expectOpen(page);
  await boxed(page);
  const before = { asked: guard.requests.length, url: page.url() };
  expect(await inOneFrame(page)).toEqual([]);
  await expectCovered(page);
  await expectAccessible(page);
  // The same document, without a word over the network, and nothing new in the history.
  expect({ asked: guard.requests.length, url: page.url() }).toEqual(before);
  expect(await page.evaluate(() => [history.length, String(getSelection()?.selectAllChildren(document.body) ?? getSelection())]))
    .toEqual([2, expect.not.stringContaining('Police')]);

  // Neither one tap nor two slow ones nor taps elsewhere.
  await heading(page).tap();
  await cover(page).locator('li').first().tap();
  await cover(page).locator('li').first().tap();
  await expectCovered(page);
  await page.evaluate(() => {
    const title = document.querySelector('#p h1')!;
    const press = (at: number) => {
      const click = new MouseEvent('click', { bubbles: true });
      Object.defineProperty(click, 'timeStamp', { value: at });
      title.dispatchEvent(click);
    };
    press(1e9);
    press(1e9 + 1_001);
  });
  await expectCovered(page);
  await page.evaluate(() => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true })));
  await heading(page).dblclick();
  await expectOpen(page);
  await expect(page.locator('#tap button')).toBeVisible();
});

test('Shift three times covers, other keys between do not; the title answers to Enter twice', async ({ page, server }) => {
  await page.goto(server.poster);
  await boxed(page);
  for (const key of ['Shift', 'A', 'Shift', 'Shift']) await page.keyboard.press(key);
  await expectOpen(page);
  await page.keyboard.press('Shift');
  await expectCovered(page);
  // Whoever goes on pressing in fear uncovers nothing.
  for (let n = 0; n < 5; n++) await page.keyboard.press('Shift');
  await expectCovered(page);
  await page.keyboard.press('Tab');
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expectOpen(page);
  await expect(eye(page)).toBeFocused();
});

test('the case goes on beneath: a message arrives, and is seen only when the cover is off', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await desk.goto(server.linkFor('agent'));
  await desk.getByRole('button').click();
  const phone = await open('phone', { locale: 'en-GB' });
  await alerted(phone, server);
  await phone.locator('#text').fill('half a sentence');
  expect(await inOneFrame(phone)).toEqual([]);
  await expectCovered(phone);
  await expectAccessible(phone);

  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  await desk.keyboard.press('a');
  await desk.keyboard.press('1');
  await expect(theirs(phone)).toHaveCount(1);
  await expect(phone.locator('.steps .lit')).toHaveCount(2);
  await expect(desk.locator('.bubble')).toContainText('reached their phone');
  await expectCovered(phone);
  expect(await phone.evaluate(() => location.pathname)).toBe('/now');

  await heading(phone).dblclick();
  await expectOpen(phone);
  await expect(theirs(phone)).toBeVisible();
  await expect(phone.locator('#text')).toHaveValue('half a sentence');
  await expect(desk.locator('.bubble')).toContainText('shown to them');
});

test('a covered page stays covered when it is loaded again, from its first frame', async ({ page, server }) => {
  await alerted(page, server);
  await eye(page).tap();
  // What each painted frame shows, from before the body is there.
  await page.addInitScript(() => {
    const frames: boolean[] = [];
    (window as unknown as { frames_seen: boolean[] }).frames_seen = frames;
    const look = () => {
      const shown = document.querySelector('main, footer');
      frames.push(!!shown && shown.getClientRects().length > 0);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.reload();
  await expectCovered(page);
  await expect(page.locator('#live[data-on]')).toBeAttached();
  expect(await page.evaluate(() => (window as unknown as { frames_seen: boolean[] }).frames_seen.includes(true))).toBe(false);
  // So does every other page of this tab, also the poster's.
  await page.goto(server.poster);
  await expectCovered(page);
  await heading(page).dblclick();
  await expectOpen(page);
  await page.reload();
  await expectOpen(page);
});

test('Back from another site shows the cover; Back from within the case shows the case', async ({ page, server }) => {
  await alerted(page, server);
  await page.goto('data:text/html,<title>Elsewhere</title>');
  await page.goBack();
  await expectCovered(page);
  await heading(page).dblclick();
  await expectOpen(page);

  await page.goto(`${server.attendee}/write`);
  await page.goBack();
  await expect(page.locator('.steps')).toBeVisible();
  await expectOpen(page);

  // Covered before it was left: covered whatever comes.
  await eye(page).tap();
  await page.goto('data:text/html,<title>Elsewhere</title>');
  await page.goBack();
  await expectCovered(page);
});

test('a page that the browser kept whole comes back covered', async ({ page, server }) => {
  await alerted(page, server);
  // As a browser does it: the page goes and comes back with all that is on it.
  const away = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  const back = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await away();
  // Before it is shown again, so that not even one frame shows more.
  await expect(cover(page)).toBeVisible();
  await back();
  await expectCovered(page);
  await page.reload();
  await expectCovered(page);
  // Ready hides nothing: whoever comes back to it needs its button.
  await heading(page).dblclick();
  await page.goto(server.poster);
  await away();
  await back();
  await expectOpen(page);
});

test('in Talk the cover closes the microphone at once, and the case goes on', async ({ page, server }) => {
  await page.addInitScript(() => {
    const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await get(wish);
      (window as unknown as { device: MediaStream }).device = stream;
      return stream;
    };
  });
  const far = await FarEnd.of(page);
  await alerted(page, server);
  await page.getByRole('button', { name: 'Talk', exact: true }).tap();
  const allow = page.getByRole('button', { name: 'Allow' });
  const hold = page.locator('.hold button').first();
  await expect(allow.or(hold).filter({ visible: true })).toBeVisible();
  if (await allow.isVisible()) await allow.tap();
  await expect(page.locator('.talk .state')).toHaveText('Hold to talk');
  await page.getByRole('button', { name: 'Turn sound on' }).tap();
  await page.getByRole('button', { name: 'Tap to lock' }).tap();
  await expect.poll(() => far.open).toBe(1);
  await expect(page.locator('audio#ear')).toHaveCount(1);
  const live = () =>
    page.evaluate(() => (window as unknown as { device: MediaStream }).device.getTracks().map((track) => track.readyState));
  expect(await live()).toEqual(['live']);

  // Within the tap itself, not some time after it.
  const after = await page.evaluate(() => {
    document.getElementById('e')!.click();
    return (window as unknown as { device: MediaStream }).device.getTracks().map((track) => track.readyState);
  });
  expect(after).toEqual(['ended']);
  await expectCovered(page);
  expect(far.said.at(-1)?.kind).toBe('leave');
  await expect(page.locator('audio#ear')).toHaveCount(0);
  await heading(page).dblclick();
  await expectOpen(page);
  await expect(page.locator('section.talk')).toHaveCount(0);
  await expect(page.getByText(/Sent \d\d:\d\d/)).toBeVisible();
});

test('with every .wasm blocked the page refreshes itself under the cover', async ({ page, server, guard }) => {
  guard.allow(/attendee.*\.wasm|Failed to fetch|ERR_FAILED/);
  await page.route('**/*.wasm', (route) => route.abort());
  await page.clock.install();
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await expect(page.locator('.steps li')).toHaveCount(4);
  await eye(page).tap();
  const asked = page.waitForResponse((response) => response.url().endsWith('/now?l='));
  await page.clock.runFor(11_000);
  expect((await asked).status()).toBe(200);
  await expectCovered(page);
});

for (const cookies of [true, false]) {
  test(`without JavaScript the eye leads to the programme and back, cookies ${cookies ? 'kept' : 'refused'}`, async ({ open, server }) => {
    const page = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
    if (!cookies) await page.route('**/*', async (route) => route.continue({ headers: { ...route.request().headers(), cookie: '' } }));
    await page.goto(server.poster);
    await eye(page).tap();
    await expect(page).toHaveTitle('Programme');
    expect(new URL(page.url()).pathname).toBe('/programme');
    await expect(page.locator('#p li')).toHaveCount(8);
    await page.getByRole('link', { name: 'Back' }).tap();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText("Women's toilets, Mistral foyer");
    await page.locator('#tap button').tap();
    await expect(page.locator('.steps li')).toHaveCount(4);
    await eye(page).tap();
    await expect(page).toHaveTitle('Programme');
    await expect(page.locator('.steps')).toHaveCount(0);
    await page.getByText('Back', { exact: true }).tap();
    await expect(page.locator('.steps li')).toHaveCount(4);
    for (const path of cookies ? ['/where', '/write', '/claim'] : []) {
      await page.goto(server.attendee + path);
      await eye(page).tap();
      await expect(page).toHaveTitle('Programme');
    }
  });
}

test('the eye is in the same place on every page, within reach of one thumb', async ({ open, server }) => {
  for (const locale of ['en-GB', 'ar']) {
    const page = await open('small phone', { locale });
    const places: unknown[] = [];
    const look = async () => {
      const box = (await eye(page).boundingBox())!;
      expect(box.width).toBeGreaterThanOrEqual(48);
      expect(box.height).toBeGreaterThanOrEqual(48);
      expect(box.y + box.height / 2).toBeGreaterThan(568 * 0.9);
      places.push([Math.round(box.x), Math.round(box.y)]);
    };
    for (const path of ['', 'where', 'where?v=1', 'claim', 'write', 'look']) {
      await page.goto(path ? `${server.attendee}/${path}` : server.poster);
      await look();
    }
    await alerted(page, server);
    await look();
    await page.locator('button#talk').tap();
    await expect(page.locator('#talking')).toBeVisible();
    await look();
    expect(new Set(places.map(String)).size, places.join(' ')).toBe(1);
    expect((places[0] as number[])[0]! < 160).toBe(locale === 'ar');
  }
});

for (const forced of ['active', 'none'] as const) {
  test(`with forced colours ${forced} the cover is opaque, whole at 320 px and at 200 % text`, async ({ open, server }) => {
    for (const [locale, title] of [['en-GB', 'Programme'], ['ar', 'البرنامج'], ['ru', 'Программа']] as const) {
      const page = await open('small phone', { locale, forcedColors: forced, reducedMotion: 'reduce' });
      await page.goto(server.poster);
      await eye(page).tap();
      await expect(page).toHaveTitle(title);
      await expect(page.locator('main')).toBeHidden();
      expect(await faults(page, true, { in: '#p, #p *', but: 'svg' }), locale).toEqual([]);
      await enlarge(page);
      expect(await faults(page, false, { in: '#p, #p *', but: 'svg' }), `${locale} at 200 %`).toEqual([]);
      await expect(page.locator('#p li').last()).toBeAttached();
      await page.locator('#p li').last().scrollIntoViewIfNeeded();
    }
  });
}

test.describe('pictures', () => {
  const folder = process.env['SOTTO_PICTURES'];
  test.skip(!folder, 'only where somebody looks at them');
  for (const locale of ['en', 'fr', 'ar']) {
    for (const [width, height] of [[390, 736], [320, 568]] as const) {
      test(`${locale} ${width}`, async ({ open, server }) => {
        await mkdir(folder!, { recursive: true });
        const desk = await open('desktop', { locale: 'en-GB' });
        await desk.goto(server.linkFor('agent'));
        await desk.getByRole('button').click();
        const page = await open('phone', { locale, viewport: { width, height } });
        const picture = (name: string) => page.screenshot({ path: `${folder}/${name}-${locale}-${width}.png` });
        await page.goto(server.poster);
        await picture('ready');
        await page.locator('summary').tap();
        await picture('languages');
        await page.goto(server.poster);
        await eye(page).tap();
        await picture('cover');
        await heading(page).dblclick();
        await page.goto(`${server.attendee}/where`);
        await picture('where');
        await alerted(page, server);
        await picture('sent');
        await expect(desk.locator('.row').first()).toBeVisible();
        await desk.keyboard.press('j');
        await desk.keyboard.press('Enter');
        await expect(desk.locator('#reply')).toBeVisible();
        await desk.keyboard.press('a');
        await desk.keyboard.press('1');
        await expect(theirs(page)).toHaveCount(1);
        await expect(page.locator('form[action="/undo"]')).toHaveCount(0, { timeout: 12_000 });
        await picture('case');
        await page.screenshot({ path: `${folder}/whole-${locale}-${width}.png`, fullPage: true });
        await page.locator('button#talk').tap();
        await expect(page.locator('#talking')).toBeVisible();
        await picture('talk');
      });
    }
  }
});

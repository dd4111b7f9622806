// Talk from the phone's side: what the person sees, and what leaves the phone. The far end is a
// stand-in (support/far-end.ts), so that every answer of the team can be shown at will.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { FarEnd } from '../support/far-end';

const LOUD = 0.02;

const hold = (page: Page) => page.locator('.hold button').first();
const lock = (page: Page) => page.getByRole('button', { name: 'Tap to lock' });
const state = (page: Page) => page.locator('.talk .state');

/** A case, and Talk on top of it with an open microphone. */
async function talking(page: Page, poster: string): Promise<FarEnd> {
  const far = await FarEnd.of(page);
  await page.goto(poster);
  await page.locator('#tap button').tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
  await page.getByRole('button', { name: 'Talk', exact: true }).tap();
  await allow(page);
  await expect(state(page)).toHaveText('Hold to talk');
  return far;
}

/** Lets the microphone be opened, whether or not the page has to explain it first. */
async function allow(page: Page): Promise<void> {
  const explained = page.getByRole('button', { name: 'Allow' });
  await expect(explained.or(hold(page)).filter({ visible: true })).toBeVisible();
  if (await explained.isVisible()) await explained.tap();
  await expect(hold(page)).toBeVisible();
}

async function down(page: Page): Promise<void> {
  const box = await hold(page).boundingBox();
  if (!box) throw new Error('the hold surface is not shown');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
}

/** Remembers every microphone that the page opens. */
const watchMicrophones = (page: Page) =>
  page.addInitScript(() => {
    const devices: MediaStream[] = [];
    const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => {
      const stream = await get(wish);
      devices.push(stream);
      return stream;
    };
    (window as unknown as { devices: MediaStream[] }).devices = devices;
  });
/** How many of them are on. */
const microphones = (page: Page) =>
  page.evaluate(() => {
    const { devices } = window as unknown as { devices: MediaStream[] };
    return devices.flatMap((device) => device.getTracks()).filter((track) => track.readyState === 'live').length;
  });

const hears = (far: FarEnd) => expect.poll(async () => (await far.loudness()) > LOUD);

test('held, it says who may speak, and sound leaves only then', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  await expect(page.getByText('Nobody has joined yet.', { exact: false })).toBeVisible();
  await hears(far).toBe(false);
  await expectAccessible(page);

  await down(page);
  await expect.poll(() => far.open).toBe(1);
  await expect(state(page)).toHaveText('One moment…');
  far.talk('yours');
  await expect(state(page)).toHaveText('Speak now');
  await expect(page.getByText('The team hears you.')).toBeVisible();
  await expect(hold(page)).toHaveText('Let go to stop');
  await hears(far).toBe(true);
  await expectAccessible(page);

  await page.mouse.up();
  await expect.poll(() => far.open).toBe(0);
  far.talk('idle');
  await expect(state(page)).toHaveText('Hold to talk');
  await hears(far).toBe(false);
});

test('a quick double press ends with the gate as the finger left it', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  for (let press = 0; press < 4; press++) {
    await down(page);
    await page.mouse.up();
  }
  await hears(far).toBe(false);
  await down(page);
  await page.mouse.up();
  await down(page);
  await hears(far).toBe(true);
  expect(far.open).toBe(1);
});

test('a refused floor shuts the gate under the finger and says why', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  await down(page);
  await hears(far).toBe(true);
  far.noFloor('taken');
  await expect(state(page)).toHaveText('Busy');
  await hears(far).toBe(false);
  await page.mouse.up();
  far.talk('taken');
  await expect(state(page)).toHaveText('They are speaking');

  await down(page);
  far.talk('yours');
  far.ending();
  await expect(page.getByText('5 seconds left')).toBeVisible();
  far.noFloor('too long');
  await expect(state(page)).toHaveText('30 seconds are over. Press again.');
  await hears(far).toBe(false);
});

test('the lock talks without holding, and one tap ends it', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  await lock(page).tap();
  await expect(lock(page)).toHaveAttribute('aria-pressed', 'true');
  await expect(hold(page)).toHaveText('Tap to stop');
  await hears(far).toBe(true);
  await hold(page).tap();
  await expect(lock(page)).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(() => far.open).toBe(0);
  await hears(far).toBe(false);
  // The same by a switch or a screen reader, which press without a pointer.
  await hold(page).evaluate((button: HTMLElement) => button.click());
  await expect(lock(page)).toHaveAttribute('aria-pressed', 'true');
  await lock(page).evaluate((button: HTMLElement) => button.click());
  await expect.poll(() => far.open).toBe(0);
});

test('keys hold too, and Escape lets go', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  await hold(page).focus();
  for (const key of ['Space', 'Enter']) {
    await page.keyboard.down(key);
    await hears(far).toBe(true);
    await page.keyboard.up(key);
    await expect.poll(() => far.open).toBe(0);
  }
  await page.keyboard.down('Space');
  await expect.poll(() => far.open).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => far.open).toBe(0);
  await page.keyboard.up('Space');
  await hears(far).toBe(false);
});

test('a hidden page lets go, and says so on return', async ({ page, server }) => {
  await watchMicrophones(page);
  const far = await talking(page, server.poster);
  await lock(page).tap();
  await hears(far).toBe(true);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(() => far.open).toBe(0);
  await hears(far).toBe(false);
  // No microphone is shown to be in use on a locked phone; it is there again when the page is.
  await expect.poll(() => microphones(page)).toBe(0);
  await page.evaluate(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(page.getByText('This page was left', { exact: false })).toBeVisible();
  await expect(lock(page)).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(() => microphones(page)).toBeGreaterThan(0);
  await lock(page).tap();
  await hears(far).toBe(true);
});

test('nothing plays until the person turns sound on', async ({ page, server }) => {
  const far = await talking(page, server.poster);
  const ear = page.locator('audio#ear');
  await expect(ear).toHaveJSProperty('muted', true);
  await expect(ear).toHaveJSProperty('paused', true);
  await expect(page.getByText('People near you could hear it.', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Turn sound on' }).tap();
  await expect(ear).toHaveJSProperty('muted', false);
  await expect(ear).toHaveJSProperty('paused', false);
  await page.getByRole('button', { name: 'Turn sound off' }).tap();
  await expect(ear).toHaveJSProperty('muted', true);
  expect(far.said.filter((said) => said.kind === 'sound').map((said) => said.value)).toEqual([0, 1, 0]);
});

test('a refused microphone is no dead end, and is not asked for again', async ({ page, server }) => {
  await page.addInitScript(() => {
    const asked = window as unknown as { asked: number };
    asked.asked = 0;
    navigator.permissions.query = async () => ({ state: 'prompt' }) as PermissionStatus;
    navigator.mediaDevices.getUserMedia = async () => {
      asked.asked++;
      throw new DOMException('no', 'NotAllowedError');
    };
  });
  const asked = () => page.evaluate(() => (window as unknown as { asked: number }).asked);
  await FarEnd.of(page);
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await page.getByRole('button', { name: 'Talk', exact: true }).tap();
  await expect(page.getByText('It sends only while you hold the button.', { exact: false })).toBeVisible();
  expect(await asked()).toBe(0);
  await page.getByRole('button', { name: 'Allow' }).tap();
  await expect(page.getByText('That is all right: your request goes on.', { exact: false })).toBeVisible();
  await expectAccessible(page);
  expect(await asked()).toBe(1);
  // Listening needs no microphone.
  await page.getByRole('button', { name: 'Turn sound on' }).tap();
  await page.getByRole('button', { name: 'Back' }).tap();
  await expect(page.getByText(/Sent \d\d:\d\d/)).toBeVisible();
  expect(await asked()).toBe(1);
});

test('leaving turns the microphone off and the case goes on', async ({ page, server }) => {
  await watchMicrophones(page);
  await page.addInitScript(() => {
    const locks: WakeLockSentinel[] = [];
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (kind) => {
      const lock = await request(kind);
      locks.push(lock);
      return lock;
    };
    (window as unknown as { locks: WakeLockSentinel[] }).locks = locks;
  });
  const far = await talking(page, server.poster);
  /** Whether the screen may go dark, as each lock has it. */
  const released = () =>
    page.evaluate(() => (window as unknown as { locks: WakeLockSentinel[] }).locks.map((lock) => lock.released));
  await expect.poll(released).toEqual([false]);
  expect(await microphones(page)).toBe(1);
  // The phone's own way back leaves Talk, not the case.
  await page.goBack();
  await expect(page.locator('.talk')).toHaveCount(0);
  await expect(page.getByText(/Sent \d\d:\d\d/)).toBeVisible();
  expect(await microphones(page)).toBe(0);
  expect(far.said.at(-1)?.kind).toBe('leave');
  await expect(page.locator('audio#ear')).toHaveCount(0);
  await expect.poll(released).toEqual([true]);
});

test('a browser that holds sound back hears nothing, and the server is told', async ({ page, server }) => {
  await page.addInitScript(() => {
    let held = true;
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      if (!held) return play.call(this);
      held = false;
      return Promise.reject(new DOMException('a gesture first', 'NotAllowedError'));
    };
  });
  const far = await talking(page, server.poster);
  const sounds = () => far.said.filter((said) => said.kind === 'sound').map((said) => said.value);
  const before = sounds().length;
  await page.getByRole('button', { name: 'Turn sound on' }).tap();
  await expect.poll(() => sounds().slice(before)).toEqual([1, 0]);
  // The next tap is a gesture again.
  await page.getByRole('button', { name: 'Turn sound off' }).tap();
  await page.getByRole('button', { name: 'Turn sound on' }).tap();
  await expect.poll(() => sounds().at(-1)).toBe(1);
});

test('a network that carries no call is said within seconds, and the case goes on', async ({ page, server }) => {
  const far = await FarEnd.of(page);
  far.answers = false;
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await page.getByRole('button', { name: 'Talk', exact: true }).tap();
  await expect(state(page)).toHaveText('Connecting…');
  await expect(state(page)).toHaveText('No network for a call');
  await expect(page.getByText('Your request still stands.')).toBeVisible();
  far.answers = true;
  await expect(state(page)).toHaveText('Hold to talk', { timeout: 15_000 });
});

test('Talk quietly sends the alert and opens on Talk', async ({ page, server }) => {
  await FarEnd.of(page);
  await page.goto(server.poster);
  await page.getByRole('button', { name: 'Talk quietly' }).tap();
  await expect(page.getByRole('heading', { name: 'Talk', exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\/now$/);
  await page.getByRole('button', { name: 'Back' }).tap();
  await expect(page.getByText(/Sent \d\d:\d\d/)).toBeVisible();
  const kinds = (await server.log()).map((entry) => entry.kind).filter((kind) => kind === 'alerted');
  expect(kinds).toEqual(['alerted']);
});

test('Talk quietly without JavaScript is an alert, and the page says why it cannot talk', async ({ open, server }) => {
  const page = await open('phone', { javaScriptEnabled: false });
  await page.goto(server.poster);
  await page.getByRole('button', { name: 'Talk quietly' }).tap();
  await expect(page.locator('.steps li')).toHaveCount(4);
  // Not by its text: Playwright's text search leaves `noscript` out.
  await expect(page.locator('noscript .warn')).toBeVisible();
  await expect(page.locator('noscript .warn')).toContainText('Talking needs JavaScript');
});

test('the cover over Talk begins at its top, where the way back is', async ({ open, server }) => {
  const page = await open('small phone', { locale: 'en-GB' });
  await talking(page, server.poster);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.locator('#e').tap();
  await expect(page.locator('#p h1')).toBeInViewport();
  // Talk has been left by then, and its entry of the history.
  await expect.poll(() => page.evaluate(() => history.state)).toBe(null);
  await expect(page.locator('#p h1')).toBeInViewport();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

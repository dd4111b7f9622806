// What becomes of a tap, a word, an ending while nobody answers: kept, said so, delivered once.
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { expect, SCREENS, test } from '../support/fixtures';
import type { Guard } from '../support/guard';
import type { SottoServer } from '../support/server';

test.use({ serviceWorkers: 'allow', locale: 'en-GB' });

const SAVED = 'Saved on this phone. Not sent yet.';
const OPEN = 'Not sent yet. Keep this page open: it tries again.';
const help = (page: Page) => page.locator('#tap button');
const lit = (page: Page) => page.locator('.steps li.lit');
const kinds = async (server: SottoServer) => (await server.log()).map((entry) => entry.kind);
const count = async (server: SottoServer, ...wanted: string[]) => (await kinds(server)).filter((kind) => wanted.includes(kind));

/** The outbox has come: from here on it catches the forms. */
const ready = (page: Page) => page.waitForFunction(() => Boolean((window as unknown as { sotto?: { box?: unknown } }).sotto?.box));
/** How much waits on the phone's disk. */
const waiting = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done, failed) => {
        const asked = indexedDB.open('box', 1);
        asked.onerror = () => failed(asked.error);
        asked.onsuccess = () => {
          const db = asked.result;
          const counted = db.transaction('items').objectStore('items').count();
          counted.onsuccess = () => {
            db.close();
            done(counted.result);
          };
        };
      }),
  );
const away = (guard: Guard) =>
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket|when fetching the script|unsupported MIME type/);

/** A browser with a folder of its own, which outlives it. */
async function phoneIn(folder: string, guard: Guard): Promise<{ context: BrowserContext; page: Page }> {
  const { launchOptions } = test.info().project.use;
  const context = await chromium.launchPersistentContext(folder, { ...launchOptions, ...SCREENS.phone, locale: 'en-GB' });
  await guard.watch(context);
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
}

/** SIGKILL to the browser that was started with this folder, and to nothing else. */
async function killAll(folder: string): Promise<void> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (line.includes(`--user-data-dir=${folder}`)) process.kill(pid, 'SIGKILL');
  }
}

test('a tap while nobody answers is saved, and sent once when somebody does', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  expect(await waiting(page)).toBe(1);
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  await expect(page.getByText(/Sent \d\d:\d\d\. The team has it\./)).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/now');
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('a tap that has not left the phone can be taken back: the team sees both', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  const before = await help(page).boundingBox();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).tap();
  await expect(page.getByText('You took it back. The team will still see it once there is a network.')).toBeVisible();
  // Nothing came to lie where the finger is.
  expect((await help(page).boundingBox())!.y).toBe(before!.y);
  await expect(help(page)).toContainText('Get help quietly');
  await expectAccessible(page);
  expect(await waiting(page)).toBe(2);
  await server.launch();
  await expect(page.getByText(/You took it back at \d\d:\d\d\. The team still sees it\./)).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again', 'withdrawn')).toEqual(['alerted', 'withdrawn']);
});

test('taken back, the page closed and opened without a network, and asked once more: all three arrive', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(async () => Boolean(await caches.match('/page', { ignoreVary: true })))).toBe(true);
  await server.kill();
  await help(page).tap();
  await page.getByRole('button', { name: 'Undo' }).tap();
  await expect.poll(() => waiting(page)).toBe(2);
  await page.goto(server.poster);
  await expect(page.getByText('You took it back.', { exact: false })).toBeVisible();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again', 'withdrawn')).toEqual(['alerted', 'withdrawn', 'asked_again']);
});

test.describe('without cookies', () => {
  test.use({ serviceWorkers: 'block' });

  test('a tap is taken back all the same', async ({ page, server, guard }) => {
    away(guard);
    guard.allow(/status of 404/);
    await page.route('**/*', async (route) => route.continue({ headers: { ...route.request().headers(), cookie: '' } }));
    await page.goto(server.poster);
    await ready(page);
    await server.kill();
    await help(page).tap();
    await page.getByRole('button', { name: 'Undo' }).tap();
    await server.launch();
    await expect(page.getByText(/You took it back at/)).toBeVisible();
    expect(await count(server, 'alerted', 'withdrawn')).toEqual(['alerted', 'withdrawn']);
  });
});

test('a tap before the outbox has come is not lost', async ({ page, server, guard, context }) => {
  away(guard);
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await context.route('**/a/attendee-box-*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(server.poster, { waitUntil: 'commit' });
  await expect(help(page)).toBeVisible();
  await context.setOffline(true);
  await help(page).tap();
  // It says what is true: nothing keeps it yet but this page.
  await expect(page.getByText('No network. Trying again…')).toBeVisible();
  await context.setOffline(false);
  release();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('a closed tab: the tap is delivered once when the site is opened again', async ({ page, server, guard, context }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  await page.close();
  await server.launch();
  const again = await context.newPage();
  await again.goto(server.attendee);
  await expect(lit(again)).toHaveCount(1, { timeout: 10_000 });
  await expect.poll(() => waiting(again)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('a killed browser: the tap is on its disk, and delivered once on the next start', async ({ server, guard }) => {
  away(guard);
  const folder = await mkdtemp(join(tmpdir(), 'sotto-killed-'));
  try {
    const first = await phoneIn(folder, guard);
    await first.page.goto(server.poster);
    await ready(first.page);
    await server.kill();
    await help(first.page).tap();
    await expect(first.page.getByText(SAVED)).toBeVisible();
    await killAll(folder);
    await first.context.close().catch(() => {});
    await server.launch();
    const second = await phoneIn(folder, guard);
    await second.page.goto(server.attendee);
    await expect(lit(second.page)).toHaveCount(1, { timeout: 10_000 });
    await second.context.close();
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('a captive portal that answers 200 is not taken for the team', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  const portal = await listen(server.port);
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  await expect.poll(() => portal.asked).toBeGreaterThan(1);
  await expect(page.locator('body')).not.toContainText('Welcome to our network');
  expect(await waiting(page)).toBe(1);
  await portal.close();
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('where storage is refused it works in memory, and says so', async ({ page, server, guard }) => {
  away(guard);
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('no storage here', 'SecurityError');
    };
  });
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText(OPEN)).toBeVisible();
  await expect(page.getByText(SAVED)).toHaveCount(0);
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('a disk that never answers is not waited for', async ({ page, server, guard }) => {
  away(guard);
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest;
  });
  await page.goto(server.poster);
  await ready(page);
  await help(page).tap();
  await expect(lit(page)).toHaveCount(1);
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('two tabs and the worker deliver one alert', async ({ page, server, guard, context }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  const other = await context.newPage();
  await other.goto(server.poster);
  await ready(other);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  // The other tab takes over what waits as well.
  await other.evaluate(() => self.dispatchEvent(new Event('online')));
  const third = await context.newPage();
  await third.goto(server.attendee).catch(() => {});
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again')).toEqual(['alerted']);
});

test('an answer, words and an ending go out in order when the server is back', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await help(page).tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
  await server.kill();
  await page.locator('#ask .answer').last().tap();
  await expect(page.locator('#box')).toHaveText(SAVED);
  await page.locator('textarea[name=text]').fill('by the door');
  await page.locator('#say button').tap();
  await expect(page.locator('#say [role=status]')).toHaveText(SAVED);
  await page.getByRole('button', { name: /OK/ }).tap();
  await expect.poll(() => waiting(page)).toBe(3);
  // The words are in one place: the draft keeps them until the case shows them, under the same key.
  await page.reload().catch(() => {});
  await server.launch();
  await page.goto(`${server.attendee}/now`);
  await expect(page.locator('.talk .mine')).toHaveCount(1, { timeout: 10_000 });
  await expect(page.locator('.talk .mine')).toContainText('by the door');
  await expect(page.locator('textarea[name=text]')).toHaveValue('');
  await expect(page.getByText('The team knows that you are OK.', { exact: false })).toBeVisible();
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await count(server, 'alerted', 'asked_again', 'answered', 'wrote', 'ok_said')).toEqual(['alerted', 'answered', 'wrote', 'ok_said']);
});

test('a responder says *I am going* without a network', async ({ open, server, guard }) => {
  away(guard);
  const desk = await open('desktop', { locale: 'en-GB' });
  await desk.goto(server.linkFor('agent'));
  await desk.getByRole('button').click();
  await expect(desk.locator('.queue')).toBeVisible();
  const responder = await open('phone', { locale: 'en-GB' });
  await responder.goto(server.linkFor('security'));
  await responder.getByRole('button').tap();
  await responder.getByRole('switch').tap();
  await responder.getByRole('button', { name: 'Level 1, foyers' }).tap();
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await help(phone).tap();
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('d');
  await expect(desk.getByText(/^Enter: /)).toBeVisible();
  await desk.keyboard.press('Enter');
  await expect(responder.getByRole('button', { name: "I'm going" })).toBeVisible();

  await responder.context().setOffline(true);
  await responder.getByRole('button', { name: "I'm going" }).tap();
  await expect(responder.getByText(SAVED)).toBeVisible();
  // The tab goes, and comes back with the network.
  await responder.close();
  await responder.context().setOffline(false);
  const later = await responder.context().newPage();
  await later.goto(server.desk);
  await expect(lit(phone)).toHaveCount(3, { timeout: 10_000 });
  await expect(later.getByRole('button', { name: "I've arrived" })).toBeVisible();
  expect(await count(server, 'en_route')).toEqual(['en_route']);
});

test('*Clear this phone* forgets what waits, also where nobody answers', async ({ page, server, guard }) => {
  away(guard);
  await page.goto(server.poster);
  await ready(page);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText(SAVED)).toBeVisible();
  await page.evaluate(() => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/clear';
    form.addEventListener('submit', (event) => event.preventDefault());
    document.body.append(form);
    form.requestSubmit();
  });
  await expect.poll(() => waiting(page)).toBe(0);
  await server.launch();
  await page.goto(server.attendee);
  await ready(page);
  expect(await count(server, 'alerted')).toEqual([]);
});

/** A network that answers everything with its own page. */
async function listen(port: number): Promise<{ readonly asked: number; close: () => Promise<void> }> {
  let asked = 0;
  const portal: Server = createServer((_, answer) => {
    asked++;
    answer.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
    answer.end('<h1>Welcome to our network</h1>');
  });
  await new Promise<void>((done) => portal.listen(port, '127.0.0.1', done));
  return {
    get asked() {
      return asked;
    },
    close: () =>
      new Promise<void>((done) => {
        portal.close(() => done());
        portal.closeAllConnections();
      }),
  };
}

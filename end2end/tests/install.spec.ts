// The site as an app: opens without a network, keeps nothing of a case, can be taken back.
import { chromium, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { expect, SCREENS, test } from '../support/fixtures';
import { SottoServer } from '../support/server';

test.use({ serviceWorkers: 'allow', locale: 'en-GB' });

const help = (page: Page) => page.locator('#tap button');
const lit = (page: Page) => page.locator('.steps li.lit');

/** The worker is there and has its copies. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(async () => Boolean(await caches.match('/page', { ignoreVary: true })))).toBe(true);
}

/** Every copy that the phone keeps: address and text. */
const copies = (page: Page) =>
  page.evaluate(async () => {
    const found: { url: string; text: string; cookie: boolean }[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = (await cache.match(request, { ignoreVary: true }))!;
        found.push({ url: new URL(request.url).pathname, text: await response.text(), cookie: response.headers.has('set-cookie') });
      }
    }
    return found;
  });

test('a repeat visit opens without a network, with its place, and its tap is sent later', async ({ page, server, guard, context }) => {
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket|when fetching the script/);
  await page.goto(server.poster);
  await settled(page);
  await context.setOffline(true);
  await page.goto(server.poster);
  await expect(help(page)).toBeVisible();
  await expect(page.getByText('No network. Trying again…')).toBeVisible();
  const code = server.posterCode;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${code.slice(0, 3)}-${code.slice(3)}`);
  await expectAccessible(page);
  if (process.env.SOTTO_PICTURES) await page.screenshot({ path: `${process.env.SOTTO_PICTURES}/copy.png` });
  await help(page).tap();
  await expect(page.getByText('Saved on this phone. Not sent yet.')).toBeVisible();
  if (process.env.SOTTO_PICTURES) await page.screenshot({ path: `${process.env.SOTTO_PICTURES}/saved.png` });
  await context.setOffline(false);
  await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
  await expect(page.getByText("Women's toilets, Mistral foyer")).toBeVisible();
  const kinds = (await server.log()).map((entry) => entry.kind);
  expect(kinds.filter((kind) => ['alerted', 'asked_again'].includes(kind))).toEqual(['alerted']);
});

test('two phones that open the copy never share a key', async ({ open, server, guard }) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  const keys: string[] = [];
  for (let n = 0; n < 2; n++) {
    const page = await open('phone', { locale: 'en-GB' });
    await page.goto(server.attendee);
    await settled(page);
    await page.context().setOffline(true);
    for (let visit = 0; visit < 2; visit++) {
      await page.goto(server.attendee);
      await expect(page.locator('#tap input[name=key]')).toHaveValue(/^[0-9a-f]{32}$/);
      keys.push(await page.locator('#tap input[name=key]').inputValue());
    }
  }
  expect(new Set(keys).size).toBe(4);
});

test('the copy goes by itself when the network is back', async ({ page, server, context, guard }) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await page.goto(server.poster);
  await settled(page);
  await context.setOffline(true);
  await page.goto(server.poster);
  await expect(page.getByText('No network. Trying again…')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText("Women's toilets, Mistral foyer");
});

test('no copy on the phone holds a word of a case', async ({ page, server, open }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await desk.goto(server.linkFor('agent'));
  await desk.getByRole('button').click();
  await page.goto(server.poster);
  await settled(page);
  // From here on every page and file passes the worker.
  await page.reload();
  await help(page).tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
  await page.locator('textarea[name=text]').fill('zebra behind the stage');
  await page.locator('#say button').tap();
  await expect(page.locator('.talk .mine')).toContainText('zebra');
  await page.locator('#ask .answer').last().tap();
  await page.goto(`${server.attendee}/write`);
  await page.goto(`${server.attendee}/now`);
  await expect(page.locator('#live[data-on]')).toBeAttached();
  await expect(page.locator('.talk .mine')).toContainText('zebra');
  await page.getByRole('button', { name: 'Change' }).first().tap();
  await expect(page.locator('#map')).toBeAttached();
  await page.goto(server.poster);
  const token = (await page.context().cookies()).find((cookie) => cookie.name === '__Host-t')!.value;
  const kept = await copies(page);
  expect(kept.length).toBeGreaterThan(1);
  for (const { url, text, cookie } of kept) {
    expect(url).toMatch(/^\/(page|programme|a\/[\w.-]+|map\/[\w]+)$/);
    expect(cookie).toBe(false);
    for (const word of ['zebra', token, 'class="steps', 'Mistral foyer · ']) expect(text.includes(word), `${url} holds ${word}`).toBe(false);
  }
});

test('the kill version takes worker and copies away, and leaves what waits', async ({ page, server, guard }) => {
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_FAILED|when fetching the script/);
  await page.goto(server.poster);
  await settled(page);
  await server.kill();
  await help(page).tap();
  await expect(page.getByText('Saved on this phone. Not sent yet.')).toBeVisible();
  await page.goto('about:blank');
  const killing = await SottoServer.startOn(server, '--no-worker');
  try {
    await page.goto(killing.poster);
    await expect(lit(page)).toHaveCount(1, { timeout: 10_000 });
    await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    expect(await page.evaluate(async () => caches.keys())).toEqual([]);
  } finally {
    await killing.kill();
  }
});

for (const host of ['attendee', 'desk'] as const) {
  test(`the browser would install it, ${host}`, async ({ server }) => {
    const folder = await mkdtemp(join(tmpdir(), 'sotto-install-'));
    const { launchOptions } = test.info().project.use;
    // A window of its own kind: elsewhere the browser answers `in-incognito`.
    const context = await chromium.launchPersistentContext(folder, { ...launchOptions, ...SCREENS.phone });
    try {
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(server[host]);
      // Ready has no room for it: it comes with the outbox.
      await expect(page.locator('link[rel=manifest]')).toBeAttached();
      const session = await context.newCDPSession(page);
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      expect(installabilityErrors).toEqual([]);
      const manifest = await session.send('Page.getAppManifest');
      expect(manifest.errors).toEqual([]);
    } finally {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

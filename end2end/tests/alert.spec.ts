// The alert from the phone's side: one tap, whatever the phone can and cannot do.
import type { Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';

const help = (page: Page) => page.locator('#tap button');
const steps = (page: Page) => page.locator('.steps li');
const lit = (page: Page) => page.locator('.steps li.lit');

for (const [locale, words] of [
  ['en-GB', { sent: /Sent \d\d:\d\d\. The team has it\./, place: "Women's toilets, Mistral foyer" }],
  ['fr-FR', { sent: /Envoyé à \d\d:\d\d/, place: 'Toilettes femmes, foyer Mistral' }],
] as const) {
  test(`one tap from the poster to sent, ${locale}`, async ({ open, server, guard }) => {
    const page = await open('phone', { locale });
    const answer = await page.goto(server.poster);
    expect(answer?.request().redirectedFrom()).toBeNull();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.place);
    // The page alone: the outbox comes after its first picture, and nothing waits for it.
    const before = guard.requests.filter((seen) => !seen.url.includes('/a/attendee-box'));
    expect(before).toHaveLength(1);
    await help(page).tap();
    await expect(page.getByText(words.sent)).toBeVisible();
    await expect(page.getByText(words.place)).toBeVisible();
    await expect(steps(page)).toHaveCount(4);
    await expect(lit(page)).toHaveCount(1);
    expect(new URL(page.url()).pathname).toBe('/now');
    await expect(page.locator('#live[data-on]')).toBeAttached();
    await expectAccessible(page);
    const kinds = (await server.log()).map((entry) => entry.kind).filter((kind) => kind === 'alerted');
    expect(kinds).toEqual(['alerted']);
  });
}

test('an attendee is never given the code of the staff', async ({ page, server, guard }) => {
  await page.goto(server.poster);
  await help(page).tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
  expect(guard.requestsTo(/attendee.*\.wasm/)).toHaveLength(1);
  expect(guard.requestsTo(/console|staff|desk/)).toHaveLength(0);
  for (const seen of guard.requests) expect(new URL(seen.url).hostname).toBe('localhost');
});

test('with JavaScript off the alert goes, and the case shows itself', async ({ open, server }) => {
  const page = await open('phone', { javaScriptEnabled: false });
  await page.goto(server.poster);
  await help(page).tap();
  await expect(steps(page)).toHaveCount(4);
  await expect(lit(page)).toHaveCount(1);
  // The page asks for itself again.
  await expect(page.locator('meta[http-equiv=refresh]')).toHaveCount(1);
  await page.getByRole('button', { name: /Undo/ }).tap();
  await expect(page.getByText('Are you safe?')).toBeVisible();
  await page.getByRole('button', { name: 'No', exact: true }).tap();
  await expect(page.getByText('The team knows.')).toBeVisible();
  const kinds = (await server.log()).map((entry) => entry.kind);
  expect(kinds.filter((kind) => ['alerted', 'withdrawn', 'check_answered', 'priority_set'].includes(kind))).toEqual([
    'alerted',
    'withdrawn',
    'check_answered',
    'priority_set',
  ]);
});

test('with every .wasm blocked the case is refreshed by the page itself', async ({ page, server, guard }) => {
  guard.allow(/attendee.*\.wasm|Failed to fetch|ERR_FAILED/);
  await page.route('**/*.wasm', (route) => route.abort());
  await page.clock.install();
  await page.goto(server.poster);
  await help(page).tap();
  await expect(lit(page)).toHaveCount(1);
  const asked = page.waitForResponse((response) => response.url().endsWith('/now?l='));
  await page.clock.runFor(11_000);
  expect((await asked).status()).toBe(200);
  await expect(lit(page)).toHaveCount(1);
  await page.getByRole('button', { name: /OK/ }).tap();
  await expect(page.getByText('The team knows that you are OK.', { exact: false })).toBeVisible();
});

test('with cookies blocked the alert works, and the page says that it cannot be reopened', async ({ server, guard }) => {
  const profile = await mkdtemp(join(tmpdir(), 'sotto-no-cookies-'));
  await mkdir(join(profile, 'Default'), { recursive: true });
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings));
  const { launchOptions } = test.info().project.use;
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions,
    viewport: { width: 390, height: 736 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
  });
  try {
    await guard.watch(context);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(server.poster);
    await help(page).tap();
    await expect(lit(page)).toHaveCount(1);
    await expect(page.getByText('it cannot be opened again', { exact: false })).toBeVisible();
    expect(await context.cookies()).toEqual([]);
    expect(page.url()).not.toMatch(/[0-9a-f]{64}/);
    await expect(page.locator('#live[data-on]')).toBeAttached();
    await page.getByRole('button', { name: /Undo/ }).tap();
    await expect(page.getByText('Are you safe?')).toBeVisible();
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
  const kinds = (await server.log()).map((entry) => entry.kind);
  expect(kinds.filter((kind) => kind === 'alerted' || kind === 'withdrawn')).toEqual(['alerted', 'withdrawn']);
});

test('a tap while the server is away is sent once when it is back', async ({ page, server, guard }) => {
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  await page.goto(server.poster);
  await server.kill();
  await help(page).tap();
  // *Saved here*, or *No network* while the outbox has not come.
  await expect(page.locator('#tap b')).toHaveText(/Not sent yet\.|No network\. Trying again…/);
  await server.launch();
  await expect(lit(page)).toHaveCount(1, { timeout: 15_000 });
  const kinds = (await server.log()).map((entry) => entry.kind);
  expect(kinds.filter((kind) => kind === 'alerted' || kind === 'asked_again')).toEqual(['alerted']);
});

test('a server killed and started in the middle of a case loses nothing and doubles nothing', async ({
  page,
  server,
  guard,
}) => {
  guard.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket/);
  await page.goto(server.poster);
  await help(page).tap();
  await expect(page.locator('#live[data-on]')).toBeAttached();
  await server.kill();
  await page.getByRole('button', { name: /OK/ }).tap();
  await server.launch();
  await expect(page.getByText('The team knows that you are OK.', { exact: false })).toBeVisible({ timeout: 15_000 });
  const kinds = (await server.log()).map((entry) => entry.kind);
  expect(kinds.filter((kind) => ['alerted', 'asked_again', 'ok_said'].includes(kind))).toEqual(['alerted', 'ok_said']);
});

test('asking again keeps the one case and says so', async ({ page, server }) => {
  await page.goto(server.poster);
  await help(page).tap();
  await expect(lit(page)).toHaveCount(1);
  await page.goto(server.poster);
  // The poster looks the same with and without a case.
  await expect(page.getByRole('link', { name: 'My request' })).toBeVisible();
  await help(page).tap();
  await expect(page.getByText(/Sent again \d\d:\d\d/)).toBeVisible();
  const streams = (await server.log()).filter((entry) => entry.stream.startsWith('incident/'));
  expect(new Set(streams.map((entry) => entry.stream)).size).toBe(1);
});

test('a place is named in three taps, and the level is never guessed', async ({ page, server }) => {
  await page.goto(server.attendee);
  await expect(page.getByRole('heading', { name: 'Where are you?' })).toBeVisible();
  await page.getByRole('link', { name: 'Share place' }).tap();
  await page.getByRole('link', { name: 'Level 1, foyers' }).tap();
  await page.getByRole('link', { name: 'Salle Corail' }).tap();
  await expect(page.getByRole('heading', { name: 'Salle Corail' })).toBeVisible();
  await help(page).tap();
  await expect(page.locator('main').getByText('Salle Corail')).toBeVisible();
  await expect(page.getByText(/From your choice\. Right to about \d+ m\./)).toBeVisible();
});

test('an unknown poster and a typing mistake are told apart, and the button works all the same', async ({
  page,
  server,
}) => {
  const code = server.posterCode;
  const wrong = code.slice(0, 5) + (code[5] === '2' ? '3' : '2');
  await page.goto(`${server.attendee}/${wrong}`);
  await expect(page.getByText('typing mistake', { exact: false })).toBeVisible();
  await help(page).tap();
  await expect(lit(page)).toHaveCount(1);
  await expect(page.getByText('Level not known')).toBeVisible();
});

test('the phone location is asked for only on request, and its level stays unknown', async ({ open, server }) => {
  const page = await open('phone', {
    permissions: ['geolocation'],
    geolocation: { latitude: 43.5201, longitude: 7.0302, accuracy: 30 },
  });
  await page.goto(`${server.attendee}/where`);
  await page.getByRole('button', { name: /Phone location/ }).tap();
  await expect(page.getByText('Level not known')).toBeVisible();
  await expect(page.getByText(/From your phone\. Right to about 30 m\./)).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
  await help(page).tap();
  await expect(page.getByText('Level not known')).toBeVisible();
});

test('at 200 % the button is the first thing, whole, and nothing lies over it', async ({ browser, server, guard }) => {
  for (const [locale, width, height] of [['en-GB', 195, 368], ['fr-FR', 195, 368], ['ar', 195, 368], ['en-GB', 368, 195]] as const) {
    const context = await browser.newContext({ locale, viewport: { width, height }, hasTouch: true });
    await guard.watch(context);
    const page = await context.newPage();
    await page.goto(server.poster);
    const button = page.locator('#tap button');
    const box = (await button.boundingBox())!;
    const bar = (await page.locator('footer').boundingBox())!;
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, `${locale} ${width}`).toBeLessThanOrEqual(bar.y);
    await context.close();
  }
});

test.describe('a ladder of seconds', () => {
  const demo = readFileSync(join(import.meta.dirname, '../../server/demo/festival.toml'), 'utf8');
  const quick = demo.replace(/offered_again = 20\nlead_told = 45(.*)\nnumbers_grow = 90/, 'offered_again = 2\nlead_told = 3$1\nnumbers_grow = 5');
  const file = join(mkdtempSync(join(tmpdir(), 'sotto-ladder-')), 'festival.toml');
  writeFileSync(file, quick);
  test.use({ serverArgs: ['--festival', file] });

  test('when nobody looks the page says so, and the numbers come to where the eye is', async ({ open, server }) => {
    expect(quick).not.toBe(demo);
    const page = await open('small phone', { locale: 'en-GB' });
    await page.goto(server.poster);
    await help(page).tap();
    await expect(page.locator('#live[data-on]')).toBeAttached();
    await page.evaluate(() => document.querySelector('#ask')!.scrollIntoView({ block: 'center' }));
    await expect(page.getByText('Still nobody has opened it.', { exact: false })).toBeVisible({ timeout: 15_000 });
    // What nobody has opened, the team does not have.
    await expect(page.getByText(/^Sent \d\d:\d\d\.$/)).toBeVisible();
    for (const number of await page.locator('.grown .button').all()) await expect(number).toBeInViewport({ ratio: 0.9 });
  });
});

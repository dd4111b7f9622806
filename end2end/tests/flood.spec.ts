// A flood at one poster: the desk groups it, the one true alert elsewhere stands among the first, and
// what is looked at together is what was on the screen.
import { randomBytes } from 'node:crypto';
import type { Page, TestInfo } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';
import { faults } from '../support/whole';

/** A cut-off place is whole in the open case; some words are for ears. */
const PAGE = { in: 'body *', but: '.unseen, .map-slot, svg, .row *, .microphone *, details:not([open]) > :not(summary)' };

/** One fresh phone that asks for help, as a script would. */
async function alert(server: SottoServer, place: string): Promise<void> {
  const body = `key=${randomBytes(16).toString('hex')}&p=${encodeURIComponent(place)}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: '__Host-ok=1' };
  expect((await server.fetch('attendee', '/alert', { method: 'POST', headers, body })).status).toBe(303);
}

async function alerts(server: SottoServer, place: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => alert(server, place)));
}

async function agentAt(page: Page, server: SottoServer): Promise<void> {
  await page.goto(server.linkFor('agent'));
  await page.locator('form button').click();
  await expect(page.locator('.queue')).toBeVisible();
}

const line = (page: Page) => page.locator('.row.is-glance', { hasText: '60' });
const count = async (page: Page) => Number((await page.locator('.glance-act').textContent())?.match(/\d+/)?.[0]);

/** Cases beneath the open line of which at least half can be seen. */
function inSight(page: Page): Promise<number> {
  return page.evaluate(() => {
    const bounds = document.querySelector('.queue-scroll')!.getBoundingClientRect();
    const rows = [...document.querySelectorAll('.is-beneath > .row')].map((row) => row.getBoundingClientRect());
    const end = Math.min(bounds.bottom, innerHeight);
    return rows.filter((row) => Math.min(row.bottom, end) - Math.max(row.top, bounds.top, 0) >= row.height / 2).length;
  });
}

/** Nothing of the map's column lies over anything else in it. */
async function nothingCovers(page: Page): Promise<void> {
  const parts = ['.map-panel .column-head', '.map-strip', '.map-stage', '.people .column-head'];
  const boxes = await Promise.all(parts.map((part) => page.locator(part).first().boundingBox()));
  boxes.slice(1).forEach((box, n) => {
    const above = boxes[n]!;
    expect(box!.y, parts[n + 1]).toBeGreaterThanOrEqual(above.y + above.height - 1);
  });
  expect(boxes[2]!.height).toBeGreaterThan(150);
}

async function look(page: Page, info: TestInfo, name: string): Promise<void> {
  await page.screenshot({ path: info.outputPath(`${name}.png`) });
  await expectAccessible(page);
  expect.soft(await faults(page, false, PAGE), name).toEqual([]);
}

for (const locale of ['en-GB', 'ar']) {
  test(`sixty alerts at one poster do not hide the one elsewhere (${locale})`, async ({ open, server }, info) => {
    const desk = await open('desktop', { locale, colorScheme: 'dark' });
    await agentAt(desk, server);
    await alerts(server, `c:${server.posterCode}`, 30);
    await alert(server, 'l:-1');
    await alerts(server, `c:${server.posterCode}`, 30);
    await alerts(server, '', 20);

    await expect(desk.locator('.flood-bar')).toContainText('81');
    await expect(line(desk)).toBeVisible();
    const rows = desk.locator('.queue-scroll .row');
    await expect(rows).toHaveCount(3);
    await expect(desk.locator('.row:not(.is-glance)')).toHaveCount(1);
    await expect(desk.locator('.map-strip button')).toHaveCount(3);
    await expect(desk.locator('.map-strip .map-more')).toHaveText('+18');
    await nothingCovers(desk);
    await look(desk, info, `flood, ${locale}`);

    // By key: the line opens, and A looks at what is on the screen.
    await desk.keyboard.press('j');
    for (let n = 0; n < 3 && !(await line(desk).evaluate((row) => row === document.activeElement)); n++) {
      await desk.keyboard.press('j');
    }
    await desk.keyboard.press('Enter');
    await expect(desk.locator('.glance-act')).toBeVisible();
    expect(await desk.locator('.queue-scroll .row').count()).toBeLessThanOrEqual(60);
    const seen = await inSight(desk);
    expect(seen).toBeGreaterThan(2);
    expect(seen).toBeLessThan(20);
    await expect.poll(() => count(desk)).toBe(seen);
    await look(desk, info, `flood, opened, ${locale}`);
    await desk.keyboard.press('a');
    await expect(desk.locator('.is-beneath > .row:not(.is-waiting)')).toHaveCount(seen);

    // When the queue may move, they are in hand, by place, and the rest still waits.
    await expect(desk.locator('.row.is-glance.is-waiting', { hasText: String(60 - seen) })).toBeVisible();
    await expect(desk.locator('.row.is-glance:not(.is-waiting)', { hasText: String(seen) })).toBeVisible();

    // Single rows, and back.
    await desk.keyboard.press('g');
    await expect(desk.locator('.row.is-glance')).toHaveCount(0);
    await expect(desk.locator('.queue-scroll .row')).toHaveCount(60);
    await expect(desk.locator('.more-rows')).toContainText('21');
    await look(desk, info, `single rows, ${locale}`);
    await desk.locator('.flood-bar button').click();
    await expect(desk.locator('.row.is-glance')).not.toHaveCount(0);

    await desk.setViewportSize({ width: 320, height: 800 });
    await expect(desk.locator('.row.is-glance.is-waiting').first()).toBeVisible();
    await look(desk, info, `flood, 320, ${locale}`);

    const kinds = (await server.log()).map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'seen')).toHaveLength(seen);
  });
}

test('the drawn part of a long queue follows keys and scrolling, and moves nothing that is looked at', async ({ open, server }) => {
  await alerts(server, `c:${server.posterCode}`, 150);
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server);
  await expect(desk.locator('.row.is-glance')).toHaveCount(1);
  await desk.keyboard.press('g');
  const rows = desk.locator('.queue-scroll .row');
  await expect(rows).toHaveCount(60);
  const ids = new Set<string>();
  for (let n = 0; n < 150; n++) {
    await desk.keyboard.press('j');
    await expect.poll(() => desk.evaluate(() => document.activeElement?.id ?? '')).toMatch(/^row-/);
    ids.add(await desk.evaluate(() => document.activeElement!.id));
  }
  expect(ids.size).toBe(150);
  expect(await rows.count()).toBeLessThanOrEqual(60);

  // Back to the top, then by scrolling: the last row before the end stays where it is on the screen.
  await desk.keyboard.press('g');
  await desk.keyboard.press('g');
  await expect(rows).toHaveCount(60);
  const scroller = desk.locator('.queue-scroll');
  await scroller.evaluate((it) => it.scrollTo(0, 0));
  await expect(desk.locator('.more-rows')).toContainText('90');
  const moved = await scroller.evaluate(async (it) => {
    it.scrollTop = it.scrollHeight - it.clientHeight - 130;
    await new Promise((done) => setTimeout(done, 300));
    const bottom = it.getBoundingClientRect().bottom;
    const row = [...it.querySelectorAll('.row')].findLast((row) => row.getBoundingClientRect().bottom < bottom)!;
    const before = row.getBoundingClientRect().top;
    it.scrollTop += 20;
    await new Promise((done) => setTimeout(done, 600));
    return { by: before - row.getBoundingClientRect().top, there: row.isConnected };
  });
  expect(moved.there).toBe(true);
  expect(Math.abs(moved.by - 20)).toBeLessThan(2);
  await expect(desk.locator('.more-rows').first()).toContainText('30');
});

// The least that must be true before any other journey is worth running.
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';

test('the page behind the poster answers and offers one button', async ({ page, server }) => {
  const answer = await page.goto(server.poster);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('button').first()).toBeVisible();
  await expectAccessible(page);
});

test('the same page answers again after the server was killed', async ({ page, server }) => {
  await page.goto(server.poster);
  await server.restart();
  const answer = await page.reload();
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('button').first()).toBeVisible();
});

test('each of the two hosts answers only for itself', async ({ server }) => {
  expect((await server.fetch('attendee', '/')).status).toBeLessThan(400);
  expect((await server.fetch('desk', `/${server.posterCode}`)).status).toBe(404);
});

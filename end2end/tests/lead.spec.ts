// The lead's page: what is open by age, who carries it, who can be reached; reassigning, raising duty.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

test('a lead sees the whole shift, gives a case to another and puts somebody on duty', async ({ open, server }) => {
  test.setTimeout(60_000);
  const [agent, second] = server.links.filter(({ role }) => role === 'agent');
  const [on, off] = server.links.filter(({ role }) => role === 'security');
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, agent!.url);
  const other = await open('desktop', { locale: 'en-GB' });
  await signIn(other, second!.url);
  const guard = await open('phone', { locale: 'en-GB' });
  await signIn(guard, on!.url);
  await guard.getByRole('switch').tap();
  await guard.getByRole('button', { name: 'Level 1, foyers' }).tap();
  const resting = await open('phone', { locale: 'en-GB' });
  await signIn(resting, off!.url);

  const lead = await open('desktop', { locale: 'en-GB' });
  await signIn(lead, server.linkFor('lead'));
  await lead.getByRole('link', { name: 'Shift' }).click();
  await expect(lead.getByRole('heading', { name: 'Shift', level: 1 })).toBeVisible();
  await expect(lead.locator('.age-row')).toHaveCount(0);

  for (let n = 0; n < 2; n++) {
    const phone = await open('phone', { locale: 'en-GB' });
    await phone.goto(server.poster);
    await phone.locator('#tap button').tap();
    await expect(lead.locator('.age-row')).toHaveCount(n + 1);
  }
  await expect(lead.locator('.age-row').first()).toContainText('Nobody has it yet');
  await desk.keyboard.press('j');
  await desk.keyboard.press('c');
  await expect(lead.locator('.age-row').first().locator('.age-holder')).toHaveText(agent!.name);
  await expect(lead.locator('.load-row').filter({ hasText: agent!.name })).toContainText('1/3');
  await expect(lead.locator('.level-row')).toContainText(on!.name);
  await expect(lead.locator('.health-part').last()).toContainText(on!.name);
  await expectAccessible(lead);

  await lead.locator('.age-row').first().getByRole('button').click();
  const dialog = lead.locator('dialog[open]');
  await expect(dialog).toBeVisible();
  await expectAccessible(lead);
  await dialog.getByRole('button', { name: second!.name }).click();
  await expect(lead.locator('.age-row').first().locator('.age-holder')).toHaveText(second!.name);
  await expect(other.locator('.row', { hasText: 'you' })).toHaveCount(1);

  await lead.getByRole('button', { name: `Put on duty · ${off!.name}` }).click();
  await expect(resting.getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  await expect(resting.locator('.raised')).toHaveText('The lead put you on duty.');
  await expect(lead.locator('.level-row').filter({ hasText: off!.name })).toBeVisible();
  // Their own hand has the last word.
  await resting.getByRole('switch').tap();
  await expect(lead.getByRole('button', { name: `Put on duty · ${off!.name}` })).toBeVisible();
});

test('for anybody else the page is not there', async ({ open, server, guard }) => {
  guard.allow(/status of (401|404)/);
  for (const role of ['agent', 'security', 'organiser']) {
    const page = await open('desktop', { locale: 'en-GB' });
    await page.goto(server.linkFor(role));
    await page.locator('form button').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/join'));
    expect((await page.goto(`${server.desk}/shift`))?.status()).toBe(404);
  }
  const nobody = await open('desktop', { locale: 'en-GB' });
  expect((await nobody.goto(`${server.desk}/shift`))?.status()).toBe(401);
});

test('an unseen alert climbs to the lead and the attendee through a power cut', async ({ open, server }) => {
  test.setTimeout(120_000);
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(phone.locator('.steps li.lit')).toHaveCount(1);
  const lead = await open('desktop', { locale: 'en-GB' });
  await signIn(lead, server.linkFor('lead'));
  await lead.goto(`${server.desk}/shift`);
  await expect(lead.locator('.age-row')).toHaveCount(1);
  await server.restart();
  await expect(lead.locator('.age-row')).toContainText('The lead was told', { timeout: 75_000 });
  await expect(phone.getByText('We are alerting more people.', { exact: false })).toBeVisible();
});

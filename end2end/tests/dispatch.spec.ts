// From the scan to the one who comes, with three people: attendee, agent, responder.
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';

const lit = (page: Page) => page.locator('.steps li.lit');

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** An agent at the desk, in English. */
async function agentAt(page: Page, server: SottoServer): Promise<void> {
  await signIn(page, server.linkFor('agent'));
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible();
}

/** A responder on duty who confirmed a level by hand. */
async function onDuty(page: Page, server: SottoServer, level: string): Promise<void> {
  await signIn(page, server.linkFor('security'));
  await page.getByRole('switch').tap();
  await page.getByRole('button', { name: level }).tap();
  await expect(page.getByText('Nobody needs you', { exact: false })).toBeVisible();
}

test('scan, tap, acknowledge: the phone says Seen', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server);
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(lit(phone)).toHaveCount(1);
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('a');
  await expect(lit(phone)).toHaveCount(2);
  await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
  await expectAccessible(desk);
});

for (const venue of ['palace', 'POSTECH C5'] as const) {
  test.describe(venue, () => {
    const postech = join(import.meta.dirname, '../venues/postech-c5');
    test.use({ serverArgs: venue === 'palace' ? [] : ['--venue', postech] });

    test('from the scan to arrived, done and closed', async ({ open, server, guard }) => {
      const level = venue === 'palace' ? 'Level −1, market' : 'Level 1';
      const desk = await open('desktop', { locale: 'en-GB' });
      await agentAt(desk, server);
      const responder = await open('phone', { locale: 'en-GB' });
      await onDuty(responder, server, level);
      await expectAccessible(responder);

      const phone = await open('phone', { locale: 'en-GB' });
      await phone.goto(server.poster);
      await phone.locator('#tap button').tap();
      await expect(lit(phone)).toHaveCount(1);

      await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
      await desk.keyboard.press('j');
      await desk.keyboard.press('Enter');
      await expect(desk.locator('.pane h1')).toBeVisible();
      await expect(desk.locator('.map-svg')).toBeVisible();
      await desk.keyboard.press('d');
      await expect(desk.getByText(/^Enter: /)).toBeVisible();
      await desk.keyboard.press('Enter');

      const going = responder.getByRole('button', { name: "I'm going" });
      await expect(going).toBeVisible();
      await expect(responder.locator('.map-svg')).toBeVisible();
      await expectAccessible(responder);
      await expect(lit(phone)).toHaveCount(2);
      await going.tap();
      await expect(lit(phone)).toHaveCount(3);
      await expect(phone.getByText('grey jacket, no uniform', { exact: false })).toBeVisible();
      await responder.getByRole('button', { name: "I've arrived" }).tap();
      await expect(lit(phone)).toHaveCount(4);
      await expect(phone.getByRole('button', { name: 'Nobody is here' })).toBeVisible();
      await responder.getByRole('button', { name: 'Done' }).tap();
      await expect(phone.getByText('They were with you and have left.')).toBeVisible();
      await expect(lit(phone)).toHaveCount(2);
      await expectAccessible(desk);

      await desk.keyboard.press('e');
      await desk.keyboard.press('1');
      await expect(phone.getByText('You did well to ask.')).toBeVisible();
      await expectAccessible(phone);

      // Staff code and attendee code never meet.
      expect(guard.requestsTo(/desk\.localhost.*attendee/)).toHaveLength(0);
      expect(guard.requestsTo(/\/\/localhost.*console/)).toHaveLength(0);

      const kinds = (await server.log()).filter((entry) => entry.stream.startsWith('incident/')).map((entry) => entry.kind);
      expect(kinds.filter((kind) => kind !== 'read')).toEqual([
        'alerted',
        'seen',
        'claimed',
        'dispatched',
        'en_route',
        'on_scene',
        'cleared',
        'closed',
      ]);
    });
  });
}

test('a step goes dark again when its ground falls away', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server);
  const responder = await open('phone', { locale: 'en-GB' });
  await onDuty(responder, server, 'Level 1, foyers');
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('d');
  await expect(desk.getByText(/^Enter: /)).toBeVisible();
  await desk.keyboard.press('Enter');
  await responder.getByRole('button', { name: "I'm going" }).tap();
  await expect(lit(phone)).toHaveCount(3);
  await responder.getByRole('button', { name: "Can't" }).tap();
  await responder.getByRole('button', { name: /way/i }).first().tap();
  await expect(lit(phone)).toHaveCount(2);
  await expect(phone.getByText('They had to turn back.', { exact: false })).toBeVisible();
  // The row is work to do again.
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
});

test('a responder who is off duty is told nothing', async ({ open, server }) => {
  const responder = await open('phone', { locale: 'en-GB' });
  await signIn(responder, server.linkFor('security'));
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server);
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await expect(responder.getByRole('switch')).toHaveAttribute('aria-checked', 'false');
  await expect(responder.locator('body')).not.toContainText('toilets');
});

test('the desk catches up by itself after the server was killed', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await agentAt(desk, server);
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await server.kill();
  await phone.locator('#tap button').tap();
  await server.launch();
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1, { timeout: 20_000 });
});

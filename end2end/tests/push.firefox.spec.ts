// Paging end to end: the guard's own Firefox, its own worker, a push service on this machine.
import { firefox, type Page } from '@playwright/test';
import { FIREFOX, firefoxPrefs } from '../support/browser';
import { expect, SCREENS, test } from '../support/fixtures';
import { PulseAudio } from '../support/pulse';
import { PushService } from '../support/push-service';
import { SottoServer } from '../support/server';

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

// A finger is no click to this Firefox when it is driven: the mouse does what a finger would.
test('a test proves the phone, a dispatch rings it, and off duty nothing does', async ({ open, guard: watcher }) => {
  test.setTimeout(90_000);
  const service = await PushService.start();
  const server = await SottoServer.start('--push-service', service.origin);
  const pulse = new PulseAudio();
  const browser = await firefox.launch({
    channel: 'moz-firefox',
    executablePath: FIREFOX,
    firefoxUserPrefs: { ...firefoxPrefs(440), ...service.firefoxPrefs },
    env: { ...process.env, PULSE_SERVER: await pulse.server() },
  });
  try {
    const { isMobile: _, ...likeness } = SCREENS.phone;
    const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'allow', ...likeness });
    await watcher.watch(context);
    const guard = await context.newPage();
    await signIn(guard, server.linkFor('security'));
    const card = guard.locator('.paging');
    // Explained first, and nothing is asked before a tap.
    await expect(card).toContainText('one fixed line');
    await card.getByRole('button', { name: 'Let it ring' }).click();
    await expect(card).toContainText('Not tested yet');
    await card.getByRole('button', { name: 'Test' }).click();
    await expect(card).toContainText(/It rang .* after it was sent/, { timeout: 20_000 });
    expect(service.posted).toHaveLength(1);

    await guard.getByRole('switch').click();
    await guard.locator('.level-list button').first().click();
    const phone = await open('phone', { locale: 'en-GB' });
    await phone.goto(server.poster);
    await phone.locator('#tap button').tap();
    const desk = await open('desktop', { locale: 'en-GB' });
    await signIn(desk, server.linkFor('agent'));
    await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
    await desk.keyboard.press('j');
    await desk.keyboard.press('Enter');
    await expect(desk.locator('.person-digit')).toHaveCount(1);
    await desk.keyboard.press('d');
    await desk.keyboard.press('Enter');
    await expect.poll(() => service.posted.length).toBe(2);
    await guard.getByRole('button', { name: "I'm going" }).click();
    // The phone answered this one too: the card says how lately.
    await guard.getByRole('button', { name: "I've arrived" }).click();
    await guard.getByRole('button', { name: 'Done' }).click();
    await expect(guard.locator('.paging')).toContainText('It rang');

    // The same for every reader on the way: as long, as urgent, as short-lived, and not to be read.
    const [first, second] = service.posted;
    expect(second?.body.length).toBe(first?.body.length);
    for (const { headers, body } of service.posted) {
      expect([headers['ttl'], headers['urgency'], headers['topic']]).toEqual(['60', 'high', 'sotto']);
      expect(body.toString('latin1')).not.toMatch(/open|level|Sotto/i);
    }

    await guard.getByRole('switch').click();
    await expect(guard.getByRole('switch')).toHaveAttribute('aria-checked', 'false');
    await phone.goto(server.poster);
    await expect(desk.locator('.person-digit')).toHaveCount(0);
    expect(service.posted).toHaveLength(2);
    await guard.getByRole('button', { name: 'No more ringing here' }).click();
    await expect(guard.getByRole('button', { name: 'Let it ring' })).toBeVisible();
  } finally {
    await browser.close();
    await pulse.dispose();
    await server.dispose();
    service.dispose();
  }
});

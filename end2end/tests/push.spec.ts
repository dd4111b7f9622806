// Paging in Chromium: what the worker shows, what the phone proves, who is rung and who is not.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { PushService } from '../support/push-service';
import { canRing, letRing, ring, shown } from '../support/ringing';
import { SottoServer } from '../support/server';

// What a worker has and a page has not.
declare const WindowClient: { prototype: { readonly url: string; focus(): Promise<unknown> } };
declare class NotificationEvent extends Event {
  constructor(kind: string, how: { notification: Notification });
}

// The staff's worker is what rings; other journeys go without one.
test.use({ serviceWorkers: 'allow' });

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** Takes the page out of sight, or back, as its own script sees it. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

const both = async (run: (server: SottoServer, service: PushService) => Promise<void>) => {
  const service = await PushService.start();
  const server = await SottoServer.start('--push-service', service.origin);
  try {
    await run(server, service);
  } finally {
    await server.dispose();
    service.dispose();
  }
};

test('the phone rings with fixed words in its own language, and proves it', async ({ open }) => {
  await both(async (server, service) => {
    const guard = await open('phone', { locale: 'fr' });
    await canRing(guard.context(), server.desk, service, 'guard');
    await signIn(guard, server.linkFor('security'));
    await letRing(guard, 'Autoriser la sonnerie');
    await expect(guard.locator('.paging')).toContainText('Pas encore essayée');
    await guard.locator('.paging').getByRole('button', { name: 'Essayer' }).tap();
    await expect(guard.locator('.paging')).toContainText('Envoyé');
    await expect.poll(() => service.posted.length).toBe(1);
    // Sent is not rung: only the worker's own word changes the line.
    await expect(guard.locator('.paging')).not.toContainText('A sonné');
    await ring(guard);
    await expect(guard.locator('.paging')).toContainText('A sonné');
    expect(await shown(guard)).toEqual([{ title: 'Sotto', body: 'Ouvrez Sotto.' }]);
    // Another page takes the place of the first: one bell, not a list.
    await ring(guard);
    await expect.poll(() => shown(guard)).toHaveLength(1);
    await expectAccessible(guard);

    // A tap on it brings the page that is there.
    const worker = guard.context().serviceWorkers()[0];
    const came = await worker!.evaluate(async () => {
      const scope = self as unknown as EventTarget & { registration: ServiceWorkerRegistration };
      let focused = '';
      WindowClient.prototype.focus = async function () {
        focused = this.url;
        return this;
      };
      const [notification] = await scope.registration.getNotifications();
      const event = new NotificationEvent('notificationclick', { notification: notification! });
      const done: Promise<unknown>[] = [];
      Object.defineProperty(event, 'waitUntil', { value: (promise: Promise<unknown>) => done.push(promise) });
      scope.dispatchEvent(event);
      await Promise.all(done);
      return focused;
    });
    expect(came).toBe(`${server.desk}/`);
    await expect.poll(() => shown(guard)).toHaveLength(0);
  });
});

test('a dispatch rings the one who is sent; an agent is rung only while the console is out of sight', async ({ open }) => {
  test.setTimeout(60_000);
  await both(async (server, service) => {
    const guard = await open('phone', { locale: 'en-GB' });
    await canRing(guard.context(), server.desk, service, 'guard');
    await signIn(guard, server.linkFor('security'));
    await letRing(guard, 'Let it ring');
    await guard.getByRole('switch').tap();
    await guard.locator('.level-list button').first().tap();

    const desk = await open('desktop', { locale: 'en-GB' });
    await canRing(desk.context(), server.desk, service, 'agent');
    await signIn(desk, server.linkFor('agent'));
    await desk.locator('.menu summary').click();
    await letRing(desk, 'Let it ring');
    await expectAccessible(desk);
    await desk.locator('.menu summary').click();
    const rung = () => service.posted.map(({ channel }) => channel);

    const phone = await open('phone', { locale: 'en-GB' });
    await phone.goto(server.poster);
    await phone.locator('#tap button').tap();
    await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
    await desk.keyboard.press('j');
    await desk.keyboard.press('Enter');
    await expect(desk.locator('.person-digit')).toHaveCount(1);
    await desk.keyboard.press('d');
    await desk.keyboard.press('Enter');
    await expect.poll(rung).toEqual(['guard']);
    await expect(guard.getByRole('button', { name: "I'm going" })).toBeVisible();

    // Out of sight: the next one who asks rings.
    await hide(desk, true);
    const second = await open('phone', { locale: 'en-GB' });
    await second.goto(server.poster);
    await second.locator('#tap button').tap();
    await expect.poll(rung).toEqual(['guard', 'agent']);
    expect(new Set(service.posted.map(({ body }) => body.length)).size).toBe(1);
    await hide(desk, false);
  });
});

test('whoever cannot be reached is said, and the next one stands under Enter', async ({ open, server, guard: watcher }) => {
  watcher.allow(/status of 409/);
  const names: string[] = [];
  for (const link of server.links.filter(({ role }) => role === 'security').slice(0, 2)) {
    const guard = await open('phone', { locale: 'en-GB' });
    await signIn(guard, link.url);
    await guard.getByRole('switch').tap();
    await guard.getByRole('button', { name: 'Level 1, foyers' }).tap();
    names.push(link.name);
  }
  const phone = await open('phone', { locale: 'en-GB' });
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, server.linkFor('agent'));
  await expect(desk.locator('.row')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.person-digit')).toHaveCount(2);
  await expect(desk.locator('.person-facts').first()).toContainText('last heard');
  const first = await desk.locator('.person-name b').first().innerText();
  const next = names.find((name) => name !== first);
  await desk.keyboard.press('a');
  await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
  // The phone has just fallen silent, and the list does not know yet.
  await desk.route('**/command', (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{"code":"responder_unreachable"}' }),
    { times: 1 },
  );
  await desk.keyboard.press('d');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.toast')).toHaveText(`${first}'s phone cannot be reached. Enter sends ${next}.`);
  await expect(desk.locator('.people-foot')).toContainText(`Enter: ${next}`);
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.dispatch-text')).toHaveText(`Sent to ${next}`);
});

test('the page says honestly what the browser cannot do', async ({ open, server }) => {
  const blocked = await open('phone', { locale: 'en-GB', permissions: [] });
  await blocked.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
    navigator.wakeLock.request = () => Promise.reject(new DOMException('low battery', 'NotAllowedError'));
  });
  await signIn(blocked, server.linkFor('security'));
  await expect(blocked.locator('.paging')).toContainText('this browser blocks notifications');
  await expect(blocked.locator('.paging button')).toHaveCount(0);
  await blocked.getByRole('switch').tap();
  await blocked.locator('.level-list button').first().tap();
  await expect(blocked.locator('.awake')).toContainText('lets the screen go dark');
  await expectAccessible(blocked);
});

test('the screen stays on while on duty, and is let go after', async ({ open, server }) => {
  const guard = await open('phone', { locale: 'en-GB' });
  await guard.addInitScript(() => {
    const held: { released: boolean }[] = [];
    (window as unknown as { held: typeof held }).held = held;
    navigator.wakeLock.request = async () => {
      const lock = { released: false, release: async () => void (lock.released = true) };
      held.push(lock);
      return lock as unknown as WakeLockSentinel;
    };
  });
  const held = () => guard.evaluate(() => (window as unknown as { held: { released: boolean }[] }).held.map((lock) => lock.released));
  await signIn(guard, server.linkFor('security'));
  expect(await held()).toEqual([]);
  await guard.getByRole('switch').tap();
  await guard.locator('.level-list button').first().tap();
  await expect(guard.locator('.awake')).toContainText('stays on while you are on duty');
  expect(await held()).toEqual([false]);
  // The browser takes it away from a hidden page: it is asked for again.
  await hide(guard, true);
  await hide(guard, false);
  await expect.poll(held).toEqual([true, false]);
  await guard.getByRole('switch').tap();
  await expect.poll(held).toEqual([true, true]);
});

// Paging in Chromium, which has no push service here: the page subscribes at ours, and what comes there
// is handed to the worker by the debugging protocol. Everything else is the product's own.
import { createECDH, randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import { expect } from './fixtures';
import type { PushService } from './push-service';

/** Lets the pages of a context subscribe at `service` under `name`, and grants what is asked. */
export async function canRing(context: BrowserContext, origin: string, service: PushService, name: string): Promise<void> {
  await context.grantPermissions(['notifications'], { origin });
  const key = createECDH('prime256v1').generateKeys('base64url');
  const subscription = { endpoint: `${service.origin}/push/${name}`, keys: { p256dh: key, auth: randomBytes(16).toString('base64url') } };
  await context.addInitScript((subscription) => {
    if (!('PushManager' in window)) return;
    let made: object | null = null;
    const fake = { ...subscription, toJSON: () => subscription, unsubscribe: async () => ((made = null), true) };
    PushManager.prototype.subscribe = async () => (made = fake) as unknown as PushSubscription;
    PushManager.prototype.getSubscription = async () => made as PushSubscription | null;
  }, subscription);
}

/** Hands a page to the worker of `page`, as the browser would. */
export async function ring(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const found = new Promise<string>((resolve) => {
    debug.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ isDeleted }) => !isDeleted);
      if (own) resolve(own.registrationId);
    });
  });
  await debug.send('ServiceWorker.enable');
  await debug.send('ServiceWorker.deliverPushMessage', {
    origin: new URL(page.url()).origin,
    registrationId: await found,
    data: 'open',
  });
  await debug.detach();
}

/** The notifications that the worker shows now. */
export const shown = (page: Page): Promise<{ title: string; body: string }[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
  });

/** Lets the page's device ring by its own button. */
export async function letRing(page: Page, button: string): Promise<void> {
  await page.locator('.paging').getByRole('button', { name: button }).click();
  await expect(page.locator('.paging').getByRole('button')).toHaveCount(2);
}

// What people do in a call, as they do it: with a finger, with Space.
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';
import type { SottoServer } from './server';

/** A button or key that is down; ends by being called. */
export type Held = () => Promise<void>;

/** Puts a finger (or the mouse, where there is none) on it and leaves it there. */
export async function hold(page: Page, button: Locator): Promise<Held> {
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (!box) throw new Error('the button is not to be seen');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const fingers = await page.evaluate(() => navigator.maxTouchPoints > 0);
  const chromium = page.context().browser()?.browserType().name() === 'chromium';
  if (fingers && chromium) {
    const session = await page.context().newCDPSession(page);
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    return async () => {
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await session.detach();
    };
  }
  await page.mouse.move(x, y);
  await page.mouse.down();
  return () => page.mouse.up();
}

/** Space, held. */
export async function holdSpace(page: Page): Promise<Held> {
  await page.keyboard.down('Space');
  return () => page.keyboard.up('Space');
}

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** At the desk, with the microphone ready and the sound on. */
export async function agentAt(
  page: Page,
  server: SottoServer,
  link = server.linkFor('agent'),
  { warm } = { warm: true },
): Promise<void> {
  await signIn(page, link);
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible();
  if (!warm) return;
  await page.locator('button.microphone').click();
  await expect(page.locator('button.microphone.is-ready')).toBeVisible();
}

/** On duty. */
export async function guardAt(page: Page, server: SottoServer): Promise<void> {
  await signIn(page, server.linkFor('security'));
  await page.getByRole('switch').click();
  await page.getByRole('button', { name: 'Level −1, market' }).click();
  await expect(page.getByText('Nobody needs you', { exact: false })).toBeVisible();
}

/** Opens the first case of the queue. */
export async function openCase(desk: Page): Promise<void> {
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.pane h1')).toBeVisible();
}

/** Starts the call of the open case, or takes it. */
export async function takeCall(desk: Page): Promise<void> {
  await desk.keyboard.press('t');
  await expect(desk.locator('.call.is-joined')).toBeVisible();
}

/** One tap from the poster to a case that is live. */
export async function askForHelp(phone: Page, server: SottoServer): Promise<void> {
  await phone.goto(server.poster);
  await phone.locator('#tap button').click();
  await expect(phone.locator('#live[data-on]')).toBeAttached();
}

/** The surface that is held. */
export const holdButton = (phone: Page): Locator => phone.locator('.talk .hold button.main');

/** Opens Talk and allows the microphone: from now on a press is heard, if somebody is there. */
export async function openTalk(phone: Page): Promise<void> {
  await phone.locator('button#talk').click();
  await allowMicrophone(phone);
  await talkStands(phone);
}

/** Gives the microphone, if the browser has not been told before that this page may have it. */
export async function allowMicrophone(phone: Page): Promise<void> {
  const allow = phone.getByRole('button', { name: 'Allow' });
  await expect(allow.or(holdButton(phone)).filter({ visible: true })).toBeVisible();
  if (await allow.isVisible()) await allow.click();
}

/** Waits until the page says that a press would be heard. */
export async function talkStands(phone: Page): Promise<void> {
  await expect(phone.locator('.talk .state')).toHaveText('Hold to talk', { timeout: 20_000 });
}

/** Wants to hear the team. */
export async function turnSoundOn(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: 'Turn sound on' }).click();
  await expect(phone.getByRole('button', { name: 'Turn sound off' })).toBeVisible();
}

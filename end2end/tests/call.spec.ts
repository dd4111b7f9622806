// Calls on staff screens: what an agent and a responder do with a talk, without listening to it.
import type { BrowserContextOptions, Locator, Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { askForHelp, openTalk } from '../support/calling';
import { expect, test, type Screen } from '../support/fixtures';
import type { SottoServer } from '../support/server';

async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.locator('#live > *').first()).toBeVisible();
}

/** The sign-in link of the agent with this number, from 0. */
function agent(server: SottoServer, number: number): string {
  const link = server.links.filter((candidate) => candidate.role === 'agent')[number];
  if (!link) throw new Error(`the demo has no agent ${number}`);
  return link.url;
}

/** An agent at the desk with one acknowledged case open. */
async function deskWithCase(desk: Page, phone: Page, server: SottoServer): Promise<void> {
  await signIn(desk, agent(server, 0));
  await expect(desk.getByRole('heading', { name: 'Queue' })).toBeVisible();
  await phone.goto(server.poster);
  await phone.locator('#tap button').tap();
  await expect(desk.locator('.row')).toHaveCount(1);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.pane h1')).toBeVisible();
  await desk.keyboard.press('a');
  await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
}

const bar = (page: Page): Locator => page.locator('.call.is-joined');
const floor = (page: Page): Locator => page.locator('.call-floor');

/** The screen is in the call and could speak now. */
async function ready(page: Page): Promise<void> {
  await expect(floor(page)).toHaveText('Nobody is speaking');
}

/** Presses the large button with a finger that stays. */
async function hold(page: Page): Promise<void> {
  await page.locator('.hold').dispatchEvent('pointerdown', { button: 0, pointerId: 1, pointerType: 'touch' });
}
async function letGo(page: Page): Promise<void> {
  await page.locator('.hold').dispatchEvent('pointerup', { button: 0, pointerId: 1, pointerType: 'touch' });
}

test('an agent offers a call, speaks by Space, mutes, leaves and comes back', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  const phone = await open('phone', { locale: 'en-GB' });
  await deskWithCase(desk, phone, server);
  await expect(desk.getByRole('button', { name: 'Microphone off' })).toBeVisible();
  await desk.keyboard.press('t');
  await ready(desk);
  await expect(desk.getByRole('button', { name: 'Space talks to', exact: false })).toBeVisible();
  await expect(bar(desk)).toContainText('Their phone is not in the call.');
  await expect(desk.locator('.row .call-mark')).toHaveText('In call: you');
  await expectAccessible(desk);

  await desk.keyboard.down('Space');
  await expect(floor(desk)).toHaveText('Speak now');
  await expect(desk.locator('.row .call-mark')).toHaveText('Speaking: you');
  await desk.keyboard.up('Space');
  await ready(desk);

  await bar(desk).getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(bar(desk)).toContainText('Your sound is off');
  await bar(desk).getByRole('button', { name: 'Unmute' }).click();
  await expect(bar(desk)).not.toContainText('Your sound is off');

  await bar(desk).getByRole('button', { name: 'Leave' }).click();
  await expect(desk.getByRole('button', { name: 'Take the call' })).toBeVisible();
  await expect(desk.locator('.row .call-mark')).toHaveText('Talk is offered');
  await desk.keyboard.press('t');
  await ready(desk);
});

test('Space writes in a field, and whatever takes the keys away ends a press', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  const note = desk.locator('#note');
  await note.fill('by the');
  await note.press('End');
  await desk.keyboard.down('Space');
  await desk.keyboard.up('Space');
  await expect(note).toHaveValue('by the ');
  await ready(desk);
  await note.press('Escape');

  for (const end of ['blur', 'pagehide']) {
    await desk.keyboard.down('Space');
    await expect(floor(desk)).toHaveText('Speak now');
    await desk.evaluate((name) => window.dispatchEvent(new Event(name)), end);
    await ready(desk);
    await desk.keyboard.up('Space');
  }
  await desk.keyboard.down('Space');
  await expect(floor(desk)).toHaveText('Speak now');
  await desk.keyboard.press('Escape');
  await ready(desk);
  await desk.keyboard.up('Space');
  await ready(desk);
});

test('two agents: one floor, and each is told who has it', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  const other = await open('desktop', { locale: 'en-GB' });
  await signIn(other, agent(server, 1));
  await expect(other.locator('.row').first()).toBeVisible();
  await other.keyboard.press('j');
  await other.keyboard.press('Enter');
  await other.getByRole('button', { name: 'Take the call' }).click();
  await ready(other);
  await expect(bar(desk).locator('.call-members li')).toHaveCount(3);
  await other.keyboard.down('Space');
  await expect(floor(other)).toHaveText('Speak now');
  await expect(floor(desk)).toContainText('is speaking');
  await desk.keyboard.down('Space');
  await expect(floor(desk)).toContainText('is speaking');
  await desk.keyboard.up('Space');
  await expect(floor(other)).toHaveText('Speak now');
  await other.keyboard.up('Space');
  await ready(desk);
});

test('a responder joins the talk of the dispatch, and only roles speak there', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  const guard = await open('phone', { locale: 'en-GB' });
  await signIn(guard, server.linkFor('security'));
  await guard.getByRole('switch').tap();
  await guard.getByRole('button', { name: 'Level 1, foyers' }).tap();
  await expect(guard.getByText('Nobody needs you', { exact: false })).toBeVisible();
  await expect(desk.locator('.person-digit')).toHaveCount(1);
  await desk.keyboard.press('d');
  await expect(desk.getByText(/^Enter: /)).toBeVisible();
  await desk.keyboard.press('Enter');
  await expect(guard.getByRole('button', { name: "I'm going" })).toBeVisible();
  await desk.keyboard.press('t');
  await ready(desk);

  await guard.getByRole('button', { name: 'Talk with the team' }).tap();
  await ready(guard);
  await expect(guard.getByText('The team hears you.')).toBeVisible();
  await expect(guard.getByRole('button', { name: "I'm going" })).toBeInViewport();
  await expectAccessible(guard);
  await hold(guard);
  await expect(floor(guard)).toHaveText('Speak now');
  await expect(floor(desk)).toContainText('is speaking');
  await expect(desk.locator('.row .call-mark')).toContainText('Speaking:');
  await letGo(guard);
  await ready(guard);

  // Locked open for hands that are needed elsewhere; the next tap ends it.
  await guard.getByRole('button', { name: 'Tap to lock' }).tap();
  await expect(floor(guard)).toHaveText('Speak now');
  await guard.getByRole('button', { name: 'Tap to finish' }).tap();
  await ready(guard);

  await desk.keyboard.down('Space');
  await expect(floor(guard)).toHaveText('The team is speaking');
  await desk.keyboard.up('Space');

  await bar(desk).getByRole('button', { name: 'End for everyone' }).click();
  await desk.getByRole('button', { name: 'Yes, end the call' }).click();
  await expect(bar(desk)).toHaveCount(0);
  await expect(guard.getByRole('button', { name: 'Talk with the team' })).toBeVisible();
  await expect(desk.locator('.row .call-mark')).toHaveCount(0);
});

test('a responder who calls for help talks with the desk about it', async ({ open, server }) => {
  const guard = await open('phone', { locale: 'en-GB' });
  await signIn(guard, server.linkFor('security'));
  await guard.getByRole('switch').tap();
  await expect(guard.getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  await guard.getByRole('button', { name: 'I need help' }).tap();
  await guard.getByRole('button', { name: 'Yes, send help to me' }).tap();
  await guard.getByRole('button', { name: 'Talk about it with the desk' }).tap();
  await ready(guard);
  await expect(guard.getByText('Nobody hears you yet.')).toBeVisible();
  await expectAccessible(guard);
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, agent(server, 0));
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('t');
  await ready(desk);
  await expect(guard.getByText('The team hears you.')).toBeVisible();
  // There is no phone that could be silent.
  await expect(bar(desk)).not.toContainText('Their phone');
});

test('closing a case with a call open says that the call ends, and ends it', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  await desk.keyboard.press('e');
  await expect(desk.getByRole('dialog')).toContainText('The call ends too.');
  await desk.keyboard.press('1');
  await expect(bar(desk)).toHaveCount(0);
});

test('a desk that is reloaded in mid-call comes back into it by itself', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  await desk.reload();
  await expect(desk.locator('.row .call-mark')).toHaveText('In call: you');
  // With no case open a single call is what Space means.
  await expect(desk.getByRole('button', { name: 'Space talks to', exact: false })).toBeVisible();
  await desk.keyboard.down('Space');
  await expect(desk.locator('.row .call-mark')).toHaveText('Speaking: you');
  await desk.keyboard.up('Space');
  await expect(desk.locator('.row .call-mark')).toHaveText('In call: you');
});

test('a case that is open and in no call never lets a press through to another', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  const second = await open('phone', { locale: 'en-GB' });
  await second.goto(server.poster);
  await second.locator('#tap button').tap();
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await desk.locator('.row.is-waiting').click();
  await expect(bar(desk)).toHaveCount(0);
  await expect(desk.getByRole('button', { name: 'Space talks to nobody' })).toBeVisible();
  await desk.keyboard.down('Space');
  await expect(desk.getByText('You are not in the call of this case.', { exact: false })).toBeVisible();
  await expect(desk.locator('.row .call-mark')).toHaveText('In call: you');
  await desk.keyboard.up('Space');
});

test('a refused microphone is said with the way out, and listening goes on', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await desk.addInitScript(() => {
    const refused = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
    navigator.mediaDevices.getUserMedia = refused;
  });
  await deskWithCase(desk, await open('phone', { locale: 'en-GB' }), server);
  await desk.keyboard.press('t');
  await ready(desk);
  await expect(desk.getByRole('button', { name: 'Microphone blocked' })).toBeVisible();
  await expect(bar(desk)).toContainText('allow the microphone');
  await desk.keyboard.down('Space');
  await desk.keyboard.up('Space');
  await ready(desk);
  await expect(desk.locator('.row .call-mark')).toHaveText('In call: you');
  await expectAccessible(desk);
});

/** A desk in the call of one person, while a second one asks to talk; the second case is open. */
async function wantedTwice(open: (screen: Screen, options?: BrowserContextOptions) => Promise<Page>, server: SottoServer) {
  const desk = await open('desktop', { locale: 'en-GB' });
  await signIn(desk, agent(server, 0));
  const first = await open('phone', { locale: 'en-GB' });
  await askForHelp(first, server);
  await openTalk(first);
  await desk.locator('.row').click();
  await desk.keyboard.press('a');
  await desk.keyboard.press('t');
  await ready(desk);
  await expect(first.getByText('The team is here.')).toBeVisible();
  const second = await open('phone', { locale: 'en-GB' });
  await askForHelp(second, server);
  await openTalk(second);
  await expect(desk.locator('.row .call-mark.is-waiting-call')).toHaveText('Wants to talk');
  await desk.locator('.row.is-waiting').click();
  await desk.keyboard.press('a');
  await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
  return { desk, first, second };
}

/** The row that is open, and the other. */
const openRow = (desk: Page) => desk.locator('.row.is-open');
const otherRow = (desk: Page) => desk.locator('.row:not(.is-open)');

test('a second call: the first person reads that the team stepped away, and it comes back', async ({ open, server }) => {
  test.slow();
  const { desk, first, second } = await wantedTwice(open, server);
  await desk.keyboard.press('t');
  await expect(desk.getByRole('dialog')).toContainText('You are in a call already');
  await expectAccessible(desk);
  // Leaving the question leaves everything as it was.
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('dialog')).toHaveCount(0);
  await expect(first.getByText('The team is here.')).toBeVisible();
  await expect(second.getByText('Nobody has joined yet.', { exact: false })).toBeVisible();

  await desk.keyboard.press('t');
  await desk.keyboard.press('1');
  await ready(desk);
  await expect(second.getByText('The team is here.')).toBeVisible();
  await expect(first.getByText('The team stepped away for a moment. They come back.')).toBeVisible();
  await expect(otherRow(desk).locator('.call-mark.is-waiting-call')).toHaveText('On hold: you');
  await expect(openRow(desk).locator('.call-mark')).toHaveText('In call: you');
  await expectAccessible(first);
  // What is said now is for the second person alone.
  await desk.keyboard.down('Space');
  await expect(second.locator('.talk .state')).toHaveText('They are speaking');
  await expect(first.locator('.talk .state')).toHaveText('Hold to talk');
  await desk.keyboard.up('Space');
  await ready(desk);

  // Whoever waits may still speak, and the desk sees it; nobody is promised an ear.
  await otherRow(desk).click();
  await expect(first.getByText('The team is here.')).toBeVisible();
  await expect(second.getByText('The team stepped away for a moment. They come back.')).toBeVisible();
  await expect(otherRow(desk).locator('.call-mark')).toHaveText('On hold: you');
});

test('a second call taken instead of the first leaves the first with those who are free', async ({ open, server }) => {
  test.slow();
  const { desk, first, second } = await wantedTwice(open, server);
  await desk.keyboard.press('t');
  await desk.keyboard.press('2');
  await ready(desk);
  await expect(second.getByText('The team is here.')).toBeVisible();
  await expect(first.getByText('Nobody has joined yet.', { exact: false })).toBeVisible();
  await expect(otherRow(desk).locator('.call-mark.is-waiting-call')).toHaveText('Wants to talk');
});

// The call as people hear it: who is heard by whom, and when. Sound decoded at the ear decides.
import type { Page } from '@playwright/test';
import { fallsSilent, hears, nothingArrives } from '../support/ear';
import { Frames, traces } from '../support/frames';
import { expect, test } from '../support/party';
import type { SottoServer } from '../support/server';
import { TONES } from '../support/sound';
import {
  agentAt,
  allowMicrophone,
  askForHelp,
  guardAt,
  hold,
  holdButton,
  holdSpace,
  openCase,
  openTalk,
  takeCall,
  talkStands,
  turnSoundOn,
} from '../support/calling';

const { attendee: PERSON, agent: AGENT, guard: GUARD, 'second agent': SECOND } = TONES;

type Party = (voice: keyof typeof TONES) => Promise<Page>;

/** A person on the talk page and an agent in their call; nobody has spoken yet. */
async function inCall(party: Party, server: SottoServer): Promise<{ phone: Page; desk: Page }> {
  const desk = await party('agent');
  await agentAt(desk, server);
  const phone = await party('attendee');
  await askForHelp(phone, server);
  await openTalk(phone);
  await openCase(desk);
  await takeCall(desk);
  return { phone, desk };
}

const press = (phone: Page) => hold(phone, holdButton(phone));

test('the team hears the person only while the button is held', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  await nothingArrives(desk);
  const up = await press(phone);
  await hears(desk, PERSON);
  await up();
  await fallsSilent(desk);
  await nothingArrives(desk, 2);
  const again = await press(phone);
  await hears(desk, PERSON);
  await again();
  await fallsSilent(desk);
});

test('the person hears nothing, and is sent nothing, until they turn sound on', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  const up = await holdSpace(desk);
  await nothingArrives(phone, 2);
  await up();
  await turnSoundOn(phone);
  await nothingArrives(phone);
  const again = await holdSpace(desk);
  await hears(phone, AGENT);
  await again();
  await fallsSilent(phone);
  await nothingArrives(phone, 2);
});

test('the person goes before the team, at once', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  await turnSoundOn(phone);
  const deskUp = await holdSpace(desk);
  await hears(phone, AGENT);
  const phoneUp = await press(phone);
  await hears(desk, PERSON);
  await expect(desk.getByText('The person began to speak. Listen first.')).toBeVisible();
  await fallsSilent(phone);
  await phoneUp();
  await fallsSilent(desk);
  // Space is still down, and no right to speak has come back by itself.
  await nothingArrives(phone);
  await deskUp();
});

test('two presses at once give one floor', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  await turnSoundOn(phone);
  const second = await party('second agent');
  await agentAt(second, server, server.linkFor('lead'));
  await openCase(second);
  await takeCall(second);

  const [deskUp, secondUp] = await Promise.all([holdSpace(desk), holdSpace(second)]);
  const winner = await Promise.any([
    hears(phone, AGENT).then(() => AGENT),
    hears(phone, SECOND).then(() => SECOND),
  ]);
  // The one who has the floor is heard by all others and the other one by nobody.
  const [speaker, listener, loser] = winner === AGENT ? [AGENT, second, SECOND] : [SECOND, desk, AGENT];
  await hears(listener, speaker);
  await expect(hears(phone, loser, 1)).rejects.toThrow(`${loser} Hz was not heard`);
  await nothingArrives(winner === AGENT ? desk : second);
  await Promise.all([deskUp(), secondUp()]);
  await fallsSilent(phone);
  await nothingArrives(phone);
});

test('a quick double press loses nothing', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  for (let i = 0; i < 3; i++) {
    const first = await press(phone);
    await first();
    const second = await press(phone);
    await hears(desk, PERSON);
    // The second press is still held: the end of the first one must not end it.
    await hears(desk, PERSON);
    await second();
    await fallsSilent(desk);
    await nothingArrives(desk);
  }
});

test('a responder joins, hears and is heard', async ({ party, server }) => {
  const guard = await party('guard');
  await guardAt(guard, server);
  const { phone, desk } = await inCall(party, server);
  await desk.keyboard.press('d');
  await expect(desk.getByText(/^Enter: /)).toBeVisible();
  await desk.keyboard.press('Enter');
  await guard.getByRole('button', { name: "I'm going" }).tap();
  await guard.getByRole('button', { name: 'Talk with the team' }).tap();
  await expect(guard.locator('button.hold')).toBeVisible();

  const up = await press(phone);
  await Promise.all([hears(guard, PERSON), hears(desk, PERSON)]);
  await up();
  await Promise.all([fallsSilent(guard), fallsSilent(desk)]);
  const guardUp = await hold(guard, guard.locator('button.hold'));
  await hears(desk, GUARD);
  await nothingArrives(phone);
  await guardUp();
  await fallsSilent(desk);
});

test('a page that is hidden lets the floor go and shuts the microphone', async ({ party, server }) => {
  const { phone, desk } = await inCall(party, server);
  await press(phone);
  await hears(desk, PERSON);
  await setHidden(phone, true);
  await fallsSilent(desk);
  await nothingArrives(desk);
  await setHidden(phone, false);
  await nothingArrives(desk);
});

test('no frame sent to one side holds anything that leads to the other', async ({ party, server }) => {
  const desk = await party('agent');
  const atDesk = Frames.of(desk);
  await agentAt(desk, server);
  const phone = await party('attendee');
  const atPhone = Frames.of(phone);
  await askForHelp(phone, server);
  await openTalk(phone);
  await openCase(desk);
  await takeCall(desk);
  await turnSoundOn(phone);
  const up = await press(phone);
  await hears(desk, PERSON);
  await up();
  await fallsSilent(desk);
  const deskUp = await holdSpace(desk);
  await hears(phone, AGENT);
  await deskUp();

  for (const [who, from, to] of [
    ['the person', atPhone, atDesk],
    ['the agent', atDesk, atPhone],
  ] as const) {
    const found = from.offers().flatMap(traces);
    expect(found.length, `what leads to ${who}`).toBeGreaterThan(3);
    expect(to.received.length).toBeGreaterThan(3);
    for (const trace of found) expect(to.holds(trace), `${trace} of ${who}`).toBe(false);
    // The relay answers for itself only, once for each address it listens on.
    for (const frame of to.received) expect(frame.toString('latin1')).not.toMatch(/typ (srflx|prflx|relay)/);
  }
});

test('a reload of either side, the relay and the server killed: each call comes back by itself', async ({
  party,
  server,
}) => {
  test.setTimeout(120_000);
  const { phone, desk } = await inCall(party, server);
  await turnSoundOn(phone);
  const bothWays = async () => {
    await talkStands(phone);
    const up = await press(phone);
    await hears(desk, PERSON, 20);
    await up();
    await fallsSilent(desk);
  };
  await bothWays();
  await test.step('the desk reloads', async () => {
    await desk.reload();
    await expect(desk.locator('.row').first()).toBeVisible();
    await bothWays();
  });
  await test.step('the relay is killed', async () => {
    process.kill(await server.relay(), 'SIGKILL');
    await bothWays();
  });
  await test.step('the relay is killed while the button is held', async () => {
    await talkStands(phone);
    const up = await press(phone);
    await hears(desk, PERSON);
    process.kill(await server.relay(), 'SIGKILL');
    await fallsSilent(desk);
    // A press does not outlive its floor: the page never says that it is heard, and it is not.
    await expect(phone.locator('.talk .state')).not.toHaveText('Speak now');
    await nothingArrives(desk);
    await up();
    await bothWays();
  });
  await test.step('the server is killed and starts again', async () => {
    await server.restart();
    await bothWays();
  });
  await test.step('the phone reloads', async () => {
    await phone.reload();
    await allowMicrophone(phone);
    await bothWays();
  });
});

/** Headless pages are never hidden; this one believes that it is. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    const state = hidden ? 'hidden' : 'visible';
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}


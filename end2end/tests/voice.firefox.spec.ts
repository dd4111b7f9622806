// The same call with Firefox at either end: its gate is another one (test-rig: it goes on sending
// after `active = false`), and so is its handshake.
import { networkInterfaces } from 'node:os';
import { fallsSilent, hears, nothingArrives } from '../support/ear';
import { test } from '../support/party';
import { TONES } from '../support/sound';
import { agentAt, askForHelp, hold, holdButton, holdSpace, openCase, openTalk, takeCall, turnSoundOn } from '../support/calling';

// Firefox pairs no address of a network with the loopback one: the relay has to be on the network.
const network = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4');
test.use({ serverArgs: network ? ['--media-address', network.address] : [] });

const { attendee: PERSON, agent: AGENT } = TONES;

for (const [phoneEngine, deskEngine] of [
  ['firefox', 'chromium'],
  ['chromium', 'firefox'],
] as const) {
  test(`a phone with ${phoneEngine} and a desk with ${deskEngine}: heard while held, silent after`, async ({
    party,
    server,
  }) => {
    test.setTimeout(60_000);
    const desk = await party('agent', { engine: deskEngine });
    await agentAt(desk, server);
    const phone = await party('attendee', { engine: phoneEngine });
    await askForHelp(phone, server);
    await openTalk(phone);
    await openCase(desk);
    await takeCall(desk);
    await nothingArrives(desk);

    for (let i = 0; i < 2; i++) {
      const up = await hold(phone, holdButton(phone));
      await hears(desk, PERSON);
      await up();
      await fallsSilent(desk);
      await nothingArrives(desk, 2);
    }
    const muted = await holdSpace(desk);
    await nothingArrives(phone);
    await muted();
    await turnSoundOn(phone);
    const up = await holdSpace(desk);
    await hears(phone, AGENT);
    await up();
    await fallsSilent(phone);
    await nothingArrives(phone, 2);
  });
}

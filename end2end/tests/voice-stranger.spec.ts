// The relay and a client that shares no line with ours, by aiortc: it understands what is standard,
// and it need not obey.
import { fallsSilent, hears, nothingArrives } from '../support/ear';
import { Frames } from '../support/frames';
import { expect, test } from '../support/party';
import { TONES } from '../support/sound';
import { Stranger } from '../support/stranger';
import { agentAt, holdSpace, openCase, takeCall } from '../support/calling';

const { agent: AGENT, 'second attendee': STRANGER } = TONES;
/** A network for examples (RFC 5737): the stranger says that it is there. */
const PLANTED = '192.0.2.77';

test('a client by strangers is heard with the floor, never without it, and hears', async ({ party, server }) => {
  const desk = await party('agent');
  const frames = Frames.of(desk);
  await agentAt(desk, server);
  const stranger = new Stranger(STRANGER, { poster: server.poster, planted: PLANTED });
  try {
    await stranger.until(({ state }) => state === 'connected');
    await openCase(desk);
    await takeCall(desk);
    await nothingArrives(desk);

    stranger.do('press');
    await hears(desk, STRANGER);
    await stranger.until(({ floor }) => floor === 'yours');
    stranger.do('release');
    await fallsSilent(desk);

    // A microphone that never shuts: nothing of it passes without the floor, whoever has it.
    stranger.do('hot');
    await nothingArrives(desk, 2);
    const before = stranger.said.length;
    stranger.do('sound');
    const up = await holdSpace(desk);
    const heard = await stranger.until(({ hears }) => hears === AGENT, before);
    await nothingArrives(desk);
    await up();
    await stranger.until(({ hears }) => hears === 0, heard);
    await nothingArrives(desk);

    // With the floor it passes again, and stops with the release although it goes on sending.
    stranger.do('press');
    await hears(desk, STRANGER);
    stranger.do('release');
    stranger.do('hot');
    await fallsSilent(desk);
    await nothingArrives(desk, 2);

    expect(frames.received.length).toBeGreaterThan(3);
    expect(frames.holds(PLANTED), 'an address of the other side').toBe(false);
    const answer = stranger.said.find(({ sdp }) => sdp !== undefined)?.sdp ?? '';
    expect(answer).toMatch(/a=candidate:\S+ 1 udp \d+ \S+ \d+ typ host/i);
    expect(answer).not.toContain(PLANTED);
  } finally {
    stranger.kill();
  }
});

// The rig of the voice journeys, without any of the product.
import { CHROMIUM } from '../support/browser';
import { serveLoopback } from '../support/loopback';
import { WithoutUdp } from '../support/namespace';
import { expect, test } from '../support/party';
import { proveRig } from '../support/rig-proof';
import { TONES } from '../support/sound';
import { Stranger } from '../support/stranger';

proveRig('chromium');

test('the stranger decodes a tone, its end, and the tone again', async () => {
  const stranger = new Stranger(TONES['second attendee']);
  expect(await stranger.end()).toBe(0);
  expect(stranger.said).toEqual([{ hears: 0 }, { hears: 620 }, { hears: 0 }, { hears: 620 }]);
});

test('where UDP is dropped a call gets no packet through, and the counter says so', async ({ party }) => {
  const network = await WithoutUdp.make();
  try {
    const page = await party('attendee', { through: await network.wrap(CHROMIUM) });
    // A page from nowhere: this network holds no server.
    const { url, html, server } = await serveLoopback();
    server.close();
    await page.context().route(url, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(url);
    await page.evaluate(() => (globalThis as unknown as { connect(): Promise<void> }).connect());
    await expect.poll(() => network.dropped()).toBeGreaterThan(0);
    const state = await page.evaluate(() => (globalThis as unknown as { near: RTCPeerConnection }).near.iceConnectionState);
    expect(state).not.toMatch(/connected|completed/);
  } finally {
    await network.dispose();
  }
});

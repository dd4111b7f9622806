// What the rig must be able to tell before anything it says about the product counts.
import { arrives, fallsSilent, hears, nothingArrives, staysSilent } from './ear';
import { serveLoopback } from './loopback';
import { expect, test, type PartyOptions } from './party';
import { TONES } from './sound';

type Loopback = {
  connect(): Promise<void>;
  gate: { set(on: boolean): Promise<void> };
};

/** Declares the proofs for one engine. */
export function proveRig(engine: NonNullable<PartyOptions['engine']>): void {
  test(`the rig hears a voice while the gate is open, and nothing once it is shut (${engine})`, async ({ party }) => {
    const { url, server } = await serveLoopback();
    const page = await party('attendee', { engine });
    await page.goto(url);
    await page.evaluate(() => (globalThis as unknown as Loopback).connect());
    await nothingArrives(page);

    const gate = (on: boolean) => page.evaluate((on) => eval('gate').set(on), on);
    const mute = (on: boolean) =>
      page.evaluate((on) => { document.querySelector<HTMLAudioElement>('#ear')!.muted = on; }, on);
    await gate(true);
    await arrives(page, TONES.attendee);
    await staysSilent(page);

    await mute(false);
    await hears(page, TONES.attendee);
    await expect(hears(page, TONES.agent, 1)).rejects.toThrow('880 Hz was not heard');
    await expect(staysSilent(page)).rejects.toThrow('where there must be none');
    await expect(fallsSilent(page, 2)).rejects.toThrow('no 0.5 s of silence');

    await gate(false);
    await fallsSilent(page);
    await nothingArrives(page, 2);
    // A press after a while is heard again at once, and in the right voice.
    await gate(true);
    await hears(page, TONES.attendee);
    server.close();
  });
}

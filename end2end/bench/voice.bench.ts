// A call between a phone and the desk, measured at the mouth and at the ear of the product's own
// pages; see docs/performance.md, *voice*.
import { chromium, devices, expect, test, type Browser, type Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { CHROMIUM, CHROMIUM_ARGS } from '../support/browser';
import { serveLoopback } from '../support/loopback';
import { SottoServer } from '../support/server';
import { agentAt, askForHelp, hold, holdButton, openCase, openTalk, takeCall } from '../support/calling';
import { delays, figure, onsets, type Figure } from './figures';
import { END_MS, giveProbe, granted, heard, inbound, lifted, pressed, sound, speak, spoken, tapped, WORD_MS } from './probe';
import { wordIn } from './word';

const SAMPLES = Number(process.env['SOTTO_BENCH_SAMPLES'] ?? 20);
const WORDS = Number(process.env['SOTTO_BENCH_WORDS'] ?? 200);
const GAPS_MS = [300, 1_400, 4_000, 30_000];
/** Less than this of the last tone is missing by the measure's own blur. */
const BLUR_MS = 15;

const alone = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

async function open(browser: Browser, phone: boolean): Promise<Page> {
  const context = await browser.newContext({
    ...(phone ? devices['Pixel 7'] : { viewport: { width: 1280, height: 800 } }),
    locale: 'en-GB',
    permissions: ['microphone'],
    // The probe's worklet; nothing else of the pages changes.
    bypassCSP: true,
  });
  await giveProbe(context);
  return context.newPage();
}

/** From a mouth that beeps to an ear, `n` times. */
async function beats(mouth: Page, ear: Page, n: number): Promise<number[]> {
  const since = await speak(mouth, 'beats');
  await alone(487 * n);
  await speak(mouth, 'silence');
  return delays(await spoken(mouth, 'beat', since), onsets(await heard(ear, since - 200)));
}

/** The first sound at the ear after `since`. */
async function first(ear: Page, since: number, limit = 3_000): Promise<number | undefined> {
  while (Date.now() < since + limit) {
    const onset = (await heard(ear, since)).find(({ level }) => level >= 0.05);
    if (onset) return onset.at;
    await alone(20);
  }
  return undefined;
}

/** The rig's own share: a page that hears itself, without and with a connection. */
async function floor(browser: Browser): Promise<Record<'rig' | 'direct', Figure>> {
  const { url, server } = await serveLoopback();
  const page = await open(browser, false);
  await page.goto(url);
  await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    document.querySelector<HTMLAudioElement>('#ear')!.srcObject = stream;
  });
  await alone(500);
  const rig = await beats(page, page, 40);
  await page.evaluate(() => (globalThis as unknown as { connect(): Promise<void> }).connect());
  await page.evaluate(() => eval('gate').set(true));
  await alone(500);
  const direct = await beats(page, page, 40);
  await page.context().close();
  server.close();
  return { rig: figure(rig), direct: figure(direct) };
}

/** `n` presses, each `gap` ms after the one before: press to grant, press to first audio. */
async function presses(phone: Page, desk: Page, gap: number, n: number): Promise<{ audio: number[]; grant: number[] }> {
  const [audio, grant]: number[][] = [[], []];
  await speak(phone, 'steady');
  for (let i = 0; i <= n; i++) {
    // Off the beat of everything else.
    await alone(gap + 7 * (i % 5));
    const up = await hold(phone, holdButton(phone));
    const press = await pressed(phone);
    const onset = await first(desk, press);
    // Shown up to 100 ms later than it came: see `keyed`.
    await alone(press + 250 - Date.now());
    const given = await granted(phone, press);
    await up();
    // The first press of a gap follows another pause: not counted.
    if (i === 0) continue;
    if (onset === undefined) throw new Error(`nothing was heard of press ${i} after ${gap} ms`);
    audio!.push(onset - press);
    if (given !== undefined) grant!.push(given - press);
  }
  await speak(phone, 'silence');
  return { audio: audio!, grant: grant! };
}

/** `n` presses by key: Chromium holds messages back for 100 ms after a finger comes down. */
async function keyed(phone: Page, n: number): Promise<number[]> {
  const found: number[] = [];
  await holdButton(phone).focus();
  for (let i = 0; i < n; i++) {
    await alone(400 + 7 * (i % 5));
    await phone.keyboard.down('Space');
    const press = await pressed(phone);
    await alone(300);
    await phone.keyboard.up('Space');
    const given = await granted(phone, press);
    if (given !== undefined) found.push(given - press);
  }
  return found;
}

/**
 * `n` times: the person leaves, which ends the call; the agent offers another; the person taps *Talk*
 * and holds the button as soon as it is there. From the tap to the first audio at the agent's ear.
 */
async function talks(phone: Page, desk: Page, n: number): Promise<{ found: number[]; unheard: number }> {
  const found: number[] = [];
  let unheard = 0;
  await speak(phone, 'steady');
  for (let i = 0; i < n; i++) {
    await phone.getByRole('button', { name: 'Back' }).tap();
    const talk = phone.locator('button#talk');
    await talk.waitFor();
    await expect(desk.locator('.call.is-joined')).toHaveCount(0);
    await takeCall(desk);
    // At least two seconds a round: a phone may not offer a connection more often for long.
    await alone(1_500);
    // No hand is as quick; so that the connection is measured and not the hand.
    await phone.evaluate(() => {
      const seen = new MutationObserver(() => {
        const button = document.querySelector('.talk .hold button.main');
        if (!button) return;
        seen.disconnect();
        button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerId: 77 }));
      });
      seen.observe(document.body, { childList: true, subtree: true });
    });
    const since = Date.now();
    await talk.tap();
    const onset = await first(desk, since, 5_000);
    const tap = await tapped(phone, since);
    if (onset === undefined || tap === undefined) unheard += 1;
    else found.push(onset - tap);
    await phone.locator('.talk .hold button.main').dispatchEvent('pointerup', { button: 0, pointerId: 77 });
    await alone(500);
  }
  await speak(phone, 'silence');
  return { found, unheard };
}

/** `n` words, each within one press: what is missing at their ends. */
async function words(phone: Page, desk: Page, n: number) {
  const found = { n, firstLost: 0, firstLostMsMax: 0, lastCut: 0, lastCutMsMax: 0 };
  const after: number[] = [];
  for (let i = 0; i < n; i++) {
    await alone(400 + 13 * (i % 7));
    await phone.evaluate(() => {
      const probe = (globalThis as never as { sottoProbe: { speak(what: string): Promise<number> } }).sottoProbe;
      addEventListener('pointerdown', () => void probe.speak('word'), { capture: true, once: true });
    });
    const up = await hold(phone, holdButton(phone));
    const press = await pressed(phone);
    let began: number | undefined;
    while ((began = (await spoken(phone, 'word', press - 50))[0]) === undefined) await alone(5);
    await alone(began + WORD_MS - 5 - Date.now());
    await up();
    after.push((await lifted(phone)) - began - WORD_MS);
    await alone(600);
    const word = wordIn(await sound(desk, press, press + 1_500));
    if (word.firstLostMs > 0) found.firstLost += 1;
    found.firstLostMsMax = Math.max(found.firstLostMsMax, word.firstLostMs);
    const cut = END_MS - word.endMs;
    if (cut > BLUR_MS) found.lastCut += 1;
    found.lastCutMsMax = Math.max(found.lastCutMsMax, cut > BLUR_MS ? cut : 0);
  }
  return { ...found, liftedAfterMs: figure(after) };
}

test('voice', async () => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  const server = await SottoServer.start();
  const results: Record<string, Figure> = await floor(browser);
  // What was never measured has no row.
  const put = (name: string, samples: number[]) => {
    if (samples.length > 0) results[name] = figure(samples);
  };
  try {
    const [desk, phone] = [await open(browser, false), await open(browser, true)];
    await agentAt(desk, server);
    await askForHelp(phone, server);
    await openCase(desk);
    await takeCall(desk);
    await openTalk(phone);

    const grants: number[] = [];
    put('grant', await keyed(phone, SAMPLES));
    for (const gap of GAPS_MS) {
      const n = gap < 30_000 ? SAMPLES : Math.ceil(SAMPLES / 4);
      const { audio, grant } = await presses(phone, desk, gap, n);
      put(`audio${gap}`, audio);
      grants.push(...grant);
      console.log(gap, results[`audio${gap}`]);
    }
    put('grantTouch', grants);

    const beeps: number[] = [];
    for (let i = 0; i < 2; i++) {
      const up = await hold(phone, holdButton(phone));
      await alone(500);
      beeps.push(...(await beats(phone, desk, Math.max(4, Math.min(40, SAMPLES)))));
      await up();
      await alone(1_000);
    }
    put('mouthToEar', beeps);
    const jitterBuffer = await inbound(desk);
    console.log(results, jitterBuffer);

    const talk = await talks(phone, desk, SAMPLES);
    put('talk', talk.found);
    console.log('talk', results['talk'], talk.unheard);
    // The call that the rest is spoken in.
    await alone(1_500);
    const spokenWords = await words(phone, desk, WORDS);
    console.log(spokenWords);
    const out = process.env['SOTTO_BENCH_OUT'];
    if (out) {
      const found = { browser: browser.version(), delays: results, words: spokenWords, talkUnheard: talk.unheard, jitterBuffer };
      writeFileSync(out, JSON.stringify(found, undefined, 2));
    }
  } finally {
    await server.dispose();
    await browser.close();
  }
});

// The parties of a call: each a browser of its own, with a microphone of its own.
//
// A browser has one fake microphone for all its pages, and what goes through it passes the same
// echo canceller, suppressor and gain as a person's voice. So each party is a process.
import { chromium, devices, firefox, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS, FIREFOX, firefoxPrefs } from './browser';
import { giveEar } from './ear';
import { expect, test as base, type Screen, SCREENS } from './fixtures';
import type { Guard } from './guard';
import { PulseAudio } from './pulse';
import { microphone, TONES, type Voice } from './sound';

/** How a party's browser differs from the usual one. */
export type PartyOptions = {
  engine?: 'chromium' | 'firefox';
  screen?: Screen;
  /** A program that starts the browser, for example inside a network namespace. */
  through?: string;
  context?: BrowserContextOptions;
};

type Fixtures = {
  /** Opens a page of a party's own browser, with an ear. */
  party: (voice: Voice, options?: PartyOptions) => Promise<Page>;
};

export const test = base.extend<Fixtures, { pulse: PulseAudio }>({
  // Firefox runs a sound clock only where there is a sound device.
  pulse: [
    async ({}, use) => {
      const pulse = new PulseAudio();
      await use(pulse);
      await pulse.dispose();
    },
    { scope: 'worker' },
  ],

  party: async ({ guard, pulse }, use, info) => {
    const started: Browser[] = [];
    const opened: { voice: Voice; page: Page }[] = [];
    await use(async (voice, options = {}) => {
      const browser =
        options.engine === 'firefox'
          ? await startFirefox(voice, pulse)
          : await startChromium(voice, options.through);
      started.push(browser);
      const page = await openPage(browser, guard, voice, options);
      opened.push({ voice, page });
      return page;
    });
    if (info.status !== info.expectedStatus) {
      for (const { voice, page } of opened) {
        const said = await report(page);
        await info.attach(`${voice}.txt`, { body: said, contentType: 'text/plain' });
        const picture = await page.screenshot().catch(() => undefined);
        if (picture) await info.attach(`${voice}.png`, { body: picture, contentType: 'image/png' });
      }
    }
    await Promise.all(started.map((browser) => browser.close()));
  },
});

function startChromium(voice: Voice, through: string | undefined): Promise<Browser> {
  return chromium.launch({
    executablePath: through ?? CHROMIUM,
    args: [...CHROMIUM_ARGS, `--use-file-for-fake-audio-capture=${microphone(voice)}`],
  });
}

async function startFirefox(voice: Voice, pulse: PulseAudio): Promise<Browser> {
  return firefox.launch({
    // Debian's own Firefox, spoken to in WebDriver BiDi.
    channel: 'moz-firefox',
    executablePath: FIREFOX,
    firefoxUserPrefs: firefoxPrefs(TONES[voice]),
    env: { ...process.env, PULSE_SERVER: await pulse.server() },
  });
}

async function openPage(browser: Browser, guard: Guard, voice: Voice, options: PartyOptions): Promise<Page> {
  const screen = options.screen ?? (voice.endsWith('agent') ? 'desktop' : 'phone');
  const likeness = { ...SCREENS[screen] };
  // Firefox refuses to be a mobile device; the size and the finger stay.
  if (options.engine === 'firefox') delete likeness.isMobile;
  const context = await browser.newContext({ locale: 'en-GB', ...likeness, ...options.context });
  await guard.watch(context);
  await giveEar(context);
  return context.newPage();
}

async function report(page: Page): Promise<string> {
  try {
    const { earReport } = await import('./ear');
    return await earReport(page);
  } catch (error) {
    return `the page cannot be asked: ${error}`;
  }
}

export { devices, expect };

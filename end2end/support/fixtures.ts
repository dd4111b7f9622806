// What every spec imports instead of '@playwright/test'.
import {
  devices,
  expect,
  test as base,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';
import { Guard } from './guard';
import { SottoServer } from './server';

/** Who sits in front of a page: their screen, not their rights. */
export type Screen = 'phone' | 'small phone' | 'desktop';

export const SCREENS: Record<Screen, BrowserContextOptions> = {
  phone: { ...devices['Pixel 7'] },
  'small phone': { ...devices['Pixel 7'], viewport: { width: 320, height: 568 } },
  desktop: { viewport: { width: 1280, height: 800 } },
};

type Fixtures = {
  /** More arguments for `sotto serve`; set them by `test.use`. */
  serverArgs: string[];
  /** A server of this test's own. */
  server: SottoServer;
  /** Fails the test over console errors, page errors and CSP violations. */
  guard: Guard;
  /** Opens a page in a browser profile of its own, guarded like the first. */
  open: (screen: Screen, options?: BrowserContextOptions) => Promise<Page>;
};

export const test = base.extend<Fixtures>({
  serverArgs: [[], { option: true }],

  server: async ({ serverArgs }, use, info) => {
    const server = await SottoServer.start(...serverArgs);
    await use(server);
    await server.dispose();
    if (info.status !== info.expectedStatus) {
      await info.attach('server.txt', { body: server.output, contentType: 'text/plain' });
    }
  },

  guard: [
    async ({}, use, info) => {
      const guard = new Guard();
      await use(guard);
      const faults = guard.unexpected();
      if (faults.length > 0 || info.status !== info.expectedStatus) await guard.attachTo(info);
      expect(faults, 'what the pages complained about').toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, guard }, use) => {
    await guard.watch(context);
    await use(context);
  },

  open: async ({ browser, guard }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (screen, options = {}) => {
      const context = await browser.newContext({ ...SCREENS[screen], ...options });
      opened.push(context);
      await guard.watch(context);
      return context.newPage();
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});

export { expect };

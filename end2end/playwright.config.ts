// How the journeys are run. Start them by `cargo xtask test --only e2e`, which
// builds the server and sets SOTTO_BIN, SOTTO_SITE and SOTTO_CHROMIUM.
import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS } from './support/browser';

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  // Sound and keys in real time: a machine that stalls for a second fails a journey once, a fault twice.
  retries: 1,
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    screenshot: 'only-on-failure',
    // A trace films every page: a quarter of the processor, also where all is well.
    trace: 'on-first-retry',
    // A page's requests are watched and bent by most journeys; a worker's cannot be. Those of the
    // worker let it in.
    serviceWorkers: 'block',
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS },
  },
  projects: [
    { name: 'phone', use: { ...devices['Pixel 7'] }, testIgnore: /\.(firefox|webkit)\./ },
    // Alone at the end: two engines beside each other starve the sound on two cores.
    { name: 'firefox', testMatch: /\.firefox\./, dependencies: [] },
    // A third engine takes minutes to install: `cargo xtask test --full`.
    ...(process.env['SOTTO_FULL'] ? [{ name: 'webkit', testMatch: /\.webkit\./ }] : []),
  ],
});

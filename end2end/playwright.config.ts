// How the journeys are run. Start them by `cargo xtask test --only e2e`, which
// builds the server and sets SOTTO_BIN, SOTTO_SITE and SOTTO_CHROMIUM.
import { defineConfig, devices } from '@playwright/test';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// A known sound for the fake microphone, once there is voice.
const microphone = fileURLToPath(new URL('./sounds/microphone.wav', import.meta.url));

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  // A test that passes at the second try has found a fault and hidden it.
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: [['list']],
  use: {
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['SOTTO_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        ...(existsSync(microphone) ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
        '--autoplay-policy=no-user-gesture-required',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        // Nothing but this machine can be reached, by name or by mistake.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
      ],
    },
  },
  projects: [{ name: 'phone', use: { ...devices['Pixel 7'] } }],
});

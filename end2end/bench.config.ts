// How the figures are measured that need real browsers. Started by `cargo xtask bench voice`.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './bench',
  testMatch: '*.bench.ts',
  outputDir: './test-results',
  forbidOnly: true,
  // One thing at a time: what is measured must not wait for another measurement.
  workers: 1,
  retries: 0,
  timeout: 25 * 60_000,
  reporter: [['line']],
});

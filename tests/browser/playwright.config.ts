import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium, or the browser named by the environment: nothing is downloaded. */
const browser = process.env['POLICY_FINDER_BROWSER'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
if (!browser) throw new Error('no browser found\n  hint: set POLICY_FINDER_BROWSER=/path/to/chromium');

const firefox = process.env['POLICY_FINDER_FIREFOX'] ?? ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((file) => existsSync(file));

// Two checkouts on one machine do not meet.
const port = 20_000 + createHash('sha256').update(import.meta.dirname).digest().readUInt16BE() % 20_000;

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/browser-tests',
  snapshotPathTemplate: '{testDir}/snapshots/{arg}{ext}',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  // A slow machine is not a fault of the page; what must be fast is measured in benches.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: {
        launchOptions: {
          executablePath: browser,
          args: [
            '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync',
            // Another origin, of this server.
            '--host-resolver-rules=MAP *.test 127.0.0.1',
          ],
        },
      },
    },
    // What a visitor does, in the distribution's own Firefox, over WebDriver BiDi.
    ...(firefox === undefined ? [] : [{
      name: 'firefox',
      testMatch: /(?:visitor|exchange|loading|history|editions|engine|updates)\.spec\.ts/,
      grepInvert: /@chromium/,
      use: { browserName: 'firefox' as const, channel: 'moz-firefox', trace: 'off' as const, launchOptions: { executablePath: firefox } },
    }]),
  ],
  webServer: {
    command: `node ../../www/serve.mjs --port ${port}`,
    url: `http://127.0.0.1:${port}/manifest.json`,
    reuseExistingServer: false,
  },
});

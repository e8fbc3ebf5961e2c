/** Pictures of every view for docs/screenshots/: `cargo xtask screenshots`. */

import { test, type Locator } from '@playwright/test';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PolicyFinder } from '../../www/src/element';
import type { Profile } from '../../www/src/types';
import { fill, open, PROFILE, ready, VIEWS } from './finder.ts';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/screenshots');
/** Long pages are shown from their beginning, in CSS pixels. */
const LONGEST = 1800;

interface Setting { width: number; height: number; dark?: true; page?: string; prepare?: (finder: Locator) => Promise<void>; views?: string[] }

const SETTINGS: Record<string, Setting> = {
  1280: { width: 1280, height: 860 },
  768: { width: 768, height: 1024, views: ['search', 'policy', 'match', 'calculation'] },
  390: { width: 390, height: 844 },
  dark: { width: 1280, height: 860, dark: true, views: ['landing', 'policy', 'question-money', 'calculation'] },
  kiosk: { width: 1080, height: 1920, page: '/kiosk.html' },
  en: { width: 1280, height: 860, views: ['landing', 'match'], prepare: async (finder) => finder.evaluate((element) => element.setAttribute('lang', 'en')) },
  elder: {
    width: 390, height: 844, views: ['landing', 'question-choice', 'match'],
    prepare: (finder) => finder.getByRole('button', { name: '长辈版' }).click(),
  },
};

for (const [setting, { width, height, dark, page: address, prepare, views }] of Object.entries(SETTINGS)) {
  test.describe(setting, () => {
    test.use({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
    for (const [view, { hash, filled }] of Object.entries(VIEWS)) {
      if (views && !views.includes(view)) continue;
      // A kiosk keeps nothing for a visitor who has gone.
      if (setting === 'kiosk' && view === 'subscriptions') continue;
      test(`${view}-${setting}`, async ({ page }) => {
        const finder = await open(page, hash, setting === 'kiosk' ? undefined : filled && PROFILE, address);
        if (setting === 'kiosk') await goAtKiosk(finder, hash, filled && PROFILE);
        await prepare?.(finder);
        if (view === 'question-money') await finder.locator('.typed input').fill('120万');
        if (view === 'match' || view === 'calculation') await finder.locator('.row > summary').first().click();
        await page.waitForTimeout(300);
        const whole = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.screenshot({
          path: path.join(folder, `${view}-${setting}.png`),
          fullPage: true,
          clip: { x: 0, y: 0, width, height: Math.max(height, Math.min(whole, Math.max(height, LONGEST))) },
        });
      });
    }
  });
}

/** A kiosk has no address bar: the place is where the next visitor begins. */
async function goAtKiosk(finder: Locator, hash: string, profile?: Profile): Promise<void> {
  await finder.evaluate((element, hash) => {
    element.setAttribute('start', hash);
    (element as PolicyFinder).reset();
  }, hash);
  await ready(finder);
  if (profile) await fill(finder, profile);
}

test('slip-kiosk', async ({ page }) => {
  await page.setViewportSize({ width: 1080, height: 1920 });
  const finder = await open(page, '', undefined, '/kiosk.html');
  await goAtKiosk(finder, '#/calc', PROFILE);
  await finder.getByRole('button', { name: '打印', exact: true }).click();
  await finder.locator('.slip .code').waitFor();
  await page.screenshot({ path: path.join(folder, 'slip-kiosk.png') });
});

test('print', async ({ page }) => {
  // A sheet of A4 at 96 pixels an inch.
  await page.setViewportSize({ width: 794, height: 1123 });
  await open(page, '#/calc', PROFILE);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.screenshot({ path: path.join(folder, 'calculation-print.png'), fullPage: true, clip: { x: 0, y: 0, width: 794, height: 2246 } });
});

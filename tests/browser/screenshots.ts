/** Pictures of every view in every setting for docs/screenshots/, with their index: `cargo xtask screenshots`. */

import { test, type Locator, type Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
// Few colours are enough for letters and lines, and a third of the bytes.
import UPNG from 'upng-js';
import type { PolicyFinder } from '../../www/src/element';
import type { Profile } from '../../www/src/types';
import { fill, open, PROFILE, ready, VIEWS } from './finder.ts';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/screenshots');
const COLOURS = 64;

/** `longest`: long pages are shown from their beginning, in CSS pixels; about three screens. */
interface Setting { what: string; width: number; height: number; longest: number; dark?: true; page?: string; prepare?: (finder: Locator, page: Page) => Promise<void> }

const SETTINGS: Record<string, Setting> = {
  1280: { what: '1280', width: 1280, height: 860, longest: 2400 },
  768: { what: '768', width: 768, height: 1024, longest: 2400 },
  390: { what: '390', width: 390, height: 844, longest: 2532 },
  kiosk: { what: 'kiosk, 1080 × 1920', width: 1080, height: 1920, longest: 1920, page: '/kiosk.html' },
  elder: {
    what: '长辈版, 390', width: 390, height: 844, longest: 2532, prepare: (finder) => finder.getByRole('button', { name: '长辈版' }).click(),
  },
  dark: { what: 'dark, 1280', width: 1280, height: 860, longest: 2400, dark: true },
  // A sheet of A4 at 96 pixels an inch.
  print: {
    what: 'print, two sheets of A4', width: 794, height: 1123, longest: 2246,
    prepare: async (_, page) => {
      await page.emulateMedia({ media: 'print' });
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      // The margins of the sheet.
      await page.addStyleTag({ content: 'body { padding: 48px !important }' });
    },
  },
};

/** A kiosk keeps nothing for a visitor who has gone. */
const absent = (view: string, setting: string): boolean => setting === 'kiosk' && view === 'subscriptions';

async function shoot(page: Page, name: string, { width, height, longest }: Setting): Promise<void> {
  await page.waitForTimeout(400);
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: Math.max(height, Math.min(whole, longest)) } });
  const picture = UPNG.decode(new Uint8Array(png).buffer);
  const small = UPNG.encode(UPNG.toRGBA8(picture), picture.width, picture.height, COLOURS);
  writeFileSync(path.join(folder, `${name}.png`), Buffer.from(small));
}

for (const [name, setting] of Object.entries(SETTINGS)) {
  test.describe(name, () => {
    const { width, height, dark, page: address, prepare } = setting;
    test.use({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
    for (const [view, { hash, filled }] of Object.entries(VIEWS)) {
      if (absent(view, name)) continue;
      test(`${view}-${name}`, async ({ page }) => {
        test.slow();
        const finder = await open(page, hash, name === 'kiosk' ? undefined : filled && PROFILE, address);
        if (name === 'kiosk') await goAtKiosk(finder, hash, filled && PROFILE);
        if (view === 'question-money') await finder.locator('.typed input').fill('120万');
        if ((view === 'match' || view === 'calculation') && name !== 'print') await finder.locator('.row > summary').first().click();
        await prepare?.(finder, page);
        await shoot(page, `${view}-${name}`, setting);
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

/** What has no place in the table. */
const OTHERS: Record<string, string> = {
  'loading-1280': 'before the policies are there: the box takes words',
  'suggestions-390': 'a beginning that may become words, numbers or titles',
  'landing-en': 'in English', 'match-en': 'in English', 'comparison-phone-dark': 'two versions as one text, dark',
  'slip-kiosk': 'the slip of 80 mm',
};

test('loading-1280', async ({ page }) => {
  const setting = { ...SETTINGS[1280]!, longest: 860 };
  await page.setViewportSize(setting);
  await page.route('**/corpus.pack*', () => {});
  await page.goto('/');
  await page.getByRole('combobox', { name: '搜索政策' }).fill('研发补助');
  await shoot(page, 'loading-1280', setting);
});

test('suggestions-390', async ({ page }) => {
  const setting = { ...SETTINGS[390]!, longest: 844 };
  await page.setViewportSize(setting);
  const finder = await open(page);
  await finder.getByRole('combobox', { name: '搜索政策' }).pressSequentially('高新');
  await finder.getByRole('listbox').waitFor();
  await shoot(page, 'suggestions-390', setting);
});

for (const view of ['landing', 'match'] as const) {
  test(`${view}-en`, async ({ page }) => {
    await page.setViewportSize(SETTINGS[1280]!);
    const finder = await open(page, VIEWS[view]!.hash, view === 'match' ? PROFILE : undefined);
    await finder.evaluate((element) => element.setAttribute('lang', 'en'));
    await shoot(page, `${view}-en`, SETTINGS[1280]!);
  });
}

test.describe('dark telephone', () => {
  test.use({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  test('comparison-phone-dark', async ({ page }) => {
    await open(page, VIEWS['comparison']!.hash);
    await shoot(page, 'comparison-phone-dark', SETTINGS[390]!);
  });
});

test('slip-kiosk', async ({ page }) => {
  await page.setViewportSize(SETTINGS['kiosk']!);
  const finder = await open(page, '', undefined, '/kiosk.html');
  await goAtKiosk(finder, '#/calc', PROFILE);
  await finder.getByRole('button', { name: '打印', exact: true }).click();
  await finder.locator('.slip .code').waitFor();
  await shoot(page, 'slip-kiosk', SETTINGS['kiosk']!);
});

test('index', () => {
  const cell = (view: string, setting: string) => (absent(view, setting) ? '–' : `[picture](${view}-${setting}.png)`);
  const names = Object.keys(SETTINGS);
  writeFileSync(path.join(folder, 'README.md'), `# Pictures

Every view in every setting, of the demo portal on a fixed day with an invented enterprise, taken by \`cargo xtask screenshots\`.
Long pages are shown for about three screens. A kiosk has no subscriptions, because it forgets its visitors.

| view | ${names.map((name) => SETTINGS[name]!.what).join(' | ')} |
| --- |${' --- |'.repeat(names.length)}
${Object.keys(VIEWS).map((view) => `| ${view} | ${names.map((name) => cell(view, name)).join(' | ')} |`).join('\n')}

Besides:

${Object.entries(OTHERS).map(([name, what]) => `- [${name}](${name}.png): ${what}`).join('\n')}
`);
});

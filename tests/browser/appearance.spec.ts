/** How it looks and reads, for everybody: accessibility, host pages, sizes. */

import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as axe from 'axe-core';
import type { PolicyFinder } from '../../www/src/element';
import { fill, open, PROFILE, ready, VIEWS } from './finder.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const options: axe.RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
  });
}

const settings = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  '320 px': { viewport: { width: 320, height: 640 }, colorScheme: 'light' },
} as const;

for (const [setting, use] of Object.entries(settings)) {
  test.describe(setting, () => {
    test.use(use);
    for (const [name, { hash, filled }] of Object.entries(VIEWS)) {
      test(`${name} has no accessibility violation and nothing sticks out`, async ({ page }) => {
        await open(page, hash, filled && PROFILE);
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      });
    }
  });
}

test('on a phone targets measure 44 px and no text is smaller than 14 px', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const { hash, filled } of Object.values(VIEWS)) {
    const finder = await open(page, hash, filled && PROFILE);
    const faults = await finder.evaluate((element) => {
      const root = element.shadowRoot!;
      const found: string[] = [];
      for (const target of root.querySelectorAll<HTMLElement>('button, a.button, a.chip, .tab, label.choice, label.tick, input[type=text], input[type=search], summary')) {
        const box = target.getBoundingClientRect();
        // A cell of the strip has its clause's row as a full-sized twin; the search box is as large as its frame.
        if (!box.height || target.matches('.cell, .searchbox input')) continue;
        if (box.height < 43.5 || (target.tagName === 'BUTTON' && box.width < 35.5)) {
          found.push(`${target.className} ${target.innerText} ${box.width} × ${box.height}`);
        }
      }
      for (const text of root.querySelectorAll<HTMLElement>('p, a, span, dt, dd, li, button, label, th, td, small')) {
        const size = parseFloat(getComputedStyle(text).fontSize);
        if (text.innerText?.trim() && size < 13.99) found.push(`${size} px: ${text.className} ${text.innerText.slice(0, 20)}`);
      }
      return found;
    });
    expect(faults, hash).toEqual([]);
  }
});

for (const size of ['特大', '长辈版', '高对比']) {
  test(`${size}: no accessibility violation in any view, nothing sticks out`, async ({ page }) => {
    test.slow();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const { hash, filled } of Object.values(VIEWS)) {
      const finder = await open(page, hash, filled && PROFILE);
      await finder.getByRole('button', { name: size }).click();
      expect(await violations(page), hash).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), hash).toBeLessThanOrEqual(0);
    }
  });
}

test('自助机: no accessibility violation, and what is touched measures 60 px', async ({ page }) => {
  await page.setViewportSize({ width: 1080, height: 1920 });
  const finder = await open(page, '', undefined, '/kiosk.html');
  await finder.getByRole('combobox').click();
  expect(await violations(page)).toEqual([]);
  const heights = await finder.locator('button:not(.bare), a.chip, a.door').evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(60);
});

test('自助机: no accessibility violation in any view and dialog, nothing sticks out', async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1080, height: 1920 });
  const finder = await open(page, '', undefined, '/kiosk.html');
  const faults: unknown[] = [];
  for (const [name, { hash, filled }] of Object.entries(VIEWS)) {
    if (name === 'subscriptions') continue;
    await finder.evaluate((element, hash) => {
      element.setAttribute('start', hash);
      (element as PolicyFinder).reset();
    }, hash);
    await ready(finder);
    if (filled) await fill(finder, PROFILE);
    await expect(finder.getByRole('heading', { level: 2 }).first()).toBeVisible();
    faults.push(...(await violations(page)).map((fault) => [name, fault]));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) faults.push([name, 'sticks out']);
    const small = await finder.locator('.button, .tab, .choice, .tick, summary, .chip, .key, .textual, input[type=text]:not(.searchbox *), input[type=search]').evaluateAll((boxes) => boxes
      .map((box) => [box.getBoundingClientRect().height, box.textContent.trim().slice(0, 20)] as const).filter(([height]) => height > 0 && height < 60));
    faults.push(...small.map((fault) => [name, ...fault]));
  }
  expect(faults).toEqual([]);
  await fill(finder, PROFILE);
  await finder.getByRole('button', { name: '打印', exact: true }).click();
  await expect(finder.getByRole('dialog')).toBeVisible();
  expect(await violations(page), 'papers').toEqual([]);
});

test('the interface speaks traditional Chinese and English', async ({ page }) => {
  const finder = await open(page);
  await finder.evaluate((element) => element.setAttribute('lang', 'zh-TW'));
  await expect(finder.getByRole('link', { name: '算金額' })).toBeVisible();
  await finder.evaluate((element) => element.setAttribute('lang', 'en'));
  await expect(finder.getByRole('link', { name: 'Amounts' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

const HOSTILE = `html { font-size: 62.5%; } * { box-sizing: content-box !important; letter-spacing: 4px !important; }
  button, a, input { all: unset; background: red !important; border-radius: 20px !important; }
  p, li, h2, h3 { margin: 40px !important; color: lime !important; font: italic 30px serif !important; } mark { display: none; }`;

test('no style of the host page leaks in, none of the widget leaks out', async ({ page }) => {
  await page.clock.setFixedTime('2026-11-25T10:00:00+08:00');
  const shots: Buffer[] = [];
  for (const style of ['', HOSTILE]) {
    await page.route('**/host.html', (route) => route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><meta charset="utf-8"><title>host</title><style>body { margin: 0; padding: 20px; } ${style}</style>
        <script type="module" src="/policy-finder.js"></script><policy-finder></policy-finder><p id="outside">外面</p>`,
    }));
    await page.goto('/host.html');
    const before = await page.locator('#outside').evaluate((p) => JSON.stringify({ ...getComputedStyle(p) }));
    const finder = page.locator('policy-finder');
    await ready(finder);
    await fill(finder, PROFILE);
    await finder.getByRole('link', { name: '看匹配' }).click();
    await expect(finder.locator('.report')).toBeVisible();
    await page.mouse.move(0, 0);
    await finder.evaluate((element) => (element.shadowRoot!.activeElement as HTMLElement | null)?.blur());
    shots.push(await finder.screenshot({ animations: 'disabled' }));
    expect(await page.locator('#outside').evaluate((p) => JSON.stringify({ ...getComputedStyle(p) }))).toBe(before);
    await page.unroute('**/host.html');
  }
  await test.info().attach('plain host', { body: shots[0]!, contentType: 'image/png' });
  await test.info().attach('hostile host', { body: shots[1]!, contentType: 'image/png' });
  expect(shots[0]!.equals(shots[1]!)).toBe(true);
});

test("under default-src 'self' every view works without a violation", async ({ page }) => {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  await page.route(/\/(#.*)?$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "default-src 'self'" } });
  });
  for (const { hash, filled } of Object.values(VIEWS)) await open(page, hash, filled && PROFILE);
  expect(faults).toEqual([]);
});

test('colours forced by the system keep marks and borders', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const finder = await open(page, '#/match', PROFILE);
  const widths = await finder.locator('.cell, .badge, .button').evaluateAll((boxes) => boxes.map((box) => getComputedStyle(box).borderTopWidth));
  expect(widths.every((width) => parseFloat(width) >= 1)).toBe(true);
});

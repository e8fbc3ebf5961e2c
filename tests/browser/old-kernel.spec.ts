/**
 * A browser with nothing in it that Chromium learned after version 78: the page's scripts and styles ask for no more.
 *
 * There is no such browser to test with; its V8 is (tests/parity.rs). What it lacks is known from MDN's compatibility
 * data: here it is taken out of a current one.
 */

import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import type { CompatData, CompatStatement, Identifier } from '@mdn/browser-compat-data';
import type { PolicyFinder } from '../../www/src/element';
import { DAY, PROFILE, fill, ready } from './finder.ts';

const FLOOR = 78;
const mdn = createRequire(import.meta.url)('@mdn/browser-compat-data') as CompatData;

/** The version of Chromium that has it without a flag; 0 for what is older than the data, Infinity for what it has not. */
function since(statement: CompatStatement | undefined): number {
  const support = statement?.support.chrome;
  if (!support) return 0;
  const entries = Array.isArray(support) ? support : [support];
  const plain = entries.filter((entry) => !entry.flags && !entry.prefix && !entry.alternative_name);
  if (!plain.length) return Infinity;
  const version = plain[plain.length - 1]!.version_added;
  return version === false ? Infinity : parseInt(String(version).replace('≤', ''), 10) || 0;
}

const isNew = (entry: Identifier | undefined): boolean => since(entry?.__compat) > FLOOR;

/** `Array.prototype.at`, `structuredClone`: globals and members that are younger. */
function younger(): string[] {
  const found: string[] = [];
  for (const [name, entry] of Object.entries({ ...mdn.javascript.builtins, ...mdn.api, ...mdn.webassembly.api }) as [string, Identifier][]) {
    if (isNew(entry)) {
      found.push(name);
      continue;
    }
    for (const [member, inner] of Object.entries(entry) as [string, Identifier][]) {
      if (member === '__compat' || member === name || member.endsWith('_event') || !isNew(inner)) continue;
      // `Intl.Segmenter` and `Array.prototype.at` stand alike in the data, and so do members of the scope itself.
      const own = member.replace(/_static$/, '');
      found.push(`${name}.${own}`, `${name}.prototype.${own}`);
      if (/^(Window|WorkerGlobalScope|DedicatedWorkerGlobalScope)$/.test(name)) found.push(own);
    }
  }
  return found;
}

/** Takes the names out of the scope that runs it. Also stands at the head of the worker's script. */
function takeOut(names: string[]): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of names) {
    const parts = name.split('.');
    const last = parts.pop()!;
    const owner = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], scope);
    if (owner === undefined || owner === null) continue;
    try {
      delete (owner as Record<string, unknown>)[last];
    } catch {
      // What cannot be taken out stays.
    }
  }
  // Reference types came with 96; this is how the page asks for them.
  WebAssembly.validate = () => false;
}

async function age(page: Page): Promise<string[]> {
  const names = younger();
  expect(names).toEqual(expect.arrayContaining(['structuredClone', 'Array.prototype.at', 'Element.prototype.replaceChildren', 'WeakRef', 'Intl.Segmenter']));
  expect(names).not.toContain('ResizeObserver');
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.addInitScript(takeOut, names);
  await page.route('**/lowered/worker.js*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${takeOut.toString()})(${JSON.stringify(names)});\n${await response.text()}` });
  });
  return faults;
}

test('查政策、打开、作答、测算、打印,用 Chromium 78 有的东西就够', async ({ page }) => {
  const faults = await age(page);
  await page.clock.setFixedTime(`${DAY}T10:00:00+08:00`);
  await page.goto('/');
  const finder = page.locator('policy-finder');
  await ready(finder);
  expect(await page.evaluate(() => [
    typeof structuredClone, typeof Array.prototype.at, typeof Element.prototype.replaceChildren, typeof WeakRef,
  ])).toEqual(Array(4).fill('undefined'));
  await finder.getByRole('combobox', { name: '搜索政策' }).pressSequentially('算力');
  await expect(finder.getByRole('listbox', { name: '联想' })).toBeVisible();
  await finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
  await finder.getByRole('button', { name: '搜索', exact: true }).click();
  await expect(finder.locator('.hit mark').first()).toBeVisible();
  await finder.locator('.hit').filter({ hasText: '一人公司' }).first().locator('h3 a').click();
  await expect(finder.getByRole('heading', { level: 2 })).toContainText('一人公司');
  await fill(finder, PROFILE);
  for (const view of ['看匹配', '算金额', '怎么办', '订阅']) {
    await finder.getByRole('link', { name: view, exact: true }).click();
    await ready(finder);
    await expect(finder.getByRole('heading', { level: 2 }).first()).toBeVisible();
  }
  await finder.getByRole('link', { name: '算金额', exact: true }).click();
  expect(await finder.evaluate((element) => (element as PolicyFinder).session.report!.totals[0]!.low)).toBe('120000.00');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await expect(finder.locator('.row .source').first()).toBeVisible();
  for (const lang of ['zh-TW', 'en']) {
    await finder.evaluate((element, lang) => element.setAttribute('lang', lang), lang);
    await expect(finder.locator('.frame')).toHaveAttribute('lang', lang);
  }
  expect(faults).toEqual([]);
});

test('自助机的键盘、小票和清除,用 Chromium 78 有的东西就够', async ({ page }) => {
  const faults = await age(page);
  await page.addInitScript(() => { window.print = () => {}; });
  await page.setViewportSize({ width: 1080, height: 1920 });
  await page.clock.setFixedTime(`${DAY}T10:00:00+08:00`);
  await page.goto('/kiosk.html');
  const finder = page.locator('policy-finder');
  await ready(finder);
  await finder.getByRole('combobox', { name: '搜索政策' }).click();
  await finder.getByRole('button', { name: 'y', exact: true }).click();
  await expect(finder.getByRole('combobox', { name: '搜索政策' })).toHaveValue('y');
  await fill(finder, PROFILE);
  await finder.getByRole('link', { name: '算金额', exact: true }).click();
  await finder.getByRole('button', { name: '打印', exact: true }).click();
  await expect(finder.locator('.slip .code')).toBeVisible();
  await finder.getByRole('button', { name: '小票' }).click();
  await finder.getByRole('button', { name: '不打印' }).click();
  await finder.getByRole('button', { name: '结束并清除' }).click();
  await ready(finder);
  await expect(finder.locator('.landing')).toBeVisible();
  expect(faults).toEqual([]);
});

/** Younger styles without which the page is whole: what an old kernel shows instead. */
const EXTRAS: Record<string, string> = {
  ':focus-visible': 'the ring of the focus is drawn after a click too',
  'accent-color': 'boxes to tick have the colour of the system',
  'color-scheme': 'bars to scroll with stay light on dark pages',
  'print-color-adjust': 'stands beside its older name with a prefix',
  'text-decoration-thickness': 'the line below a link is as the font draws it',
  'text-underline-offset': 'and lies where the font puts it',
};
/** The older name of `gap` in a grid; the data have it under the newer one. */
const ALIASES = new Set(['grid-gap', '-webkit-print-color-adjust']);

test('离线版存入本机、检验、再打开,用 Chromium 78 有的东西就够', async ({ page }) => {
  const faults = await age(page);
  await page.goto('/app.html');
  await expect(page.locator('#release-status')).toContainText('已存入本机');
  await page.evaluate(() => navigator.locks.request(`policy-finder ${new URL('./', location.href).pathname}`, () => {}));
  const kept = await page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
    return urls;
  });
  expect(kept).toContain('/lowered/engine.wasm');
  expect(kept).not.toContain('/engine.wasm');
  await page.reload();
  await ready(page.locator('policy-finder'));
  expect(faults).toEqual([]);
});

test('样式只用 Chromium 78 认得的写法,或者不认得也不要紧', async () => {
  const folder = new URL('../../www/src/styles/', import.meta.url);
  const found = new Set<string>();
  for (const name of [...await readdir(folder), '../../frame.css', '../../demo/kiosk.css']) {
    if (!name.endsWith('.css')) continue;
    const css = (await readFile(new URL(name, folder), 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, property] of css.matchAll(/[{;]\s*([a-z][a-z-]*)\s*:(?=[^{}]*[;}])/g)) {
      const entry = (mdn.css.properties as Record<string, Identifier>)[property!];
      if (entry === undefined ? !ALIASES.has(property!) : isNew(entry)) found.add(property!);
      // Between the items of a flexible box it is younger than in a grid; there it has the name that says so.
      if (property === 'gap') found.add(property);
    }
    for (const [, selector] of css.matchAll(/::?([a-z-]+)(?=[^;{}]*\{)/g)) {
      const entry = (mdn.css.selectors as Record<string, Identifier>)[selector!];
      if (entry && isNew(entry)) found.add(`:${selector}`);
    }
    for (const [, called] of css.matchAll(/[\s(,](min|max|clamp|color-mix|oklch|light-dark)\(/g)) found.add(`${called}()`);
    for (const [, rule] of css.matchAll(/@([a-z-]+)/g)) if (isNew((mdn.css['at-rules'] as Record<string, Identifier>)[rule!])) found.add(`@${rule}`);
    if (/[{;}]\s*&/.test(css)) found.add('nesting');
    for (const [unit] of css.matchAll(/\d(?:dvh|svh|lvh|cqw|cqi)\b/g)) found.add(unit.slice(1));
  }
  expect([...found].sort()).toEqual(Object.keys(EXTRAS).sort());
});

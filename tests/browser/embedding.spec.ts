/** What portals rely on: the snippets of docs/embedding.md, and custom-elements.json. */

import { expect, test } from '@playwright/test';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PolicyFinder } from '../../www/src/element';
import { fill, open, PROFILE, ready } from './finder.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const text = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Named { name: string }
interface Declaration { attributes: Named[]; events: Named[]; slots: Named[]; cssParts: Named[]; cssProperties: Named[]; members: Named[] }

const [declaration] = (JSON.parse(text('www/custom-elements.json')) as { modules: [{ declarations: [Declaration] }] }).modules[0].declarations;
const names = (list: Named[]) => list.map(({ name }) => name).sort();
const found = (source: string, pattern: RegExp) => [...new Set([...source.matchAll(pattern)].map((match) => match[1]!))].sort();

const snippets = [...text('docs/embedding.md').matchAll(/^## (.*)$|^```html\n([\s\S]*?)^```$/gm)];
let heading = '';
for (const [, title, code] of snippets) {
  if (title) heading = title;
  if (!code) continue;
  test(`the snippet of «${heading}» works`, async ({ page, baseURL }) => {
    await page.route('**/snippet.html', (route) => route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>门户</title><body>${code.replace('https://portal.example', baseURL!)}`,
    }));
    await page.route('**/policy-finder/**', (route) => route.continue({ url: route.request().url().replace('/policy-finder/', '/') }));
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto('/snippet.html');
    await ready((code.includes('<iframe') ? page.frameLocator('iframe') : page).locator('policy-finder'));
    expect(errors).toEqual([]);
  });
}

test('custom-elements.json names what the element has', async ({ page }) => {
  const finder = await open(page);
  const attributes = await finder.evaluate((element) => (element.constructor as typeof PolicyFinder).observedAttributes);
  expect(names(declaration.attributes)).toEqual(attributes.sort());
  const built = readdirSync(path.join(root, 'www/dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?:element-|parts.).*\.js$/.test(name)).map((name) => text(`www/dist/${name}`)).join('');
  expect(names(declaration.cssProperties)).toEqual(found(built, /var\((--pf-[a-z0-9-]+)/g));
  expect(names(declaration.cssParts)).toEqual(found(built, /\bpart="([a-z]+)"/g));
  expect(names(declaration.slots).filter(Boolean)).toEqual(found(built, /<slot name="([a-z]+)"/g));
  expect(names(declaration.events)).toEqual(found(built, /"(policy-(?:ready|open|navigate|report|error|reset))"/g));
  for (const { name } of declaration.members) expect(await finder.evaluate((element, name) => name in element, name), name).toBe(true);
});

test('a portal may open policies itself, and learns counts, never answers', async ({ page }) => {
  const finder = await open(page, '#/search?q=研发');
  const told = await finder.evaluateHandle((element) => {
    const told: string[] = [];
    element.addEventListener('policy-open', (event) => {
      event.preventDefault();
      told.push(`open ${(event as CustomEvent<{ id: string }>).detail.id}`);
    });
    element.addEventListener('policy-report', (event) => told.push(`report ${JSON.stringify((event as CustomEvent).detail)}`));
    return told;
  });
  await finder.locator('.hit h3 a').first().click();
  await expect(finder.locator('.hit').first()).toBeVisible();
  await fill(finder, PROFILE);
  const lines = await told.jsonValue();
  expect(lines[0]).toMatch(/^open [a-z]/);
  expect(lines.some((line) => line.startsWith('report {"summary"'))).toBe(true);
  expect(lines.join()).not.toContain('长沙经开区');
});

test('配置页给出的代码和预览一致', async ({ page }) => {
  await page.goto('/configure.html');
  const finder = page.locator('policy-finder');
  const form = page.locator('main > form');
  await ready(finder);
  await form.getByLabel('从哪里开始').selectOption('算金额');
  await form.getByLabel('字号').selectOption('大字');
  await form.getByLabel('主色').fill('#8c1d18');
  await ready(finder);
  await expect(finder.getByRole('heading', { name: '测算报告' })).toBeVisible();
  const code = await page.getByLabel('嵌入代码').inputValue();
  expect(code).toContain('<policy-finder start="#/calc" size="large">');
  expect(code).toContain('--pf-brand: #8c1d18');
  const colour = await finder.locator('.tab[aria-current]').evaluate((tab) => getComputedStyle(tab).color);
  expect(colour).toBe('rgb(140, 29, 24)');
  await form.getByLabel('主色').fill('#ffcc00');
  await expect(page.locator('#contrast')).toContainText('低于 4.5');
});

test('配置页给出的框架代码显示选好的样子', async ({ page }) => {
  await page.goto('/configure.html');
  const form = page.locator('main > form');
  await form.getByLabel('文件所在的目录').fill('/');
  await form.getByLabel('用法').selectOption('框架(文件在另一个网站)');
  await form.getByLabel('从哪里开始').selectOption('算金额');
  await form.getByLabel('字号').selectOption('大字');
  await form.getByLabel('主色').fill('#8c1d18');
  const code = await page.getByLabel('嵌入代码').inputValue();
  await page.goto('/frame.html');
  await page.setContent(code);
  const finder = page.frameLocator('iframe').locator('policy-finder');
  await ready(finder);
  await expect(finder.getByRole('heading', { name: '测算报告' })).toBeVisible();
  await expect(finder).toHaveAttribute('size', 'large');
  expect(await finder.locator('.tab[aria-current]').evaluate((tab) => getComputedStyle(tab).color)).toBe('rgb(140, 29, 24)');
});

test('自助机 90 秒没有人碰就问一句,再过 30 秒清除', async ({ page }) => {
  await page.clock.install({ time: new Date('2026-11-25T10:00:00+08:00') });
  await page.goto('/kiosk.html');
  const finder = page.locator('policy-finder');
  await page.clock.runFor(1000);
  await ready(finder);
  await fill(finder, PROFILE);
  await page.clock.runFor(91_000);
  await expect(finder.getByRole('alertdialog')).toContainText('还在使用吗');
  await finder.getByRole('button', { name: '继续使用' }).click();
  await expect(finder.getByRole('alertdialog')).toHaveCount(0);
  expect(await finder.evaluate((element) => Object.keys((element as PolicyFinder).profile).length)).toBeGreaterThan(0);
  await page.clock.runFor(91_000);
  await page.clock.runFor(31_000);
  await expect(finder.getByRole('alertdialog')).toHaveCount(0);
  expect(await finder.evaluate((element) => Object.keys((element as PolicyFinder).profile).length)).toBe(0);
});

/** The ways in which the finder reaches a visitor: a portal's script line, one file on a stick, a browser that cannot. */

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import { fill, open, PROFILE } from './finder.ts';

const STANDALONE = new URL('../../www/dist/standalone.html', import.meta.url);

test('从U盘打开的单个文件能搜索、能打开政策,不发任何请求', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => {
    const { protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') requests.push(request.url());
  });
  expect(statSync(fileURLToPath(STANDALONE)).size).toBeLessThan(4_000_000);
  await page.goto(STANDALONE.href);
  const finder = page.locator('policy-finder');
  await expect(finder.locator('.bottom')).toContainText('政策库');
  await finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
  await finder.getByRole('button', { name: '搜索', exact: true }).click();
  await finder.locator('.hit h3 a').first().click();
  await expect(finder.getByRole('heading', { level: 2 })).toBeVisible();
  expect(await finder.evaluate((element) => (element as HTMLElement & { engine: { mode: string } }).engine.mode)).toBe('worker');
  expect(requests.filter((url) => url !== STANDALONE.href)).toEqual([]);
});

test('单个文件在不能开后台线程的浏览器里也能搜索和测算', async ({ page }) => {
  await page.addInitScript(() => { Object.defineProperty(window, 'Worker', { value: undefined }); });
  await page.goto(STANDALONE.href);
  const finder = page.locator('policy-finder');
  await expect(finder.locator('.bottom')).toContainText('政策库');
  await fill(finder, PROFILE);
  expect(await finder.evaluate(async (element) => {
    const { engine, session } = element as PolicyFinder;
    const { total } = await engine.search({ query: '算力券', as_of: '2026-11-25', limit: 1 });
    return { mode: engine.mode, found: total > 0, met: session.report!.summary.met > 0 };
  })).toEqual({ mode: 'main', found: true, met: true });
});

for (const [kind, line] of [
  ['a module', '<script type="module" src="/policy-finder.js"></script>'],
  ['a classic script', '<script src="/policy-finder.js" defer></script>'],
] as const) {
  test(`the portal's line works as ${kind}, from a page in another folder`, async ({ page }) => {
    await page.route('**/news/policies.html', (route) => route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': "default-src 'self'" },
      body: `<!doctype html><meta charset="utf-8">${line}<policy-finder><p>正在打开</p></policy-finder>`,
    }));
    await page.goto('/news/policies.html');
    await expect(page.locator('policy-finder .bottom')).toContainText('政策库');
  });
}

test('where the browser cannot run it the content of the tag stays', async ({ page }) => {
  await page.addInitScript(() => { Object.defineProperty(window, 'WebAssembly', { value: undefined }); });
  await page.goto('/');
  await expect(page.locator('policy-finder')).toHaveAttribute('data-unavailable', 'browser');
  await expect(page.locator('policy-finder > p')).toBeVisible();
});

test('when the element does not arrive the content of the tag stays', async ({ page }) => {
  await page.route('**/element-*.js', (route) => route.abort());
  await page.goto('/');
  await expect(page.locator('policy-finder')).toHaveAttribute('data-unavailable', 'download');
  await expect(page.locator('policy-finder > p')).toBeVisible();
});

test('the first hits wait for loader, element, worker, module and pack, and for nothing else', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.route('**/parts/**', () => {}); // never answered
  const finder = await open(page, '#/search?q=研发');
  await expect(finder.locator('.hit').first()).toBeVisible();
  const files = asked.filter((path) => /\.(?:js|wasm|pack)$/.test(path) && !path.startsWith('/parts/'));
  expect(files.map((path) => path.replace(/-[0-9a-f]{8}/, '')).sort())
    .toEqual(['/corpus.pack', '/element.js', '/engine.wasm', '/policy-finder.js', '/worker.js']);
});

test('a part that does not arrive says so, and may be asked for again', async ({ page }) => {
  let broken = true;
  await page.route('**/parts/later-*', (route) => (broken ? route.abort() : route.continue()));
  const finder = await open(page, '#/ask');
  await expect(finder.getByRole('alert')).toContainText('part_fetch');
  broken = false;
  await finder.getByRole('button', { name: '重新启动' }).click();
  await expect(finder.getByRole('link', { name: '开始回答' })).toBeVisible();
});

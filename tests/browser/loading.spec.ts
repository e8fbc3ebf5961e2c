/** Before the policies are there: the box takes words, and what it took is answered. */

import { expect, test, type Page, type Route } from '@playwright/test';
import { ready } from './finder.ts';

/** Holds back what a pattern names until `go` is called. */
async function hold(page: Page, pattern: string): Promise<() => void> {
  let go!: () => void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  await page.route(pattern, async (route: Route) => {
    await gate;
    // The page may have stopped waiting for it.
    await route.continue().catch(() => {});
  });
  return go;
}

for (const file of ['corpus.pack', 'engine.wasm']) {
  test(`在 ${file} 到达之前,框已能用;打的字留着,到了就有答案`, async ({ page }) => {
    const go = await hold(page, `**/${file}*`);
    await page.goto('/');
    const finder = page.locator('policy-finder');
    const box = finder.getByRole('combobox', { name: '搜索政策' });
    await expect(finder.getByRole('link', { name: '看匹配' })).toBeVisible();
    await box.pressSequentially('算力券', { delay: 60 });
    await expect(finder.locator('.opening')).toContainText('正在准备政策库');
    await expect(finder.locator('.skeleton')).toBeVisible();
    await page.waitForTimeout(400);
    await expect(box).toHaveValue('算力券');
    await expect(box).toBeFocused();
    go();
    await expect(finder.locator('.hit mark').first()).toContainText('算力');
    await expect(box).toHaveValue('算力券');
    await expect(box).toBeFocused();
    await expect(finder.locator('.opening')).toHaveCount(0);
  });
}

test('还在打字时政策库到了,字和光标都不动', async ({ page }) => {
  const go = await hold(page, '**/corpus.pack*');
  await page.goto('/');
  const finder = page.locator('policy-finder');
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.pressSequentially('高新 ');
  await page.waitForTimeout(400);
  await page.keyboard.type('技');
  go();
  await ready(finder);
  await page.keyboard.type('术');
  await expect(box).toHaveValue('高新 技术');
  await expect(finder.locator('.hit').first()).toBeVisible();
});

// Composition is simulated over CDP.
test('输入法还在组字时政策库到了,组的字不丢', { tag: '@chromium' }, async ({ page }) => {
  const go = await hold(page, '**/corpus.pack*');
  await page.goto('/');
  const finder = page.locator('policy-finder');
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.focus();
  const keyboard = await page.context().newCDPSession(page);
  await keyboard.send('Input.imeSetComposition', { text: 'suan li', selectionStart: 7, selectionEnd: 7 });
  go();
  await ready(finder);
  await expect(box).toHaveValue('suan li');
  await keyboard.send('Input.imeSetComposition', { text: 'suan li quan', selectionStart: 12, selectionEnd: 12 });
  await keyboard.send('Input.insertText', { text: '算力券' });
  await expect(box).toHaveValue('算力券');
  await expect(finder.locator('.hit mark').first()).toContainText('算力');
});

test('可以停止下载,再搜索时接着下载', async ({ page }) => {
  const go = await hold(page, '**/corpus.pack*');
  await page.goto('/');
  const finder = page.locator('policy-finder');
  await finder.getByRole('button', { name: '取消', exact: true }).click();
  await expect(finder.locator('.opening')).toContainText('已停止下载');
  await expect(finder.locator('.skeleton')).toHaveCount(0);
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  go();
  await box.fill('算力券');
  await box.press('Enter');
  await expect(finder.locator('.hit mark').first()).toContainText('算力');
});

test('打不开时,打的字还在,重新启动后有答案', async ({ page }) => {
  await page.route('**/corpus.pack*', (route) => route.abort());
  await page.goto('/');
  const finder = page.locator('policy-finder');
  await expect(finder.getByRole('alert')).toContainText('政策库没有打开');
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.fill('算力券');
  await page.waitForTimeout(400);
  await expect(box).toHaveValue('算力券');
  await page.unroute('**/corpus.pack*');
  await finder.getByRole('button', { name: '重新启动' }).click();
  await expect(finder.locator('.hit mark').first()).toContainText('算力');
});

test('一页开始时只问引擎一次', async ({ page }) => {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message: { method?: string }, ...rest: unknown[]) {
      if (message.method) asked.push(message.method);
      return (post as (...all: unknown[]) => void).call(this, message, ...rest);
    };
  });
  await page.goto('/');
  const finder = page.locator('policy-finder');
  await ready(finder);
  await expect(finder.locator('.heat')).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toEqual(['overview']);
});

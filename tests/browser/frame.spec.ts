/** The finder in a frame of another origin: `embed.js` in the portal's page, `frame.html` inside. */

import { expect, test, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { fill, PROFILE, ready } from './finder.ts';

const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads';

/** The same server under another name, which is another origin (playwright.config.ts). */
const elsewhere = (baseURL: string) => baseURL.replace('127.0.0.1', 'policies.test');

interface Portal { page: Page; frame: Locator; inside: FrameLocator; finder: Locator }

/** A portal's page with the frame between two widgets of its own. */
async function portal(page: Page, baseURL: string, { host = baseURL, widgets = false, hash = '' } = {}): Promise<Portal> {
  const widget = (id: string) => (widgets ? `<policy-finder id="${id}"></policy-finder>` : '');
  // A document that really came from this machine: others may not show frames of it.
  await page.goto('/frame.html');
  await page.setContent(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>门户</title>
      <style>body { margin: 0 } iframe { width: 100%; height: 700px; border: 0; display: block }</style>
      <script type="module" src="/policy-finder.js"></script>
      ${widget('a')}<iframe id="frame" title="惠企政策" sandbox="${SANDBOX}" src="${elsewhere(baseURL)}/frame.html?host=${encodeURIComponent(host)}${hash}"></iframe>${widget('b')}
      <footer style="height: 400px">页脚</footer><script src="${elsewhere(baseURL)}/embed.js" defer></script>`);
  const frame = page.locator('#frame');
  const inside = page.frameLocator('#frame');
  const finder = inside.locator('policy-finder');
  await ready(finder);
  return { page, frame, inside, finder };
}

/** The frame ends where its content ends, to a pixel; nothing in it needs to be scrolled. */
async function fits({ frame, inside }: Portal): Promise<number> {
  let height = 0;
  // Browsers do not lay out again what is out of sight.
  await frame.evaluate((element) => element.scrollIntoView());
  await expect.poll(async () => {
    const content = await inside.locator('html').evaluate((root) => Math.ceil(root.getBoundingClientRect().height));
    height = await frame.evaluate((element) => element.getBoundingClientRect().height);
    return Math.abs(height - content);
  }).toBeLessThanOrEqual(1);
  return height;
}

/** Right after the page has scrolled, Chromium may give a click to the frame that was there before: then once more. */
async function press(link: Locator, shows: Locator): Promise<void> {
  await expect(async () => {
    await link.click();
    await expect(shows).toBeVisible({ timeout: 3000 });
  }).toPass();
}

test('两个部件和一个框架:状态各管各的,框架随内容变高也变矮', async ({ page, baseURL }) => {
  const here = await portal(page, baseURL!, { widgets: true });
  const [a, b] = [page.locator('#a'), page.locator('#b')];
  await ready(a);
  await ready(b);
  const landing = await fits(here);

  await fill(a, PROFILE);
  await press(a.getByRole('link', { name: '算金额', exact: true }), a.locator('.profile'));
  await press(here.finder.getByRole('link', { name: '算金额', exact: true }), here.finder.getByText('还没有填写企业情况'));
  await expect(b.locator('.landing')).toBeVisible();
  expect(await fits(here)).toBeGreaterThan(landing * 1.5);

  await press(here.finder.getByRole('link', { name: '订阅', exact: true }), here.finder.getByRole('heading', { name: '订阅', level: 2 }));
  expect(await fits(here)).toBeLessThan(landing);
  await press(here.finder.getByRole('link', { name: '查政策', exact: true }), here.finder.locator('.landing'));
  await here.finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
  await here.finder.getByRole('button', { name: '搜索', exact: true }).click();
  await expect(here.finder.locator('.hit').first()).toBeVisible();
  await fits(here);
  await expect(b.locator('.landing')).toBeVisible();
  await expect(a.locator('.profile')).toBeVisible();
  expect(page.url()).toMatch(/frame\.html$/);
});

test('门户知道框架里到了哪里,但不知道搜了什么;可以请它去别处', async ({ page, baseURL }) => {
  const here = await portal(page, baseURL!);
  const told = await page.evaluateHandle(() => {
    const told: string[] = [];
    document.addEventListener('policy-navigate', (event) => told.push((event as CustomEvent<{ hash: string }>).detail.hash));
    return told;
  });
  await here.finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
  await here.finder.getByRole('combobox', { name: '搜索政策' }).press('Enter');
  await here.finder.locator('.hit h3 a').first().click();
  await expect.poll(() => told.jsonValue().then((list) => list[list.length - 1])).toMatch(/^#\/policy\/[a-z]/);
  expect((await told.jsonValue()).join()).not.toContain('%');
  await here.frame.evaluate((frame) => frame.dispatchEvent(new CustomEvent('policy-go', { detail: '#/calc', bubbles: true })));
  await expect(here.finder.getByRole('heading', { name: '测算报告' })).toBeVisible();
});

test('打开一项政策后,门户滚动到它的开头', async ({ page, baseURL }) => {
  const here = await portal(page, baseURL!, { hash: '#/search?q=企业' });
  await expect(here.finder.locator('.hit').first()).toBeVisible();
  await fits(here);
  await here.finder.locator('.hit h3 a').nth(15).click();
  const heading = here.finder.getByRole('heading', { level: 2 }).first();
  await expect(heading).toBeVisible();
  await expect.poll(async () => {
    const box = await heading.boundingBox();
    const bottom = await page.evaluate(() => window.innerHeight);
    return box !== null && box.y >= 0 && box.y < bottom;
  }).toBe(true);
});

test('别的窗口、别的来源、不是数的高度,两边都不听', async ({ page, baseURL }) => {
  const here = await portal(page, baseURL!);
  const height = await fits(here);
  await page.evaluate((stranger) => {
    const frame = document.createElement('iframe');
    frame.id = 'stranger';
    frame.src = `${stranger}/serve-nothing-here`;
    document.body.append(frame);
    postMessage({ pf: 1, type: 'height', height: 50 }, '*');
  }, elsewhere(baseURL!));
  const stranger = page.frameLocator('#stranger').locator('body');
  await stranger.evaluate(() => {
    // Neither its own frame nor its neighbour's changes.
    parent.postMessage({ pf: 1, type: 'height', height: 60 }, '*');
    parent.frames[0]!.postMessage({ pf: 1, type: 'go', hash: '#/guide' }, '*');
  });
  await here.inside.locator('html').evaluate(() => {
    for (const height of [-5, NaN, 1e9, '70', null]) parent.postMessage({ pf: 1, type: 'height', height }, '*');
    parent.postMessage({ type: 'height', height: 80 }, '*');
    parent.postMessage('height', '*');
    postMessage({ pf: 1, type: 'go', hash: '#/guide' }, '*');
  });
  await page.waitForTimeout(500);
  expect(await here.frame.evaluate((element) => element.getBoundingClientRect().height)).toBe(height);
  expect(await page.locator('#stranger').evaluate((element) => (element as HTMLIFrameElement).style.height)).toBe('');
  await expect(here.finder.locator('.landing')).toBeVisible();
});

test('host 写的是别的门户,框架就不和这一页说话,自己滚动', async ({ page, baseURL }) => {
  const here = await portal(page, baseURL!, { host: 'https://other.example' });
  await here.finder.getByRole('link', { name: '算金额', exact: true }).click();
  await expect(here.finder.getByText('还没有填写企业情况')).toBeVisible();
  await page.waitForTimeout(500);
  expect(await here.frame.evaluate((element) => element.getBoundingClientRect().height)).toBe(700);
  expect(await here.inside.locator('html').evaluate((root) => getComputedStyle(root).overflowY)).not.toBe('hidden');
});

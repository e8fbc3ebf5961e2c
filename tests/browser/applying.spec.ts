/** From a report to an application: time line, columns, sentences, one list of papers, one form, commitments. */

import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import { fill, open } from './finder';

/** The invented park of tests/changes: two policies with guides, shared papers, a list, a log of changes. */
const SMALL = '../packs/format-1-service.pack';
const FIRM = { 企业名称: '江湾机械有限公司', 高新技术企业: true, 研发费用: { 2026: '600万元' }, 营业收入: { 2026: '1亿元' } };

async function small(page: Page): Promise<void> {
  await page.route('**/corpus.pack*', (route) => route.fulfill({ path: SMALL, contentType: 'application/octet-stream' }));
}

test('papers that several matters share are listed once, and one that may follow later says so', async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/guide', FIRM);
  await finder.evaluate((element) => ((element as PolicyFinder).asOf = '2026-09-30'));
  const application = finder.locator('.application');
  await expect(application.locator('h3')).toContainText('已选 4 项');
  const licence = application.locator('.papers tr', { hasText: '营业执照' });
  await expect(licence).toHaveCount(1);
  await expect(licence).toContainText('共用');
  // One matter needs the audit at once: then it cannot follow later.
  await expect(application.locator('.papers tr', { hasText: '审计报告' })).toContainText('必需');
  await application.getByLabel('研发补助').uncheck();
  await expect(application.locator('.papers tr', { hasText: '审计报告' })).toContainText('容缺后补');
  await expect(application.locator('.papers tr', { hasText: '营业执照' })).not.toContainText('共用');
  await expect(application.locator('.duties')).toContainText('还剩 2 个工作日');
});

test('a day in a year without a holiday schedule says so', async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/guide', FIRM);
  await finder.evaluate((element) => ((element as PolicyFinder).asOf = '2026-12-15'));
  await expect(finder.locator('.duties')).toContainText('放假安排未公布');
});

test('names and amounts stand in the commitment, and a doubtful credit code is remarked upon and used', async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/guide', FIRM);
  await finder.evaluate((element) => ((element as PolicyFinder).asOf = '2026-09-30'));
  const code = finder.getByLabel('统一社会信用代码', { exact: true });
  await code.fill('91350211M0000XUF46');
  await code.blur();
  const paper = finder.locator('.paper');
  await expect(paper).toContainText('江湾机械有限公司,代码 91350211M0000XUF46');
  await expect(paper).toContainText('研发补助 《支持创新若干措施(示例)》二:60万元');
  await expect(finder.locator('.doubt')).toContainText('请核对');
  await code.fill('91350100M000100Y43');
  await code.blur();
  await expect(paper).toContainText('91350100M000100Y43');
  await expect(finder.locator('.doubt')).toHaveCount(0);
  await finder.getByRole('button', { name: '个人版' }).click();
  await expect(paper).toContainText('承诺人:________');
});

test('deadlines stand on a time line whose table has the days in words', async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/calc', FIRM);
  await finder.evaluate((element) => ((element as PolicyFinder).asOf = '2026-09-30'));
  const row = finder.locator('.timeline tbody tr').first();
  await expect(row).toContainText('高企奖励申报');
  await expect(row).toContainText('2026-09-01 至 2026-10-09,还剩 2 个工作日');
  await expect(row.locator('rect')).toHaveCount(1);
  await expect(finder.locator('.timeline line.today').first()).toBeAttached();
});

const COLUMNS = ['政策标题', '资助额度', '申报时间', '扶持内容', '办理方式', '申报导航', '政策联系电话'];

test("the park's seven columns stand in the report and in the table that is taken along", async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/calc', FIRM);
  const form = finder.locator('.park-form').first();
  await expect(form.locator('thead th')).toHaveText(COLUMNS);
  await expect(form.locator('tbody tr', { hasText: '高企奖励' }).locator('td')).toHaveText([
    '10万元', '2026年9月1日至10月9日', '高企奖励:高新技术企业奖励10万元。', '全程网办', '高企奖励申报', '科技局 0000-1111',
  ]);
  await finder.locator('.menu summary').click();
  const [file] = await Promise.all([page.waitForEvent('download'), finder.getByRole('button', { name: '表格(CSV)' }).click()]);
  const lines = readFileSync(await file.path(), 'utf8').replace('\ufeff', '').split('\r\n');
  expect(lines[0]!.split(',').slice(0, 7)).toEqual(COLUMNS);
  expect(lines.find((line) => line.includes('高企奖励申报'))).toContain('全程网办');
});

test('a condition leads to the very sentence of the text', async ({ page }) => {
  const finder = await open(page, '#/match');
  await fill(finder, { 注册地: '长沙经开区', 担保贷款额: { 2026: '100万元' } });
  await page.evaluate(() => (location.hash = '#/policy/park-2021-120/4.1?words=本年轻微违反承诺'));
  const mark = finder.locator('.clause mark');
  await expect(mark).toHaveCount(1);
  await expect(mark).toBeInViewport();
});

test('a list is entered item by item, and «none» is an answer', async ({ page }) => {
  await small(page);
  const finder = await open(page, '#/ask/贷款', { 高新技术企业: true });
  await finder.getByLabel('本金').fill('300万元');
  await finder.getByLabel('利息').fill('十万');
  await finder.getByRole('button', { name: '继续', exact: true }).click();
  await expect(finder.getByLabel('利息')).toBeFocused();
  await finder.getByLabel('利息').fill('10万元');
  await finder.getByRole('button', { name: '再加一项' }).click();
  await finder.getByLabel('利息').nth(1).fill('20万元');
  await finder.getByRole('button', { name: '继续', exact: true }).click();
  await expect(finder.locator('.list-editor')).toHaveCount(0);
  const profile = () => finder.evaluate((element) => (element as PolicyFinder).profile['贷款']);
  expect(await profile()).toEqual([{ 本金: '300万元', 利息: '10万元' }, { 利息: '20万元' }]);
  await page.evaluate(() => (location.hash = '#/ask/贷款'));
  await expect(finder.getByLabel('利息')).toHaveCount(2);
  await finder.getByRole('button', { name: '一项也没有' }).click();
  await expect(finder.locator('.list-editor')).toHaveCount(0);
  expect(await profile()).toEqual([]);
});

test('an earlier award is entered from the list of answers', async ({ page }) => {
  const finder = await open(page, '#/check', { 注册地: '长沙经开区' });
  await finder.getByText('以前拿过的奖补').click();
  await finder.getByLabel('哪一项奖补').selectOption('city-gaoqi-2022#shou-ci');
  await finder.getByRole('button', { name: '加一项拿过的奖补' }).click();
  await finder.getByRole('textbox').fill('5万元');
  await finder.getByRole('button', { name: '继续', exact: true }).click();
  await expect(finder.locator('.answers', { hasText: '高新技术企业首次认定奖励' })).toContainText('5万元');
  expect(await finder.evaluate((element) => (element as PolicyFinder).profile['已获(city-gaoqi-2022#shou-ci)'])).toBe('5万元');
});

test('what the publisher changed since the last visit is told from the log, and feeds are shown where they are published', async ({ page }) => {
  await small(page);
  await page.addInitScript(() => {
    const kept = { subscriptions: [{ kind: 'topic', value: '创新' }], day: '2026-09-05', edition: '2026-09-01', seen: { 'park-xin': {} } };
    localStorage.setItem('policy-finder.subscriptions', JSON.stringify({ 合办示例园区: kept }));
  });
  const finder = await open(page, '#/subscribe');
  await finder.evaluate((element) => Object.assign(element, { asOf: '2026-10-01', feeds: '/feeds/' }));
  const news = finder.locator('.news li');
  await expect(news.filter({ hasText: '快截止' })).toContainText('高企奖励申报');
  await expect(news.filter({ hasText: '有变化' })).toContainText('正文、条件和金额、办事指南');
  await expect(news.filter({ hasText: '新增' })).toContainText('招引办法(示例)');
  await expect(news.filter({ hasText: '已撤下' })).toContainText('信用贷款办法(示例)');
  await expect(finder.locator('.feeds')).toContainText('/feeds/innovation.atom');
  await finder.getByRole('button', { name: '标为已读' }).click();
  await expect(news.filter({ hasText: '有变化' })).toHaveCount(0);
  await expect(news.filter({ hasText: '快截止' })).toHaveCount(1);
});

/** Where a policy comes from and what has become of it: relatives, and the older text beside the newer. */

import { expect, test } from '@playwright/test';
import { align, formerText, runs, type Piece } from '../../www/src/compare.ts';
import type { PolicyFinder } from '../../www/src/element';
import { open } from './finder.ts';

const piece = (label: string, heading: string, text: string): Piece => ({ clause: `p#${label}`, label, heading, text });

test('the older text is reached from the newer one, with what went and what came', async ({ page }) => {
  const finder = await open(page, '#/policy/cn-titi-2026');
  await finder.getByRole('link', { name: '与旧版对照' }).click();
  await expect(finder.getByRole('heading', { level: 3 })).toHaveText('新旧对照');
  expect(page.url()).toContain('#/policy/cn-titi-2026?against=cn-titi-2022');
  const [before, after] = [finder.locator('.compare-table thead th').nth(0), finder.locator('.compare-table thead th').nth(1)];
  await expect(before).toContainText('工信部企业〔2022〕63号');
  await expect(after).toContainText('工信部企业〔2026〕2号');
  const row = finder.locator('.compare-table tbody tr').first();
  await expect(row.locator('td').nth(0).locator('del').first()).toContainText('2');
  await expect(row.locator('td').nth(1).locator('ins').first()).toContainText('3');
  await expect(row.locator('td').nth(0).locator('ins')).toHaveCount(0);
  // Who does not see lines hears words.
  await expect(row.locator('del .unseen').first()).toHaveText('删去的字');
  await expect(finder.locator('.compare-counts')).toHaveText('1 条有改动,1 条新增');
  await finder.getByRole('link', { name: '回到正文' }).click();
  await expect(finder.locator('.clause').first()).toBeVisible();
});

test('the replaced policy leads to the newer text; the older one stays on the left', async ({ page }) => {
  const finder = await open(page, '#/policy/cn-titi-2022');
  await finder.getByRole('link', { name: '与新版对照' }).click();
  await expect(finder.locator('.compare-table thead th').nth(0)).toContainText('〔2022〕63号');
});

test('on a telephone both texts are one, and nothing sticks out', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const finder = await open(page, '#/policy/cn-titi-2026?against=cn-titi-2022');
  const first = finder.locator('.compare-list > li').first();
  await expect(first.locator('del').first()).toBeVisible();
  await expect(first.locator('ins').first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

// Playwright emulates print media in Chromium alone.
test('on paper the comparison is whole, without buttons', { tag: '@chromium' }, async ({ page }) => {
  const finder = await open(page, '#/policy/cn-titi-2026?against=cn-titi-2022');
  await expect(finder.locator('.compare-table')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(finder.locator('.compare-table del').first()).toBeVisible();
  await expect(finder.locator('.compare-table del').first()).toHaveCSS('text-decoration-line', 'line-through');
  await expect(finder.getByRole('button', { name: '打印' })).toBeHidden();
});

test('relatives are links in both directions; a document that the corpus has not is named', async ({ page }) => {
  const finder = await open(page, '#/policy/city-rencai-2022');
  const lineage = finder.locator('.lineage');
  await expect(lineage.getByRole('list', { name: '替代和引用本文件的文件' }).getByRole('listitem')).toHaveCount(5);
  await lineage.getByRole('link', { name: /租房和生活补贴/ }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toContainText('租房和生活补贴');
  await finder.locator('.lineage').getByRole('link', { name: /人才平台/ }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toContainText('人才平台');

  await page.evaluate(() => (location.hash = '#/policy/park-2021-120'));
  await expect(finder.locator('.lineage li').first()).toContainText('国办发');
  await expect(finder.locator('.lineage li')).toHaveCount(await finder.evaluate(
    async (element) => (await (element as PolicyFinder).engine.lineage('park-2021-120', '2026-11-25')).length));
});

test('a text is compared with what the log of the pack says it was', async ({ page }) => {
  const finder = await open(page);
  await finder.evaluate((element) => {
    const { engine } = element as PolicyFinder;
    engine.service = async () => ({
      calendar: [], guides: {}, fields: {}, commitments: [], topics: {},
      changes: {
        from: '2026-09-01',
        entries: [
          { day: '2026-10-01', policy: 'cn-titi-2026', title: '', change: 'changed', what: ['text'], clauses: ['cn-titi-2026#2'], before: [
            { clause: 'cn-titi-2026#2', label: '二', heading: '国家级专精特新“小巨人”', text: '上一年营业收入4000万元以上。', after: 'cn-titi-2026#1' },
          ] },
          // A log of an older compiler does not tell what was.
          { day: '2026-09-15', policy: 'cn-titi-2026', title: '', change: 'changed', what: ['text'], clauses: ['cn-titi-2026#1'] },
        ],
      },
    });
    (element as PolicyFinder).openPolicy('cn-titi-2026');
  });
  await expect(finder.getByRole('link', { name: /更新之前对照/ })).toHaveCount(1);
  await finder.getByRole('link', { name: '与 2026-10-01 更新之前对照' }).click();
  await expect(finder.locator('.compare-table del').first()).toContainText('4000');
  await expect(finder.locator('.compare-table tbody tr')).toHaveCount(1);
  await finder.getByRole('button', { name: '也显示没有变化的条款' }).click();
  await expect(finder.locator('.compare-table tbody tr')).toHaveCount(2);
});

test('clauses are compared with what they were, wherever they stand now', () => {
  const before = [
    piece('一', '研发补助', '按研发费用的10%给予补助,最高50万元。'),
    piece('二', '租金补助', '按实际租金的一半给予补助,最长三年。'),
    piece('三', '上市奖励', '在境内上市的企业奖励200万元。'),
    piece('四', '人才住房', '符合条件的人才可以申请公寓。'),
  ];
  const after = [
    piece('一', '上市奖励', '在境内上市的企业奖励300万元。'),
    piece('二', '研发补助', '按研发费用的12%给予补助,最高80万元。'),
    piece('三', '租金补助', '按实际租金的一半给予补助,最长三年。'),
    piece('四', '贷款贴息', '按贷款利率的三成贴息。'),
  ];
  const found = align(before, after).map((pair) => [pair.before?.label ?? null, pair.after?.label ?? null, pair.moved]);
  expect(found).toEqual([['三', '一', true], ['一', '二', false], ['二', '三', false], ['四', null, false], [null, '四', false]]);
});

test('every run of words together gives either text again', () => {
  const before = '从事细分市场2年以上;上一年研发费用100万元以上。\n评价60分以上。';
  const after = '从事细分市场3年以上;近两年每年研发费用100万元以上。\n评价50分以上,资产负债率不超过80%。';
  const all = runs(before, after);
  const without = (left: string) => all.filter(({ kind }) => kind !== left).map(({ text }) => text).join('');
  expect(without('added')).toBe(before);
  expect(without('removed')).toBe(after);
  expect(all.filter(({ kind }) => kind === 'removed').map(({ text }) => text).join('|')).toContain('2');
  expect(runs('相同', '相同')).toEqual([{ kind: 'same', text: '相同' }]);
});

test('a text is put back step by step: what came goes, what went comes back at its place', () => {
  const now = [piece('1', '', '甲二'), piece('3', '', '丙'), piece('4', '', '丁')];
  const was = { clause: 'p#2', label: '2', heading: '', text: '乙', after: 'p#1' };
  const text = formerText(now, [
    { day: '2026-10-01', policy: 'p', title: '', change: 'changed', clauses: ['p#4'], before: [] },
    { day: '2026-09-01', policy: 'p', title: '', change: 'changed', clauses: ['p#1'], before: [{ clause: 'p#1', label: '1', heading: '', text: '甲一' }, was] },
  ]);
  expect(text.map((one) => one.text)).toEqual(['甲一', '乙', '丙']);
});

/** The report on paper, as a reader of the PDF has it. */

import { expect, test } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import { open, PROFILE } from './finder.ts';
import { plain, sheets } from './paper.ts';

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

test('PDF 里的中文可以选中,每一条支持措施都在,加起来等于全部', async ({ page }) => {
  // More than a hundred sheets are set and read.
  test.slow();
  const finder = await open(page, '#/calc', PROFILE);
  const report = await finder.evaluate((element) => {
    const { clauses, summary } = (element as PolicyFinder).session.report!;
    return { names: clauses.map(({ name }) => name), summary };
  });
  const pages = await sheets(await page.pdf({ format: 'A4' }));
  expect([pages[0]!.width, pages[0]!.height]).toEqual([210, 297]);
  const text = pages.map((sheet) => sheet.text).join('');
  const { clauses, met, unknown, manual, unmet, inactive } = report.summary;
  expect(report.names).toHaveLength(clauses);
  expect(text).toContain(plain(`${clauses} 条=符合 ${met}+待补充 ${unknown}+需人工认定 ${manual}+不符合 ${unmet}+不在有效期 ${inactive}`));
  const missing = [...new Set(report.names)].filter(
    (name) => occurrences(text, plain(name)) < report.names.filter((other) => other === name).length,
  );
  expect(missing).toEqual([]);
  for (const button of ['继续回答', '导出', '开始回答']) expect(text).not.toContain(plain(button));
});

test('跨页的表格,每一页都重复表头', async ({ page }) => {
  const finder = await open(page, '#/calc', PROFILE);
  const heads = await finder.locator('.totals thead th').allInnerTexts();
  expect(heads.length).toBeGreaterThan(2);
  // Sheets too low for the table of sums.
  const pages = await sheets(await page.pdf({ width: '210mm', height: '90mm', pageRanges: '1-12' }));
  const head = plain(heads.join(''));
  const rows = await finder.locator('.totals tbody th').allInnerTexts();
  const kinds = rows.map((row) => plain(row.split('\n')[0]!));
  const spread = pages.filter(({ text }) => kinds.some((kind) => text.includes(`${kind}`) && text.includes(head)));
  expect(spread.length).toBeGreaterThan(1);
});

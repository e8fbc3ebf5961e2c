/** What a visitor of the demo portal does and sees. */

import { expect, test, type Locator } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import type { SearchReport } from '../../www/src/types';
import { fill, open, PROFILE, ready } from './finder.ts';

test('查政策、打开、就地作答、读到金额', async ({ page }) => {
  const finder = await open(page);
  await finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
  await finder.getByRole('button', { name: '搜索', exact: true }).click();
  await expect(finder.locator('.hit mark').first()).toBeVisible();
  await finder.locator('.hit').filter({ hasText: '一人公司' }).first().locator('h3 a').click();
  await expect(finder.getByRole('heading', { level: 2 })).toContainText('一人公司');
  await expect(finder.locator('.notice.restated')).toContainText('不是官方文本');

  await finder.getByRole('link', { name: '本条可测算 算力券' }).click();
  const row = finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]');
  await expect(row.locator('.amount').first()).toHaveText('0–100万元');
  await row.getByRole('group', { name: '企业在哪里注册' }).getByRole('button', { name: '长沙经开区' }).click();
  await row.getByRole('group', { name: '一人公司' }).getByRole('button', { name: '是', exact: true }).click();
  // The last question stands alone when both answers have been taken.
  await expect(row.getByRole('group')).toHaveCount(0);
  const spent = row.getByLabel(/算力/);
  await spent.fill('120万');
  await expect(row.locator('.echo')).toContainText('1,200,000 元');
  await spent.press('Enter');
  await expect(row.locator('.amount').first()).toHaveText('12万元');
  await expect(row).toHaveClass(/met/);
  await expect(row.locator('.steps')).toContainText('10%');
});

/** Holds the next answers of the engine until it is told to give them. */
const holdReports = (finder: Locator) => finder.evaluate((element) => {
  const { engine } = element as PolicyFinder;
  const calculate = engine.calculate.bind(engine);
  let go!: () => void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  engine.calculate = async (...args) => {
    await gate;
    return calculate(...args);
  };
  (window as unknown as { go: () => void }).go = go;
});
const giveReports = (finder: Locator) => finder.evaluate(() => (window as unknown as { go: () => void }).go());

test('就地作答还没算完就接着填下一题,字和光标都在', async ({ page }) => {
  const finder = await open(page, '#/calc/park-opc-2026%23suan-li-quan', { 注册地: '长沙经开区' });
  const row = finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]');
  const spent = row.getByLabel(/算力/);
  await expect(spent).toBeVisible();
  await holdReports(finder);
  await row.getByRole('group', { name: '一人公司' }).getByRole('button', { name: '是', exact: true }).click();
  await spent.pressSequentially('12');
  await giveReports(finder);
  await expect(row.getByRole('group')).toHaveCount(0);
  await page.keyboard.type('0万');
  await expect(spent).toHaveValue('120万');
  await expect(spent).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row.locator('.amount').first()).toHaveText('12万元');
});

test('答案让这一条有了结论,正在填的题也不收走', async ({ page }) => {
  const finder = await open(page, '#/match/park-opc-2026%23suan-li-quan', { 注册地: '长沙经开区' });
  const row = finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]');
  const spent = row.getByLabel(/算力/);
  await expect(spent).toBeVisible();
  await holdReports(finder);
  await row.getByRole('group', { name: '一人公司' }).getByRole('button', { name: '否', exact: true }).click();
  await spent.pressSequentially('12');
  await giveReports(finder);
  // The clause is refused now and stands in another group, its form with it.
  await expect(finder.locator('.group.unmet [data-benefit="park-opc-2026#suan-li-quan"]')).toBeVisible();
  await page.keyboard.type('0万');
  await expect(spent).toHaveValue('120万');
});

test('上方的题目随答案换新,正在填的一题留在原处', async ({ page }) => {
  const finder = await open(page, '#/match', PROFILE);
  await finder.locator('.open-questions > .button').click();
  const questions = finder.locator('.open-questions [data-question]');
  const keys = () => questions.evaluateAll((forms) => forms.map((form) => form.getAttribute('data-question')));
  const before = await keys();
  const text = questions.filter({ has: page.locator('.typed input') }).first();
  const key = (await text.getAttribute('data-question'))!;
  const input = finder.locator(`.open-questions [data-question="${key}"] input`);
  await input.pressSequentially('12');
  await finder.evaluate((element, other) => (element as PolicyFinder).session.answer(other, null), before.find((one) => one !== key)!);
  await expect.poll(keys).not.toEqual(before);
  await page.keyboard.type('0');
  await expect(input).toHaveValue('120');
  await expect(input).toBeFocused();
  expect((await keys()).indexOf(key)).toBe(before.indexOf(key));
});

test('两个答案先后交出,读不出来的那个退回,另一个算数', async ({ page }) => {
  const finder = await open(page, '#/match', { 注册地: '长沙经开区' });
  const outcome = await finder.evaluate(async (element) => {
    const { session } = element as PolicyFinder;
    const [bad, good] = await Promise.all([session.answer('营业收入[2026年]', '很多'), session.answer('一人公司', true)]);
    return { bad, good, profile: Object.keys(session.profile), fields: session.report!.questions.map(({ key }) => key) };
  });
  expect([outcome.bad, outcome.good]).toEqual([false, true]);
  expect(outcome.profile).toEqual(['注册地', '一人公司']);
  expect(outcome.fields).not.toContain('一人公司');
});

test('问卷一页一题,答完可以检查和修改', async ({ page }) => {
  const finder = await open(page);
  await finder.getByRole('link', { name: /看看我能享受哪些/ }).click();
  await finder.getByRole('link', { name: '开始回答' }).click();
  await expect(finder.getByText('第 1 题')).toBeVisible();
  const first = await finder.getByRole('heading', { level: 2 }).innerText();
  await finder.locator('form.answer').getByRole('radio').first().check();
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByText('第 2 题')).toBeVisible();
  expect(await finder.getByRole('heading', { level: 2 }).innerText()).not.toBe(first);

  await finder.getByRole('link', { name: '上一题' }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toHaveText(first);
  await expect(finder.locator('form.answer').getByRole('radio').first()).toBeChecked();

  await finder.getByRole('link', { name: '检查答案' }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toHaveText('检查您的答案');
  await expect(finder.locator('.answers > div')).toHaveCount(1);
  await finder.getByRole('link', { name: /^修改/ }).click();
  await finder.locator('form.answer').getByRole('radio').last().check();
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toHaveText('检查您的答案');
  await expect(finder.locator('.answers dd').first()).toHaveText('不清楚');
});

test('今年来申报去年的奖补:选了申报年度,按那一年问、按那一年算', async ({ page }) => {
  const finder = await open(page, '#/ask');
  const year = finder.getByRole('combobox', { name: '申报年度' });
  await expect(year).toHaveValue('2026');
  await expect(year.getByRole('option')).toHaveText(['2026 年度', '2025 年度', '2024 年度']);
  await year.selectOption('2025 年度');
  await expect.poll(() => finder.evaluate((element) => (element as PolicyFinder).session.report?.event_year)).toBe(2025);
  const keys = await finder.evaluate((element) => (element as PolicyFinder).session.open.map(({ key }) => key));
  expect(keys.filter((key) => key.endsWith('[2025年]')).length).toBeGreaterThan(10);
  expect(keys.filter((key) => key.endsWith('[2026年]'))).toEqual([]);
  // A plain figure of a profile belongs to that year, and the report says which one it is.
  await fill(finder, { ...PROFILE, 产值: '3亿元' });
  await page.goto('/#/calc');
  await expect(finder.locator('.report-head .facts')).toContainText('按2025年度的条件测算');
  await expect(finder.locator('.report-head .facts')).toContainText('基准日 2026-11-25');
});

test('没有作答就继续,说明要做什么并留在原题', async ({ page }) => {
  const finder = await open(page, '#/ask/国产算力支出[2026年]');
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByRole('alert')).toContainText('不清楚');
  await finder.getByRole('textbox', { name: /算力/ }).fill('很多');
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByRole('alert')).toContainText('「很多」不是金额');
  await expect(finder.getByRole('textbox', { name: /算力/ })).toBeFocused();
  await expect(finder.getByRole('textbox', { name: /算力/ })).toHaveValue('很多');
});

test('答「不清楚」给出范围,问题不再出现', async ({ page }) => {
  const finder = await open(page, '#/calc/park-opc-2026%23suan-li-quan', PROFILE);
  const row = finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]');
  await expect(row.locator('.amount').first()).toHaveText('12万元');
  await finder.getByRole('link', { name: '检查答案' }).click();
  await finder.getByRole('link', { name: '修改 2026 年度国产算力支出' }).click();
  await finder.getByRole('button', { name: '不清楚' }).click();
  await expect(finder.getByRole('heading', { level: 2 })).toHaveText('检查您的答案');
  await finder.getByRole('link', { name: '看结果' }).click();
  await finder.getByLabel('在结果里查找').fill('算力券');
  await expect(row.locator('.amount').first()).toHaveText('0–100万元');
  await row.locator('summary').click();
  await expect(row.locator('[data-question]')).toHaveCount(0);
});

// Composition is simulated over CDP.
test('输入法里按回车选词,不搜索也不离开', { tag: '@chromium' }, async ({ page }) => {
  const finder = await open(page);
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.focus();
  const address = page.url();
  const keyboard = await page.context().newCDPSession(page);
  await keyboard.send('Input.imeSetComposition', { text: 'yan fa', selectionStart: 6, selectionEnd: 6 });
  await keyboard.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  await page.waitForTimeout(500);
  expect(page.url()).toBe(address);
  await expect(finder.locator('.hit')).toHaveCount(0);
  await keyboard.send('Input.insertText', { text: '研发' });
  await expect(finder.locator('.hit').first()).toBeVisible();
  await expect(box).toHaveValue('研发');
});

test('问卷和查找框里,输入法的回车也只选词', { tag: '@chromium' }, async ({ page }) => {
  const compose = async (text: string) => {
    const keyboard = await page.context().newCDPSession(page);
    await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await keyboard.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
    await page.waitForTimeout(300);
    return keyboard;
  };
  let finder = await open(page, '#/ask/国产算力支出[2026年]');
  const question = finder.getByRole('textbox', { name: /算力/ });
  await question.focus();
  const asked = page.url();
  const keyboard = await compose('yi qian wan');
  expect(page.url()).toBe(asked);
  await expect(finder.getByRole('alert')).toHaveCount(0);
  await keyboard.send('Input.insertText', { text: '3千万' });
  await expect(finder.locator('.echo')).toContainText('30,000,000 元');

  finder = await open(page, '#/calc', PROFILE);
  const find = finder.getByLabel('在结果里查找');
  await find.focus();
  await (await compose('suan li')).send('Input.insertText', { text: '算力券' });
  await expect(find).toHaveValue('算力券');
  await expect(finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]')).toBeVisible();
});

test('边打字边出结果,光标留在搜索框里', async ({ page }) => {
  const finder = await open(page);
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.pressSequentially('研发', { delay: 350 });
  await expect(finder.locator('.hit').first()).toBeVisible();
  await page.keyboard.type('费用', { delay: 350 });
  await expect(box).toBeFocused();
  await expect(box).toHaveValue('研发费用');
});

test('联想用方向键选,不自动选中', async ({ page }) => {
  const finder = await open(page);
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.pressSequentially('高新');
  const list = finder.getByRole('listbox', { name: '联想' });
  await expect(list).toBeVisible();
  await expect(list.getByRole('option', { selected: true })).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  const chosen = list.getByRole('option', { selected: true });
  await expect(chosen).toHaveCount(1);
  await expect(box).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id'))!);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await expect(box).toHaveValue('高新');
});

test('a late result does not replace a newer one', async ({ page }) => {
  const finder = await open(page, '#/search?q=研发');
  await expect(finder.locator('.hit').first()).toBeVisible();
  await finder.evaluate((element) => {
    const { engine } = element as PolicyFinder;
    const search = engine.search.bind(engine);
    // The older question takes longer and does not know that it was withdrawn.
    engine.search = async (query) => {
      const report: SearchReport = await search(query);
      if (query.query === '人才') await new Promise((done) => setTimeout(done, 1500));
      return report;
    };
  });
  const box = finder.getByRole('combobox', { name: '搜索政策' });
  await box.fill('人才');
  await box.press('Enter');
  await box.fill('算力券');
  await box.press('Enter');
  await expect(finder.locator('.hit mark').first()).toContainText('算力');
  await page.waitForTimeout(2000);
  await expect(finder.locator('.hit mark').first()).toContainText('算力');
  await expect(finder.locator('.hit mark').filter({ hasText: '人才' })).toHaveCount(0);
});

test('筛选后的条数和列出的政策一致,没有结果时说明怎么办', async ({ page }) => {
  const finder = await open(page, '#/search?q=研发');
  const park = finder.getByRole('group', { name: '层级' }).getByRole('checkbox', { name: /园区/ });
  const count = Number(await park.locator('xpath=..').locator('.count').innerText());
  await park.check();
  await expect(finder.locator('.results-count')).toHaveText(`找到 ${count} 项政策`);
  await expect(finder.locator('.hit')).toHaveCount(Math.min(count, 20));
  expect(await finder.locator('.hit .badge.level').allInnerTexts()).toEqual(Array(Math.min(count, 20)).fill('园区'));

  await finder.getByRole('combobox', { name: '搜索政策' }).fill('vvvv');
  await finder.getByRole('button', { name: '搜索', exact: true }).click();
  await expect(finder.getByRole('heading', { name: '没有找到与「vvvv」有关的政策' })).toBeVisible();
  await finder.getByRole('button', { name: '不用筛选再查' }).click();
  await expect(finder.locator('.hints')).toBeVisible();
});

test('后退回到原来的结果和位置', async ({ page }) => {
  const finder = await open(page, '#/search?q=企业');
  const hit = finder.locator('.hit h3 a').nth(8);
  await hit.scrollIntoViewIfNeeded();
  const title = await hit.innerText();
  await hit.click();
  await expect(finder.getByRole('heading', { level: 2 })).toHaveText(title);
  await page.goBack();
  await expect(finder.locator('.hit h3 a').nth(8)).toBeInViewport();
});

test('格子逐条对应,五类相加等于全部条款', async ({ page }) => {
  const finder = await open(page, '#/calc', PROFILE);
  const all = await finder.evaluate((element) => (element as PolicyFinder).session.report!.summary.clauses);
  await expect(finder.locator('.cell')).toHaveCount(all);
  const counts = (await finder.locator('.figures .figure-cell:not(.wide) .number').allInnerTexts()).map(Number);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(all);
  expect(counts[0]).toBeGreaterThan(0);
  // One tab stop; arrows move; Enter opens the clause.
  await finder.locator('.cell').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(finder.locator('.cell').last()).toBeFocused();
  await expect(finder.locator('.cell[tabindex="0"]')).toHaveCount(1);
  const name = (await finder.locator('.cell').last().getAttribute('aria-label'))!.split(',')[0]!;
  await page.keyboard.press('Enter');
  await expect(finder.locator('.row[open] > summary')).toBeFocused();
  await expect(finder.locator('.row[open] > summary')).toContainText(name);
});

test('计算的每一步都能回到原文条款', async ({ page }) => {
  const finder = await open(page, '#/calc/park-opc-2026%23suan-li-quan', PROFILE);
  await finder.locator('.row[open] .citation a').click();
  await expect(finder.locator('.clause.current')).toContainText('10%');
  await expect(finder.locator('.clause.current')).toBeFocused();
});

test('不同性质的金额分开列,不相加', async ({ page }) => {
  const finder = await open(page, '#/calc', PROFILE);
  const kinds = await finder.locator('.totals tbody th').allInnerTexts();
  expect(kinds.length).toBeGreaterThan(1);
  expect(kinds.filter((kind) => kind.startsWith('合计'))).toEqual([]);
});

// Playwright emulates print media in Chromium alone.
test('打印时每一条都在纸上,理由展开,按钮不印', { tag: '@chromium' }, async ({ page }) => {
  const finder = await open(page, '#/calc', PROFILE);
  const all = await finder.evaluate((element) => (element as PolicyFinder).session.report!.summary.clauses);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const clauses = finder.locator('.clauses [data-benefit]');
  await expect(clauses).toHaveCount(all);
  expect(await clauses.evaluateAll((rows) => rows.filter((row) => row.getClientRects().length > 0).length)).toBe(all);
  // What is granted, open or for an office to judge with its workings; what is refused with the reason that decides.
  const { met, unknown, manual, unmet } = await finder.evaluate((element) => (element as PolicyFinder).session.report!.summary);
  await expect(finder.locator('.row .source')).toHaveCount(met + unknown + manual);
  await expect(finder.locator('.group.unmet .lines > li')).toHaveCount(unmet);
  await expect(finder.locator('.tabs')).toBeHidden();
  await expect(finder.locator('.profile')).toBeVisible();
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(finder.locator('.row .source')).toHaveCount(0);
  await page.emulateMedia({ media: 'screen' });
  await finder.getByLabel('打印时附上不符合条款的全部过程').check();
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await expect(finder.locator('.row .source')).toHaveCount(all);
});

// WebDriver BiDi does not report the download of a blob.
test('导出的内容可以原样导入,读不出来的一项写明原因', { tag: '@chromium' }, async ({ page }) => {
  const finder = await open(page, '#/check', PROFILE);
  const answers = await finder.locator('.answers > div').allInnerTexts();
  const saving = page.waitForEvent('download');
  await finder.getByRole('button', { name: '导出填写内容' }).click();
  const file = await (await saving).path();
  await finder.getByRole('button', { name: '全部清除重填' }).click();
  await expect(finder.locator('.answers > div')).toHaveCount(0);
  await finder.locator('input[type=file]').setInputFiles(file);
  await expect(finder.locator('.answers > div')).toHaveCount(answers.length);
  expect(await finder.locator('.answers > div').allInnerTexts()).toEqual(answers);

  const broken = JSON.stringify({ 注册地: '长沙经开区', '营业收入[2026年]': '很多' });
  await finder.locator('input[type=file]').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(broken) });
  await expect(finder.getByRole('alert')).toContainText('营业收入[2026年]');
  await expect(finder.locator('.answers > div')).toHaveCount(1);
});

test('引擎意外停止后,填写的内容还在', async ({ page }) => {
  const finder = await open(page, '#/check', PROFILE);
  const before = await finder.locator('.answers > div').count();
  await finder.evaluate((element) => {
    const finder = element as PolicyFinder;
    finder.failed(Object.assign(new Error('unreachable'), { code: 'crashed', faults: [] }));
  });
  await expect(finder.getByRole('alert')).toContainText('引擎意外停止');
  await finder.getByRole('button', { name: '重新启动' }).click();
  await expect(finder.locator('.answers > div')).toHaveCount(before);
});

test('打不开政策库时说明原因,可以重试', async ({ page }) => {
  await page.route('**/corpus.pack*', (route) => route.abort());
  await page.goto('/');
  const finder = page.locator('policy-finder');
  await expect(finder.getByRole('alert')).toContainText('政策库没有打开');
  await page.unroute('**/corpus.pack*');
  await finder.getByRole('button', { name: '重新启动' }).click();
  await ready(finder);
});

test('语料里的标记只当文字显示', async ({ page }) => {
  const finder = await open(page, '#/search?q=研发');
  await finder.evaluate((element) => {
    const { engine } = element as PolicyFinder;
    const search = engine.search.bind(engine);
    engine.search = async (query, options) => {
      const report = await search(query, options);
      for (const hit of report.hits) {
        hit.title = hit.snippet = hit.heading = '<img src=x onerror="window.leaked=1"><b>粗</b>';
        hit.title_marks = hit.highlights = [[0, 4]];
      }
      return report;
    };
  });
  await finder.getByRole('combobox', { name: '搜索政策' }).fill('人才');
  await finder.getByRole('combobox', { name: '搜索政策' }).press('Enter');
  await expect(finder.locator('.hit h3').first()).toContainText('<img src=x');
  await expect(finder.locator('.hit img, .hit b')).toHaveCount(0);
  expect(await page.evaluate(() => 'leaked' in window)).toBe(false);
});

test('只用键盘:搜索、打开、作答、看到金额', async ({ page }) => {
  const finder = await open(page);
  const type = page.keyboard;
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 200; i++) {
      if (i > 0) await type.press('Tab');
      const label = await finder.evaluate((element) => {
        const focused = element.shadowRoot!.activeElement as HTMLElement | null;
        return focused ? `${focused.getAttribute('aria-label') ?? ''} ${focused.innerText} ${focused.closest('label')?.innerText ?? ''} ${
          focused.id ? element.shadowRoot!.querySelector<HTMLElement>(`label[for="${CSS.escape(focused.id)}"]`)?.innerText ?? '' : ''}` : '';
      });
      if (name.test(label)) return;
    }
    throw new Error(`no tab stop named ${String(name)}`);
  };
  await type.press('/');
  await type.type('算力券');
  await type.press('Enter');
  await expect(finder.locator('.hit').first()).toBeVisible();
  await tabTo(/“一人公司”/);
  await type.press('Enter');
  await expect(finder.getByRole('heading', { level: 2 })).toBeFocused();
  await tabTo(/本条可测算\s*算力券/);
  await type.press('Enter');
  const row = finder.locator('[data-benefit="park-opc-2026#suan-li-quan"]');
  await expect(row.locator('summary').first()).toBeFocused();
  await tabTo(/^\s*长沙经开区/);
  await type.press('Enter');
  await expect(row.getByRole('group', { name: '企业在哪里注册' })).toHaveCount(0);
  await tabTo(/^\s*是/);
  await type.press('Enter');
  // The answered question is gone and the next one has the focus.
  await expect(row.getByLabel(/算力/)).toBeFocused();
  await type.type('120万');
  await type.press('Enter');
  await expect(row.locator('.amount').first()).toHaveText('12万元');
});

test('填写的内容不进网址、不进存储、不发请求', async ({ page }) => {
  const finder = await open(page, '#/ask/国产算力支出[2026年]');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.url()} ${request.postData() ?? ''}`));
  await finder.getByRole('textbox', { name: /算力/ }).fill('7654321元');
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByText('第 2 题')).toBeVisible();
  await finder.getByRole('link', { name: '看结果' }).click();
  expect(page.url()).not.toContain('7654321');
  // The browser itself asks for the portal's icon again when the address changes.
  expect(requests.filter((request) => !request.includes('/emblem.svg'))).toEqual([]);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
  expect(kept).not.toContain('7654321');
});

test('两个部件互不影响', async ({ page }) => {
  await page.route('**/two.html', (route) => route.fulfill({
    contentType: 'text/html; charset=utf-8',
    body: '<!doctype html><meta charset="utf-8"><title>two</title><script type="module" src="/policy-finder.js"></script>'
      + '<policy-finder id="a"></policy-finder><policy-finder id="b"></policy-finder>',
  }));
  await page.goto('/two.html');
  const [a, b] = [page.locator('#a'), page.locator('#b')];
  await ready(a);
  await ready(b);
  await fill(a, PROFILE);
  await a.getByRole('link', { name: '算金额', exact: true }).click();
  await expect(a.locator('.report')).toBeVisible();
  await expect(b.locator('.landing')).toBeVisible();
  await b.getByRole('link', { name: '算金额', exact: true }).click();
  await expect(b.getByText('还没有填写企业情况')).toBeVisible();
  expect(page.url()).toMatch(/two\.html$/);
});

for (const [what, absence] of [['移到页面别处', 0], ['取下片刻再放回', 300]] as const) {
  test(`部件${what},填写的内容和所在的位置都在`, async ({ page }) => {
    const finder = await open(page, '#/calc', PROFILE);
    const before = await finder.locator('.figures').innerText();
    await finder.evaluate(async (element, absence) => {
      const place = document.createElement('section');
      document.body.append(place);
      if (absence) {
        element.remove();
        await new Promise((done) => setTimeout(done, absence));
      }
      place.append(element);
    }, absence);
    await expect(finder.locator('.figures')).toHaveText(before, { useInnerText: true });
    expect(await finder.evaluate((element) => Object.keys((element as PolicyFinder).profile).length)).toBe(Object.keys(PROFILE).length);
    // The engine answers again.
    await finder.getByRole('link', { name: '查政策' }).click();
    await finder.getByRole('combobox', { name: '搜索政策' }).fill('算力券');
    await expect(finder.locator('.hit').first()).toBeVisible();
  });
}

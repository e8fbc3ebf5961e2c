/** The demo portal as a visitor has it, on a fixed day. */

import { expect, type Locator, type Page } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import type { Profile } from '../../www/src/types';

export const DAY = '2026-11-25';

/** An enterprise that has answered enough for grants, refusals and open clauses. */
export const PROFILE: Profile = {
  注册地: '长沙经开区', 一人公司: true, '国产算力支出[2026年]': '120万元', 财税户管在园区: true, 实际经营在园区: true,
  独立法人: true, 主体类型: '企业', 行业门类: '信息传输软件业', 产业方向: ['人工智能', '软件'], 高新技术企业: false,
  '营业收入[2026年]': '800万元至900万元', '从业人数[2026年]': '12人', 国家级赛事奖项: null,
};

/** Opens a place of the demo portal and waits for the widget. */
export async function open(page: Page, hash = '', profile?: Profile, address = '/'): Promise<Locator> {
  await page.clock.setFixedTime(`${DAY}T10:00:00+08:00`);
  await page.goto('about:blank');
  await page.goto(address + hash);
  const finder = page.locator('policy-finder');
  await ready(finder);
  if (profile) await fill(finder, profile);
  return finder;
}

export async function ready(finder: Locator): Promise<void> {
  await expect(finder.locator('.bottom')).toContainText('政策库');
  await expect(finder.locator('.skeleton')).toHaveCount(0);
}

/** Answers many questions at once, as an import does. */
export async function fill(finder: Locator, profile: Profile): Promise<void> {
  await finder.evaluate(async (element, profile) => {
    const { session } = element as PolicyFinder;
    await session.start();
    await session.replace(profile);
  }, profile);
}

/** Every kind of page, as an address; the ones with answers are filled first. */
export const VIEWS: Record<string, { hash: string; filled?: true }> = {
  landing: { hash: '' },
  search: { hash: '#/search?q=研发' },
  'zero-hits': { hash: '#/search?q=vvvv' },
  policy: { hash: '#/policy/park-2021-120' },
  comparison: { hash: '#/policy/cn-titi-2026?against=cn-titi-2022' },
  start: { hash: '#/ask' },
  'question-choice': { hash: '#/ask/行业门类' },
  'question-money': { hash: '#/ask/国产算力支出[2026年]' },
  check: { hash: '#/check', filled: true },
  match: { hash: '#/match', filled: true },
  calculation: { hash: '#/calc', filled: true },
  guides: { hash: '#/guide', filled: true },
  subscriptions: { hash: '#/subscribe' },
};

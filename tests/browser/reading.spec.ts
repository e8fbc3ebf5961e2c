/** Money as it is typed and shown, and files that other programs read: no page needed. */

import { expect, test } from '@playwright/test';
import ICAL from 'ical.js';
import { fen, money, moneyRange, readMoney, yuan } from '../../www/src/amounts.ts';
import { calendar, csv } from '../../www/src/exports.ts';
import { zhCN } from '../../www/src/i18n/zh-CN.ts';
import type { CalculationReport } from '../../www/src/types';

const units = zhCN.money;

test('money is read as people type it, to the fen', () => {
  const cases: [string, string | null][] = [
    ['500', '5000000.00'], ['500万', '5000000.00'], ['1,200 万元', '12000000.00'], ['2.3亿元', '230000000.00'],
    ['500万', '5000000.00'], ['3千万', '30000000.00'], ['12345.67元', '12345.67'], ['0', '0.00'], ['-20万', '-200000.00'],
    ['0.1', '1000.00'], ['12.345元', null], ['很多', null], ['5个亿', null], ['', null], ['1.2.3万', null],
  ];
  for (const [text, expected] of cases) {
    const typed = readMoney(text);
    expect(typed && yuan(typed.low), text).toBe(expected);
    if (typed) expect(typed.high).toBe(typed.low);
  }
});

test('a range may be typed; an end before its beginning is refused', () => {
  const cases: [string, [string, string] | null][] = [
    ['5000万至1亿', ['50000000.00', '100000000.00']], ['20-50万元', ['200000.00', '500000.00']], ['20到50', ['200000.00', '500000.00']],
    ['800万元~900万元', ['8000000.00', '9000000.00']], ['1亿至5000万', null], ['1至2至3', null],
  ];
  for (const [text, expected] of cases) {
    const typed = readMoney(text);
    expect(typed && [yuan(typed.low), yuan(typed.high)], text).toEqual(expected);
  }
});

test('money is shown in the unit that shows it whole', () => {
  expect(money(fen('204000.00'), units)).toBe('20.4万元');
  expect(money(fen('180000000.00'), units)).toBe('1.8亿元');
  expect(money(fen('370370.37'), units)).toBe('370,370.37元');
  expect(money(fen('0.00'), units)).toBe('0元');
  expect(moneyRange(fen('0.00'), fen('500000.00'), units)).toBe('0–50万元');
  expect(moneyRange(fen('123456789012345.67'), fen('123456789012345.67'), units)).toBe('123,456,789,012,345.67元');
});

test('a calendar folds its lines at 75 octets and never within a character', () => {
  const title = '长沙经济技术开发区推进惠企政策“一次办精准办信用办”助力园区高质量发展实施方案;到期,请留意';
  const text = calendar('订阅', [{ uid: 'park-2021-120@policy-finder', day: '2026-12-31', title, note: null }], new Date('2026-11-25T02:00:00Z'));
  for (const line of text.split('\r\n')) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toContain('\ufffd');
  }
  expect(text.replace(/[^\r]\n/g, '')).toBe(text);
  const unfolded = text.replace(/\r\n /g, '');
  expect(unfolded).toContain(`SUMMARY:${title.replace(';', '\\;').replace(',', '\\,')}\r\n`);
  expect(unfolded).toContain('DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n');
});

test('a calendar program reads back what was written, whatever stands in the titles', () => {
  const events = [
    { uid: 'park-2021-120#2.3@policy-finder', day: '2026-12-31', title: '申报;材料,窗口\\3', note: '第一行\n第二行: "引号"' },
    { uid: 'b@policy-finder', day: '2028-02-29', title: `${'长'.repeat(120)}\u{1F4C5}${'a'.repeat(80)}`, note: null },
  ];
  const text = calendar('到期,提醒', events, new Date('2026-11-25T02:00:00Z'));
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  const parsed = new ICAL.Component(ICAL.parse(text) as unknown[]);
  expect(parsed.getFirstPropertyValue('version')).toBe('2.0');
  const found = parsed.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid, day: event.startDate.toString(), isDate: event.startDate.isDate, days: event.duration.toSeconds() / 86_400,
      title: event.summary, note: event.description,
      alarms: component.getAllSubcomponents('valarm').map((alarm) => String(alarm.getFirstPropertyValue('trigger'))),
    };
  });
  expect(found).toEqual(events.map(({ uid, day, title, note }) => ({
    uid, day, isDate: true, days: 1, title, note, alarms: ['-P7D', '-P1D'],
  })));
});

test('a table opens in office programs and holds no formula', () => {
  const report = {
    clauses: [{
      id: 'a', level: 'park', name: '=HYPERLINK("x")', verdict: 'met', reason: '甲,乙',
      citation: { title: '办法', doc_number: null, label: '第一条' }, amount: { kind: 'cash', low: '120000.00', high: null },
    }],
    counted: {},
  } as unknown as CalculationReport;
  const text = csv(report, { pages: new Map(), guides: [], service: null }, zhCN);
  // The park's own seven columns come first; what is not known of them is empty.
  expect(text.startsWith('\ufeff政策标题,资助额度,申报时间,扶持内容,办理方式,申报导航,政策联系电话,层级,')).toBe(true);
  expect(text).toContain(`办法 第一条,至少 12万元,,"'=HYPERLINK(""x"")",,,,园区,,第一条,`);
  expect(text).toContain(`,第一条,"'=HYPERLINK(""x"")",符合,"甲,乙",现金奖补,120000.00,上限待定,120000.00\r\n`);
});

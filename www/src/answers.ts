/** What people type into a question, and the value that goes into the profile. */

import { money, moneyRange, plainYuan, readMoney, type TypedMoney } from './amounts';
import type { Strings } from './i18n';
import type { Field, Question } from './types';

/** A profile value that answers a question; `null` is the full answer «不清楚». */
export type Answer = string | boolean | string[] | ListItem[] | null;

/** One record of a list: its columns by name; a column left out is unknown. */
export type ListItem = Record<string, string | boolean | string[]>;

export type Read = { ok: true; value: Exclude<Answer, null>; echo: string | null } | { ok: false; message: string };

/** Reads the text of an input of the question's type. */
export function read(question: Question, text: string, t: Strings): Read {
  const trimmed = halfWidth(text).trim();
  if (!trimmed) return { ok: false, message: t.ask.neededText };
  switch (question.type) {
    case 'money': {
      const typed = readMoney(trimmed);
      if (!typed) return { ok: false, message: t.ask.badMoney(text.trim()) };
      const units = { ...t.money, yi: '亿元', wan: '万元', yuan: '元', sign: '' };
      const value = typed.low === typed.high
        ? money(typed.low, units).replace(/,/g, '')
        : `${money(typed.low, units)}至${money(typed.high, units)}`.replace(/,/g, '');
      return { ok: true, value, echo: echo(typed, t) };
    }
    case 'ratio': {
      const match = /^(-?\d+(?:\.\d+)?)\s*([%‰])?$/.exec(trimmed.replace(/,/g, ''));
      if (!match) return { ok: false, message: t.ask.badNumber(text.trim()) };
      const value = `${match[1]}${match[2] ?? '%'}`;
      return { ok: true, value, echo: t.ask.reads(value) };
    }
    case 'quantity': {
      const unit = question.unit ?? '';
      const bare = trimmed.replace(/,/g, '');
      const digits = unit && bare.endsWith(unit) ? bare.slice(0, -unit.length).trim() : bare;
      if (!/^-?\d+(\.\d+)?$/.test(digits)) return { ok: false, message: t.ask.badNumber(text.trim()) };
      return { ok: true, value: `${digits}${unit}`, echo: t.ask.reads(`${digits} ${unit}`.trim()) };
    }
    case 'date': {
      const match = /^(\d{4})(?:[-/.年])?(\d{1,2})(?:[-/.月])?(\d{1,2})[日号]?$/.exec(trimmed);
      const day = match && isoDay(Number(match[1]), Number(match[2]), Number(match[3]));
      return day ? { ok: true, value: day, echo: t.ask.reads(weekday(day, t)) } : { ok: false, message: t.ask.badDate(text.trim()) };
    }
    case 'year': {
      const match = /^(\d{4})年?$/.exec(trimmed);
      const year = match ? Number(match[1]) : 0;
      if (year < 1900 || year > 2200) return { ok: false, message: t.ask.badYear(text.trim()) };
      return { ok: true, value: String(year), echo: null };
    }
    default:
      return { ok: true, value: trimmed, echo: null };
  }
}

/** Every digit of a large amount, so that a slip of a unit is seen. */
function echo({ low, high }: TypedMoney, t: Strings): string {
  const text = moneyRange(low, high, t.money);
  const digits = (value: bigint) => plainYuan(value).replace(/\.00$/, '');
  return low === high ? t.ask.readsMoney(text, digits(low)) : t.ask.readsMoney(text, `${digits(low)}–${digits(high)}`);
}

/** Is the question answered by choosing, not by typing? */
export function chosen(question: Question): boolean {
  return question.type === 'bool' || question.type === 'option' || question.type === 'options';
}

/** An answer for people. */
export function written(value: unknown, t: Strings): string {
  if (value === null || value === undefined) return t.ask.unsure;
  if (value === true || value === 'true') return t.ask.yes;
  if (value === false || value === 'false') return t.ask.no;
  if (Array.isArray(value)) return value.length ? value.map((item) => written(item, t)).join(t.list) : t.ask.noneOfThese;
  if (typeof value === 'object') {
    return `(${Object.entries(value).map(([key, item]) => `${key} ${written(item, t)}`).join(t.list)})`;
  }
  const text = String(value);
  const typed = /[元万亿]/.test(text) ? readMoney(text) : null;
  return typed ? moneyRange(typed.low, typed.high, t.money) : text;
}

/** The text that an input shows again for a value of the profile. */
export function draft(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).replace(/%$/, '') : '';
}

/**
 * A question for a key of an imported profile: `产值[2025年]` belongs to the field 产值, `已获(park-x#y)` to what was paid
 * before, `历年最高(产值)` to the best year so far.
 */
export function questionOf(key: string, fields: readonly Field[], benefits: ReadonlyMap<string, string>, t: Strings): Question | null {
  const call = /^(已获|历年最高)[(\uff08](.+)[)\uff09]$/.exec(key);
  if (call) {
    const [benefit, period] = call[2]!.split(/[,\uff0c]/) as [string, string?];
    const name = benefits.get(benefit.trim());
    if (call[1] === '已获' && name) {
      const asked = t.ask.received(name, period?.trim() === '本年');
      return { ...AWARD, key, name: asked, group: t.ask.awards, question: asked };
    }
    const field = fields.find((f) => f.name === benefit || f.id === benefit);
    if (call[1] !== '历年最高' || !field) return null;
    const { yearly: _, ...shared } = field;
    return { ...shared, key, name: key, year: null, question: t.ask.highest(field.name), decides: 0, at_stake: null };
  }
  const match = /^(.*?)\[(\d{4})年?\]$/.exec(key);
  const name = match ? match[1]! : key;
  const year = match ? Number(match[2]) : null;
  const field = fields.find((f) => f.name === name || f.id === name);
  if (!field) return null;
  const { yearly: _, ...shared } = field;
  return { ...shared, key, year, question: year ? `${year}年度:${field.question}` : field.question, decides: 0, at_stake: null };
}

const AWARD: Omit<Question, 'key' | 'name' | 'group' | 'question'> = {
  year: null, type: 'money', unit: '万元', options: [], why: null, hint: null, effort: 2, decides: 0, at_stake: null,
};

function isoDay(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

/** `2026-12-05(周六)` */
export function weekday(day: string, t: Strings): string {
  return `${day}(${t.weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]})`;
}

function halfWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

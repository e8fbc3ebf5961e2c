/** The report as files: a table, data that can be computed again, a calendar, a page. All of it made here. */

import type { GuideBook } from './guide-book';
import type { Strings } from './i18n';
import { formRow } from './parts/park-form';
import type { CalculationReport, Profile } from './types';

/** Comma-separated, with the mark that makes office programs read it as UTF-8: the park's seven columns, then ours. */
export function csv(report: CalculationReport, book: GuideBook, t: Strings): string {
  const head = [
    ...Object.values(t.parkForm.columns),
    t.search.facet.level, t.policy.docNumber, t.report.clause, t.policy.benefit, t.report.result,
    t.report.reason, t.report.totalKind, `${t.report.totalLow}(${t.money.yuan})`, `${t.report.totalHigh}(${t.money.yuan})`,
    `${t.report.counted}(${t.money.yuan})`,
  ];
  const rows = report.clauses.map((result) => {
    const { id, level, citation, name, verdict, reason, amount } = result;
    const form = formRow(report, result, book, t);
    return [
      form.title, form.amount, form.time, form.content, form.channel, form.navigation, form.phone,
      level ? t.level[level] : '', citation.doc_number ?? '', citation.label, name, t.verdict[verdict], reason,
      amount ? t.kind[amount.kind] : '', amount?.low ?? '', amount ? amount.high ?? t.report.noCap : '',
      report.counted[id]?.low ?? amount?.low ?? '',
    ];
  });
  return `\ufeff${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A cell that begins like a formula is made text: spreadsheets would run it. */
function cell(text: string): string {
  const safe = /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Answers and result together: whoever has the pack of that edition can compute it again. */
export function json(report: CalculationReport, profile: Profile): string {
  return `${JSON.stringify({ profile, report }, null, 2)}\n`;
}

/** A day to remember. */
export interface CalendarEvent { uid: string; day: string; title: string; note: string | null }

/** An iCalendar file (RFC 5545): whole days, a reminder a week and a day before, lines folded at 75 octets. */
export function calendar(name: string, events: readonly CalendarEvent[], stamp: Date): string {
  const compact = (day: string) => day.replace(/-/g, '');
  const next = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const at = `${stamp.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const alarm = (title: string, before: string) =>
    ['BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${escaped(title)}`, `TRIGGER:-${before}`, 'END:VALARM'];
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//policy-finder//zh-CN', 'METHOD:PUBLISH', `X-WR-CALNAME:${escaped(name)}`,
    ...events.flatMap(({ uid, day, title, note }) => [
      'BEGIN:VEVENT', `UID:${escaped(uid)}`, `DTSTAMP:${at}`, `DTSTART;VALUE=DATE:${compact(day)}`,
      `DTEND;VALUE=DATE:${compact(next(day))}`, `SUMMARY:${escaped(title)}`,
      ...(note === null ? [] : [`DESCRIPTION:${escaped(note)}`]), ...alarm(title, 'P7D'), ...alarm(title, 'P1D'), 'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** At most 75 octets a line; a character is never cut. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > 75) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}

/** The report as a page of its own, as it is printed: no script, nothing loaded from elsewhere. */
export function page(report: Element, frame: Element, css: string, title: string): string {
  const copy = report.cloneNode(true) as Element;
  for (const element of copy.querySelectorAll('.screen-only, button:not(.cell), input, form')) element.remove();
  for (const anchor of copy.querySelectorAll('a')) anchor.replaceWith(...anchor.childNodes);
  const shell = document.createElement('div');
  shell.className = frame.className;
  shell.append(copy);
  const head = document.createElement('title');
  head.textContent = title;
  return `<!doctype html>\n<html lang="${frame.getAttribute('lang') ?? 'zh-CN'}"><head><meta charset="utf-8">`
    + `<meta name="viewport" content="width=device-width, initial-scale=1">${head.outerHTML}<style>`
    + `body{margin:0 auto;padding:24px;max-width:1072px}${css}</style></head><body>${shell.outerHTML}</body></html>\n`;
}

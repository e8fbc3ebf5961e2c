import { html, nothing, svg, type TemplateResult } from 'lit';
import { weekday } from '../answers';
import { periodOf } from '../guide';
import type { GuideBook } from '../guide-book';
import type { CalculationReport, Period } from '../types';
import type { Finder } from '../views/view';
import { daysBetween, plusDays, Workdays } from '../workdays';
import { link } from './link';

interface Row {
  name: string; policy: string; from: string | null; to: string;
  kind: Period | 'valid';
}

/** Days before and after today that the picture spans at least and at most. */
const BEFORE = 30;
const LEAST = 90;
const MOST = 540;
/** A deadline that passed longer ago is no news. */
const PAST = 120;

/**
 * 申报期 and validity on a line with today: a table whose middle column is drawn, so that the days stand beside the bars
 * for eyes, screen readers and paper alike.
 */
export function timeline(finder: Finder, report: CalculationReport, book: GuideBook | null): TemplateResult | typeof nothing {
  const { t } = finder;
  const today = report.as_of;
  const rows = book ? rowsOf(report, book) : [];
  if (!rows.length) return nothing;
  const days = (day: string) => daysBetween(today, day);
  const ends = rows.map(({ to }) => days(to)).filter((day) => day > 0 && day <= MOST);
  const low = Math.max(Math.min(-BEFORE, ...rows.map(({ from, to }) => days(from ?? to) - 14)), -PAST - 30);
  const high = Math.max(LEAST, ...ends) + 14;
  const at = (day: number) => `${(Math.min(Math.max((day - low) / (high - low), 0), 1) * 100).toFixed(2)}%`;
  const width = (from: number, to: number) => `${((Math.min(to, high) - Math.max(from, low)) / (high - low) * 100).toFixed(2)}%`;
  const months = monthsBetween(plusDays(today, low), plusDays(today, high));
  const step = Math.ceil(months.length / (finder.width === 'narrow' ? 3 : 4));
  const grid = (height: number) => svg`${months.map((day) => svg`<line class="month" x1=${at(days(day))} x2=${at(days(day))} y1="0" y2=${height}></line>`)}
    <line class="today" x1=${at(0)} x2=${at(0)} y1="0" y2=${height}></line>`;
  const workdays = new Workdays(book!.service?.calendar ?? []);
  return html`<section class="timeline">
    <h3 id="timeline-title">${t.timeline.title}</h3>
    <p class="muted">${t.timeline.note(weekday(today, t))}</p>
    <table aria-labelledby="timeline-title">
      <thead><tr><th scope="col">${t.timeline.matter}</th>
        <td class="span" aria-hidden="true"><svg width="100%" height="24" focusable="false">
          ${months.filter((_, i) => i % step === 0).map((day) => svg`<text class="axis" x=${at(days(day))} y="16">${monthName(day)}</text>`)}
        </svg></td>
        <th scope="col" class="days">${t.timeline.days}</th></tr></thead>
      <tbody>${rows.map((row) => {
        // Where the first day was not found the bar begins today: it claims no more than is known.
        const from = row.from !== null ? days(row.from) : row.kind === 'closed' ? days(row.to) - 7 : 0;
        const style = row.kind === 'valid' ? 'valid' : row.kind === 'closed' ? 'closed' : row.kind === 'upcoming' ? 'upcoming' : 'open';
        return html`<tr>
          <th scope="row">${link(finder, { view: 'policy', id: row.policy, clause: null }, row.name)}</th>
          <td class="span" aria-hidden="true"><svg width="100%" height="28" focusable="false">
            ${grid(28)}<rect class=${style} x=${at(from)} y="8" width=${width(from, days(row.to))} height="12" rx="2"></rect>
          </svg></td>
          <td class="days">${words(row)}</td>
        </tr>`;
      })}</tbody>
    </table>
    <p class="legend" aria-hidden="true">
      ${(['open', 'upcoming', 'closed', 'valid'] as const).filter((kind) => rows.some((row) => row.kind === kind)).map((kind) => html`<span><svg
        width="26" height="14"><rect class=${kind} x="1" y="1" width="24" height="12" rx="2"></rect></svg>${t.timeline.kinds[kind]}</span>`)}
      <span><svg width="6" height="16"><line class="today" x1="3" x2="3" y1="0" y2="16"></line></svg>${t.timeline.today}</span>
    </p>
  </section>`;

  function words({ kind, from, to }: Row): unknown {
    if (kind === 'valid') return t.timeline.validUntil(to);
    if (kind === 'closed') return t.timeline.closed(to);
    const span = from === null ? t.timeline.until(to) : t.timeline.span(from, to);
    if (kind === 'upcoming') return span;
    const left = workdays.between(today, to);
    return html`${span}${t.comma}<strong>${t.apply.left(left.days)}</strong>${left.published ? nothing : html` <span class="unpublished">${t.apply.unpublished}</span>`}`;
  }
}

/** What can be applied for or may be, then until when the texts of certain grants are in force. */
function rowsOf(report: CalculationReport, book: GuideBook): Row[] {
  const verdicts = new Map(report.clauses.map(({ id, verdict }) => [id, verdict]));
  const rows: Row[] = [];
  for (const { guide, page, index } of book.guides) {
    const concerned = guide.benefits.some((id) => ['met', 'unknown', 'manual'].includes(verdicts.get(id) ?? ''));
    const facts = book.service?.guides[page.id]?.[index];
    if (!concerned || !facts?.closes) continue;
    const kind = periodOf(facts.opens ?? null, facts.closes, false, report.as_of);
    if (kind === 'closed' && daysBetween(facts.closes, report.as_of) > PAST) continue;
    rows.push({ name: guide.item, policy: page.id, from: facts.opens ?? null, to: facts.closes, kind });
  }
  const granted = new Set(report.clauses.filter(({ verdict }) => verdict === 'met' || verdict === 'unknown').map(({ policy }) => policy));
  for (const id of granted) {
    const page = book.pages.get(id);
    if (page?.expires && page.expires >= report.as_of && daysBetween(report.as_of, page.expires) <= MOST) {
      rows.push({ name: page.title, policy: id, from: null, to: page.expires, kind: 'valid' });
    }
  }
  const order = ['open', 'upcoming', 'valid', 'closed'];
  return rows.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.to < b.to ? -1 : 1)).slice(0, 24);
}

/** First days of the months inside a span. */
function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  let [year, month] = from.split('-').map(Number) as [number, number];
  for (;;) {
    month = month === 12 ? (year++, 1) : month + 1;
    const day = `${year}-${String(month).padStart(2, '0')}-01`;
    if (day > to) return months;
    months.push(day);
  }
}

/** `2026-03`; the same in every language. */
const monthName = (day: string) => day.slice(0, 7);

import { html, nothing, type TemplateResult } from 'lit';
import { guideOf, type GuideBook } from '../guide-book';
import type { Strings } from '../i18n';
import type { CalculationReport, ClauseResult } from '../types';
import type { Finder } from '../views/view';
import { amountText } from './amount';
import { clauseLabel } from './citation';
import { link, web } from './link';

/** One line of the park's own 测算报告: its seven columns, in its order. What was not found is empty. */
export interface FormRow {
  title: string; amount: string; time: string; content: string; channel: string; navigation: string; phone: string;
}

export function formRow(report: CalculationReport, result: ClauseResult, book: GuideBook | null, t: Strings): FormRow {
  const guide = book && guideOf(book, result);
  const page = book?.pages.get(result.policy);
  const counted = report.counted[result.id] ?? result.amount;
  const kind = counted && counted.kind !== 'cash' ? `${t.kind[counted.kind]} ` : '';
  const text = page?.clauses.find(({ clause }) => clause === result.clause)?.text.split('\n').join(' ').trim() ?? '';
  return {
    title: `${result.citation.title} ${clauseLabel(result.citation.label)}`.trim(),
    amount: counted ? `${kind}${amountText(counted, t)}` : t.report.toBeDecided,
    time: guide?.window ?? guide?.deadline ?? '',
    content: text ? `${result.name}${t.colon}${text}` : result.name,
    channel: guide?.channel ? t.channel[guide.channel] : '',
    navigation: guide ? [guide.item, guide.url ?? guide.place, guide.process.join(' → ')].filter(Boolean).join(t.list) : '',
    phone: guide?.phone ?? page?.contact ?? '',
  };
}

/** The park's form: what certainly fits, then, unfolded, what may fit. */
export function parkForm(
  finder: Finder, report: CalculationReport, book: GuideBook | null, unfolded: boolean, unfold: (open: boolean) => void,
): TemplateResult | typeof nothing {
  const { t } = finder;
  const met = report.clauses.filter(({ verdict }) => verdict === 'met');
  const open = report.clauses.filter(({ verdict }) => verdict === 'unknown' || verdict === 'manual');
  if (!met.length && !open.length) return nothing;
  const { columns } = t.parkForm;
  const said = (text: unknown) => text || html`<span class="muted">${t.parkForm.notFound}</span>`;
  const table = (rows: readonly ClauseResult[], caption: string) => html`<table class="plain park-form">
    <caption class="unseen">${caption}</caption>
    <thead><tr>${Object.values(columns).map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map((result) => {
      const row = formRow(report, result, book, t);
      const guide = book && guideOf(book, result);
      return html`<tr>
        <th scope="row">${link(finder, { view: 'policy', id: result.policy, clause: result.clause.slice(result.clause.indexOf('#') + 1) }, row.title)}</th>
        <td data-label=${columns.amount} class="figure">${row.amount}</td>
        <td data-label=${columns.time}>${said(row.time)}</td>
        <td data-label=${columns.content}>${row.content}</td>
        <td data-label=${columns.channel}>${said(row.channel)}</td>
        <td data-label=${columns.navigation}>${guide ? html`${guide.item}${guide.place ? html`<br />${guide.place}` : nothing}${
          guide.url ? html`<br />${web(finder, guide.url)}` : nothing}` : said('')}</td>
        <td data-label=${columns.phone}>${said(row.phone)}</td>
      </tr>`;
    })}</tbody>
  </table>`;
  return html`<section class="park-forms">
    <h3>${t.parkForm.title}</h3>
    <p class="muted">${t.parkForm.note}</p>
    ${met.length ? table(met, t.report.groups.met) : html`<p>${t.parkForm.noneMet}</p>`}
    ${open.length
      ? html`<details class="why" ?open=${unfolded} @toggle=${(event: Event) => {
          if (!finder.printing) unfold((event.target as HTMLDetailsElement).open);
        }}><summary>${t.parkForm.open(open.length)}</summary>${
          unfolded ? table(open, t.report.groups.unknown) : nothing}</details>`
      : nothing}
  </section>`;
}

import { html, nothing, type TemplateResult } from 'lit';
import { weekday, written } from '../answers';
import { LATER, merge, type Placed } from '../guide';
import type { Commitment, FormField, GuideItem, GuideReport, Matter, Paper, Service } from '../types';
import type { Finder } from '../views/view';
import { amountText } from './amount';
import { badge } from './badge';
import { citation, clauseLink } from './citation';
import { download } from './download';
import { link } from './link';

const TONES: Record<GuideItem['period'], string> = {
  open: 'met', upcoming: 'unknown', always: 'met', unknown: '', closed: 'unmet',
};

/** 一次办好: several benefits chosen, one list of papers, one form, days, commitments. */
export class Application {
  private readonly left = new Set<string>();
  private applicant: Commitment['applicant'] = 'enterprise';

  constructor(private readonly finder: Finder) {}

  forget(): void {
    this.left.clear();
    this.applicant = 'enterprise';
  }

  render(guides: readonly Placed[], service: Service | null): TemplateResult {
    const { finder, left } = this;
    const { t, session } = finder;
    const granted = session.report!.clauses.filter(({ verdict }) => verdict === 'met');
    const chosen = granted.filter(({ id }) => !left.has(id)).map(({ id }) => id);
    const ground = { service, guides, report: session.report!, fields: session.fields, profile: session.profile };
    const report = merge(ground, chosen, finder.asOf);
    const all = merge(ground, granted.map(({ id }) => id), finder.asOf);
    return html`<section class="application">
      <div class="clauses-head"><h3>${t.apply.title(chosen.length)}</h3>
        <button class="button small screen-only" @click=${() => window.print()}>${t.report.print}</button></div>
      <p class="muted">${t.apply.intro}</p>
      ${this.renderChoice(all.matters)}
      ${chosen.length ? html`
        ${this.renderItems(report)} ${this.renderPapers(report)} ${this.renderForm(report)}
        ${this.renderDepartments(report)} ${this.renderCommitment(report)}` : nothing}
    </section>`;
  }

  private renderChoice(matters: readonly Matter[]): TemplateResult {
    const { finder, left } = this;
    const { t } = finder;
    return html`<fieldset class="matters">
      <legend class="unseen">${t.apply.choose}</legend>
      ${matters.map(({ benefit, name, citation: cite, amount }) => html`<div class="matter ${left.has(benefit) ? 'off' : ''}">
        <label class="tick"><input type="checkbox" .checked=${!left.has(benefit)} @change=${(event: Event) => {
          if ((event.target as HTMLInputElement).checked) left.delete(benefit);
          else left.add(benefit);
          finder.redraw();
        }} /><span class="tick-name">${name}</span></label>
        <span class="matter-source">${citation(finder, cite)}</span>
        <span class="amount">${amount && amount.kind !== 'cash' ? html`<small>${t.kind[amount.kind]}</small>` : nothing}${
          amount ? amountText(amount, t) : t.report.toBeDecided}</span>
      </div>`)}
    </fieldset>`;
  }

  private renderItems(report: GuideReport): TemplateResult {
    const { finder } = this;
    const { t } = finder;
    const names = new Map(report.matters.map(({ benefit, name }) => [benefit, name]));
    return html`<section>
      <h4>${t.apply.items(report.items.length)}</h4>
      ${report.items.length ? html`<ol class="duties" role="list">
        ${report.items.map((item, at) => html`<li>
          <span class="duty-number">${at + 1}</span>
          <div>
            <p class="duty-name"><strong>${item.guide.item}</strong>
              ${item.guide.channel ? badge(t.channel[item.guide.channel], 'level') : nothing}
              ${badge(t.apply.period[item.period], TONES[item.period])}</p>
            <p>${this.days(item)}</p>
            <p class="muted">${[item.departments.join(t.list), item.guide.phone ?? item.contact, item.guide.place].filter(Boolean).join(' · ')}
              ${clauseLink(finder, item.policy, item.guide.clause, t.report.original)}</p>
          </div>
        </li>`)}
      </ol>` : nothing}
      ${report.unguided.length
        ? html`<p class="notice">${t.apply.unguided}${report.unguided.map((id) => names.get(id) ?? id).join(t.list)}</p>` : nothing}
    </section>`;
  }

  /** When to hand in and when an answer is due, in working days where they are known. */
  private days(item: GuideItem): TemplateResult {
    const { t } = this.finder;
    const { apply } = t;
    const until = item.closes ? weekday(item.closes, t) : '';
    const when = item.period === 'open'
        ? item.closes && item.working_days_left !== null ? html`${apply.closes(until)}${t.comma}<strong>${apply.left(item.working_days_left)}</strong>` : apply.opened
      : item.period === 'upcoming' ? apply.opens(weekday(item.opens!, t))
      : item.period === 'closed' ? apply.closed(until)
      : item.guide.window ?? item.guide.deadline ?? apply.unknownDays;
    return html`${when}${t.stop}${item.guide.time_limit
      ? html`${t.guide.timeLimit} ${item.guide.time_limit}${item.due ? html`${t.comma}${apply.due(weekday(item.due, t))}` : nothing}${t.stop}` : nothing}${
      item.published ? nothing : html` <span class="unpublished">${apply.unpublished}</span>`}`;
  }

  private renderPapers(report: GuideReport): TemplateResult | typeof nothing {
    const { t } = this.finder;
    const { materials } = report;
    if (!materials.length) return nothing;
    const shared = materials.filter(({ items }) => items > 1).length;
    const later = materials.some(({ required }) => required === LATER);
    return html`<section>
      <h4>${t.apply.papers(materials.length, shared)}</h4>
      <table class="plain papers">
        <thead><tr><th scope="col">${t.apply.paper}</th><th scope="col">${t.apply.need}</th><th scope="col">${t.apply.form}</th>
          <th scope="col">${t.apply.usedFor}</th></tr></thead>
        <tbody>${materials.map((paper) => html`<tr>
          <th scope="row">${paper.name}${paper.items > 1 ? html` ${badge(t.apply.shared, 'level')}` : nothing}</th>
          <td data-label=${t.apply.need}>${this.need(paper)}</td>
          <td data-label=${t.apply.form}>${details(paper).join(t.list) || html`<span class="muted">${t.apply.unsaid}</span>`}</td>
          <td data-label=${t.apply.usedFor}>${[...new Set(paper.uses.map(({ item }) => item + 1))].join(t.list)}</td>
        </tr>`)}</tbody>
      </table>
      <p class="muted">${later ? t.apply.laterNote : t.apply.laterUnknown}</p>
    </section>`;
  }

  private need({ required }: Paper): unknown {
    const { t } = this.finder;
    return required === 'true' ? t.guide.required : required === 'false' ? t.guide.optional
      : required === LATER ? badge(t.apply.later, 'unknown') : required ?? html`<span class="muted">${t.apply.unsaid}</span>`;
  }

  private renderForm(report: GuideReport): TemplateResult | typeof nothing {
    const { t, session } = this.finder;
    if (!report.fields.length) return nothing;
    const texts = new Set(session.fields.filter(({ type }) => type === 'text').map(({ name }) => name));
    const typed = report.fields.filter(({ name }) => texts.has(name));
    const answered = report.fields.filter(({ name }) => !texts.has(name));
    return html`<section>
      <h4>${t.apply.formTitle}</h4>
      <p class="muted">${t.apply.formNote}</p>
      <div class="applicant">${typed.map((field) => this.renderInput(field))}</div>
      <dl class="answers">${answered.map((field) => this.renderAnswer(report, field))}</dl>
    </section>`;
  }

  /** Who applies: typed here, printed on form and commitment, kept in the page alone. */
  private renderInput({ name, answers }: FormField): TemplateResult {
    const { finder } = this;
    const { session } = finder;
    const field = session.fields.find((known) => known.name === name)!;
    const value = typeof answers[0]?.value === 'string' ? answers[0].value : '';
    const key = session.answered.find((given) => given === name || given === field.id) ?? name;
    const notes = session.report!.notes.filter((note) => note.key === key);
    const id = `applicant-${field.id}`;
    return html`<div class="applicant-field">
      <label for=${id}>${name}</label>
      <input id=${id} type="text" autocomplete="off" maxlength="100" inputmode=${finder.kiosk ? 'none' : 'text'}
        .value=${value} aria-describedby="${id}-note" @change=${(event: Event) => {
          const text = (event.target as HTMLInputElement).value.trim();
          void (text ? session.answer(key, text) : session.remove(key));
        }} />
      <p class="hint" id="${id}-note" role="status">${notes.length ? html`<span class="doubt">${notes[0]!.message}</span>` : field.hint ?? nothing}</p>
    </div>`;
  }

  private renderAnswer(report: GuideReport, { name, answers }: FormField): TemplateResult {
    const { finder } = this;
    const { t, session } = finder;
    const yearly = session.fields.find((field) => field.name === name)?.yearly;
    const key = yearly ? `${name}[${session.report?.event_year ?? report.as_of.slice(0, 4)}年]` : name;
    return html`<div><dt>${name}</dt>
      <dd class=${answers.length ? '' : 'muted'}>${answers.length
        ? answers.map(({ year, value }, i) => html`${i ? t.list : nothing}${year ? html`${t.ask.year(Number(year))} ` : nothing}${written(value, t)}`)
        : t.apply.blank}</dd>
      <dd class="row-actions screen-only">${link(finder, { view: 'ask', key }, t.ask.change, 'textual', t.ask.changeOf(name))}</dd></div>`;
  }

  private renderDepartments({ departments, items }: GuideReport): TemplateResult | typeof nothing {
    const { t } = this.finder;
    if (!departments.length) return nothing;
    return html`<section>
      <h4>${t.policy.department}</h4>
      <ul class="bullets">${departments.map((department) => html`<li><strong>${department.name}</strong>
        ${department.contacts.join(t.list)}
        <span class="muted">${department.items.map((at) => items[at]!.guide.item).join(t.list)}</span></li>`)}</ul>
    </section>`;
  }

  private renderCommitment(report: GuideReport): TemplateResult | typeof nothing {
    const { finder } = this;
    const { t } = finder;
    const shown = report.commitments.find(({ applicant }) => applicant === this.applicant) ?? report.commitments[0];
    if (!shown) return nothing;
    const text = (commitment: Commitment) => html`<article class="paper" aria-label=${commitment.title}>
      <h5>${commitment.title}</h5>
      ${commitment.text.map((paragraph) => paragraph === '{申报事项}'
        ? html`<ol>${report.matters.map(({ name, citation: cite, amount }) => html`<li>${name}
            <span class="muted">《${cite.title}》${cite.label}</span>${t.colon}${amount ? amountText(amount, t) : t.report.toBeDecided}</li>`)}</ol>`
        : html`<p>${paragraph}</p>`)}
    </article>
    ${commitment.note ? html`<p class="muted">${commitment.note}</p>` : nothing}`;
    return html`<section class="commitment">
      <h4>${t.apply.commitment}</h4>
      ${report.commitments.length > 1 ? html`<div class="lanes screen-only" role="group" aria-label=${t.apply.commitment}>
        ${report.commitments.map(({ applicant }) => html`<button class="chip" aria-pressed=${applicant === shown.applicant ? 'true' : 'false'}
          @click=${() => {
            this.applicant = applicant;
            finder.redraw();
          }}>${t.apply.applicant[applicant]}</button>`)}
        ${finder.kiosk ? nothing : html`<button class="button small" @click=${() =>
          download(`${shown.title}.txt`, 'text/plain', plain(shown, report, t.report.toBeDecided, (amount) => amountText(amount, t)))}>${t.apply.save}</button>`}
      </div>` : nothing}
      ${text(shown)}
    </section>`;
  }
}

/** Form and copies as the guides say them, each once. */
function details(paper: Paper): string[] {
  return [...new Set(paper.uses.flatMap(({ form, copies }) => [form, copies]).filter((part): part is string => part !== null))];
}

/** The commitment as a text file. */
function plain(
  { title, text }: Commitment, { matters }: GuideReport, open: string, amount: (amount: NonNullable<Matter['amount']>) => string,
): string {
  const lines = text.flatMap((paragraph) => paragraph === '{申报事项}'
    ? matters.map(({ name, citation: cite, amount: sum }, at) => `  ${at + 1}. ${name}(《${cite.title}》${cite.label}):${sum ? amount(sum) : open}`)
    : [paragraph]);
  return `\ufeff${[title, '', ...lines].join('\r\n')}\r\n`;
}

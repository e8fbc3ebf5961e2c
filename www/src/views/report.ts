import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { written } from '../answers';
import { fen } from '../amounts';
import { guideBook, type GuideBook } from '../guide-book';
import { icon } from '../icons';
import { amountText, clauseAmount } from '../parts/amount';
import type { PolicyFinderError } from '../client';
import { AnswerForms } from '../parts/answer-form';
import { citation, clauseLabel, clauseLink, clausePart } from '../parts/citation';
import { CoverageStrip, VERDICTS } from '../parts/coverage';
import { download } from '../parts/download';
import { link } from '../parts/link';
import { parkForm } from '../parts/park-form';
import { timeline } from '../parts/timeline';
import { waterfall } from '../parts/waterfall';
import type { Route } from '../route';
import { print, screen } from '../styles';
import later from '../styles/later';
import type { CalculationReport, ClauseResult, Condition, ConditionPart, GroupResult, Question, Share, Verdict } from '../types';
import { skeleton } from './search';
import { View } from './view';

type ReportRoute = Extract<Route, { view: 'match' | 'calc' }>;

/** Questions shown before the rest is unfolded. */
const QUESTIONS = 3;
/** The place of the questions above the clauses; elsewhere a form's place is its clause. */
const OPEN = 'open';
/** Cases of an open clause that a brief report on paper shows. */
const CASES = 4;
/** Rows of a group shown before the rest is unfolded. */
const ROWS = 20;

/**
 * 看匹配 and 算金额: every clause of the pack once. Matching says which and why, with questions to answer in place;
 * the calculation adds the totals, how they come about and what was given up. On paper both are complete.
 */
export class ReportView extends View {
  private readonly forms = new AnswerForms(this.finder, (question, place) => this.answered(question, place));
  private readonly strip = new CoverageStrip(this.finder, (result) => void this.show(result.id));
  private readonly open = new Set<string>();
  private groups = new Set<Verdict>(['met', 'unknown']);
  private readonly whole = new Set<Verdict>();
  /** On paper, the workings of what is refused or not in force as well. */
  private workings = false;
  private allQuestions = false;
  /** Keys of the questions above the clauses, as they stand. */
  private asked: string[] = [];
  private find = '';
  private book: GuideBook | null = null;
  private formOpen = false;

  title(route: ReportRoute): string {
    return route.view === 'match' ? this.t.report.matchTitle : this.t.report.calcTitle;
  }

  enter(route: ReportRoute): void {
    const ready = this.finder.session.report ? Promise.resolve() : this.finder.session.start();
    if (route.benefit) void ready.then(() => this.show(route.benefit!));
    void this.read().catch((error: PolicyFinderError) => this.finder.failed(error));
  }

  /** Guides and texts for the columns and the time line; the report is there before them. */
  private async read(): Promise<GuideBook> {
    const book = await guideBook(this.finder.engine, this.finder.asOf);
    if (this.book !== book) {
      this.book = book;
      this.finder.redraw();
    }
    return book;
  }

  forget(): void {
    this.forms.forget();
    this.open.clear();
    this.whole.clear();
    this.groups = new Set(['met', 'unknown']);
    this.find = '';
    this.workings = false;
    this.allQuestions = false;
    this.asked = [];
    this.book = null;
    this.formOpen = false;
  }

  private unfold(open: boolean): void {
    if (this.formOpen === open) return;
    this.formOpen = open;
    this.finder.redraw();
  }

  /** Unfolds a clause and puts the focus on it. */
  private async show(id: string): Promise<void> {
    const result = this.finder.session.report?.clauses.find((clause) => clause.id === id);
    if (!result) return;
    this.find = '';
    this.unfoldRow(result);
    this.finder.redraw();
    await this.finder.rendered();
    const row = this.finder.root().querySelector<HTMLElement>(`[data-benefit="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.querySelector<HTMLElement>('summary')?.focus({ preventScroll: true });
  }

  private unfoldRow({ id, verdict }: ClauseResult): void {
    this.open.add(id);
    this.groups.add(verdict);
    this.whole.add(verdict);
  }

  /** The form that had the focus is gone: its successor gets it, or the clause whose verdict it decided. */
  private answered(question: Question, place: string): void {
    const { session, t } = { session: this.finder.session, t: this.t };
    const cash = session.report?.totals.find(({ kind }) => kind === 'cash');
    const { met, unknown, unmet } = session.report!.summary;
    this.finder.say(
      cash ? `${t.report.updated(amountText(cash, t))}${t.comma}${t.report.counts(met, unknown, unmet)}`
        : t.report.counts(met, unknown, unmet),
    );
    // A row that the visitor is still typing in stays in sight, wherever the answer has put it.
    const row = place !== OPEN && this.forms.held(place).length ? session.report!.clauses.find(({ id }) => id === place) : null;
    if (row) this.unfoldRow(row);
    this.finder.redraw();
    void this.finder.rendered().then(() => {
      const form = (this.finder.root() as ShadowRoot).activeElement?.closest<HTMLElement>('[data-question]');
      // Who is at the next question already stays there.
      if (form && form.dataset['question'] !== question.key) return;
      const next = this.finder.root().querySelector(`[data-place="${CSS.escape(place)}"]`);
      if (next) next.querySelector<HTMLElement>('input, button')?.focus();
      else if (place !== OPEN) void this.show(place);
    });
  }

  render(route: ReportRoute): TemplateResult {
    const { t, finder } = this;
    const report = finder.session.report;
    if (!report) return skeleton(t.loading.calculating);
    const calc = route.view === 'calc';
    return html`<div class="report" part="report">
      ${this.renderHead(route, report)}
      ${this.renderFigures(report)}
      ${finder.session.empty ? this.renderEmpty() : nothing}
      ${this.strip.render(report)}
      ${calc || finder.printing ? html`${this.renderTotals(report)}${waterfall(report, t)}${this.renderCombination(report)}${
        timeline(finder, report, this.book)}${parkForm(finder, report, this.book, finder.printing ? this.workings : this.formOpen, (open) => this.unfold(open))}` : nothing}
      ${calc ? nothing : this.renderQuestions()}
      ${this.renderClauses(report)}
      ${calc || finder.printing ? this.renderProfile(report) : nothing}
    </div>`;
  }

  private renderHead(route: ReportRoute, report: CalculationReport): TemplateResult {
    const { t, finder } = this;
    const best = finder.session.open[0];
    return html`<div class="report-head">
      <h2 tabindex="-1">${this.title(route)}</h2>
      <p class="facts">
        <span>${report.pack.edition ? t.report.pack(report.pack.name, report.pack.edition) : report.pack.name}</span>
        <span>${t.report.asOf(report.as_of)}</span>
        <span>${t.report.eventYear(report.event_year)}</span>
      </p>
      <p class="print-only">${t.reference}</p>
      <div class="actions screen-only">
        ${best && !finder.session.empty ? link(finder, { view: 'ask', key: best.key }, t.report.continue, 'button primary') : nothing}
        ${finder.session.empty ? nothing : link(finder, { view: 'check' }, t.report.edit, 'button')}
        ${finder.kiosk ? nothing : html`<button class="button" @click=${() => window.print()}>${icon('print')} ${t.report.print}</button>`}
        ${finder.kiosk ? nothing : html`<details class="menu">
          <summary class="button">${t.report.export}</summary>
          <div>
            <button @click=${() => void this.savePage(report)}>${t.report.exportHtml}</button>
            <button @click=${async () => this.save(report, 'csv', 'text/csv', (await exports()).csv(report, await this.read(), t))}>${t.report.exportCsv}</button>
            <button @click=${async () => this.save(report, 'json', 'application/json', (await exports()).json(report, finder.session.profile))}>${t.report.exportJson}</button>
          </div>
        </details>`}
      </div>
      ${finder.kiosk ? nothing : html`<label class="tick screen-only"><input type="checkbox" .checked=${this.workings} @change=${(event: Event) => {
        this.workings = (event.target as HTMLInputElement).checked;
        finder.redraw();
      }} /><span class="tick-name">${t.report.printAll}</span></label>`}
    </div>`;
  }

  private save(report: CalculationReport, extension: string, type: string, text: string): void {
    download(`${this.t.report.calcTitle}-${report.as_of}.${extension}`, type, text);
    this.finder.root().querySelector('.menu')?.removeAttribute('open');
  }

  /** The page is taken from what is printed, with everything unfolded. */
  private async savePage(report: CalculationReport): Promise<void> {
    const { finder } = this;
    await this.read();
    const { workings } = this;
    // A file has room for all.
    this.workings = true;
    finder.printing = true;
    finder.redraw();
    await finder.rendered();
    const root = finder.root();
    const text = (await exports()).page(
      root.querySelector('.report')!, root.querySelector('.frame')!, screen + later + print, this.t.report.calcTitle,
    );
    this.workings = workings;
    finder.printing = false;
    finder.redraw();
    this.save(report, 'html', 'text/html', text);
  }

  private renderEmpty(): TemplateResult {
    const { t, finder } = this;
    return html`<div class="notice screen-only">
      <strong>${t.report.emptyTitle}</strong>
      <p>${t.report.emptyBody}</p>
      <p>${link(finder, { view: 'ask', key: null }, t.report.answer, 'button primary')}</p>
    </div>`;
  }

  private renderFigures(report: CalculationReport): TemplateResult {
    const { t } = this;
    const cash = report.totals.find(({ kind }) => kind === 'cash');
    const figure = (verdict: Verdict) => html`<div class="figure-cell">
      <dt>${t.verdict[verdict]}</dt>
      <dd><span class="number">${report.summary[verdict]}</span> ${t.report.unit}</dd>
    </div>`;
    return html`<dl class="figures">
      <div class="figure-cell wide">
        <dt>${t.report.figures.cash}</dt>
        <dd>
          <span class="number">${amountText({ low: cash?.low ?? '0.00', high: cash?.low ?? '0.00' }, t)}</span>
          <small>${t.report.certain}${
            cash && cash.high === null ? html`${t.comma}${t.report.noCap}`
            : cash && cash.high !== cash.low ? html`${t.comma}${t.report.upTo(amountText({ low: cash.high!, high: cash.high }, t))}`
            : nothing}</small>
        </dd>
      </div>
      ${figure('met')} ${figure('unknown')} ${figure('manual')} ${figure('unmet')} ${figure('inactive')}
    </dl>`;
  }

  private renderTotals(report: CalculationReport): TemplateResult | typeof nothing {
    const { t } = this;
    const totals = report.totals.filter(({ low, high }) => high === null || fen(high) > 0n || fen(low) > 0n);
    if (!totals.length) return nothing;
    return html`<section class="totals">
      <h3>${t.report.totals}</h3>
      <p class="muted">${t.report.totalsNote}</p>
      <table class="plain">
        <thead><tr><th scope="col">${t.report.totalKind}</th><th scope="col" class="figure">${t.report.totalLow}</th>
          <th scope="col" class="figure">${t.report.totalHigh}</th></tr></thead>
        <tbody>
          ${totals.map(({ kind, low, high }) => html`<tr>
            <th scope="row">${t.kind[kind]}<span class="muted kind-note">${t.kindNote[kind]}</span></th>
            <td class="figure" data-label=${t.report.totalLow}>${amountText({ low, high: low }, t)}</td>
            <td class="figure" data-label=${t.report.totalHigh}>${high === null ? t.report.noCap : amountText({ low: high, high }, t)}</td>
          </tr>`)}
        </tbody>
      </table>
    </section>`;
  }

  private renderCombination(report: CalculationReport): TemplateResult | typeof nothing {
    const { t, finder } = this;
    const groups = report.groups.filter((group) => group.chosen.length || group.given_up.length);
    if (!groups.length) return nothing;
    const names = new Map(report.clauses.map((clause) => [clause.id, clause.name]));
    // A choice among clauses none of which is certain yet decides nothing: it waits folded.
    const met = new Set(report.clauses.filter(({ verdict }) => verdict === 'met').map(({ id }) => id));
    const decided = groups.filter((group) => group.chosen.some((id) => met.has(id)));
    const waiting = groups.filter((group) => !decided.includes(group));
    const list = (ids: readonly string[]) => ids.map((id, i) => html`${i ? t.list : nothing}${
      link(finder, { view: 'calc', benefit: id }, names.get(id) ?? id)}`);
    return html`<section class="combination">
      <h3>${t.report.combination}</h3>
      <p class="muted">${t.report.combinationNote}</p>
      ${decided.length ? this.renderGroups(decided, list) : nothing}
      ${waiting.length
        ? html`<details class="why" ?open=${finder.printing && this.workings}><summary>${t.report.combinationOpen(waiting.length)}</summary>
            ${this.renderGroups(waiting, list)}</details>`
        : nothing}
    </section>`;
  }

  private renderGroups(groups: readonly GroupResult[], list: (ids: readonly string[]) => unknown): TemplateResult {
    const { t, finder } = this;
    return html`<ul class="groups" role="list">
        ${groups.map((group) => html`<li>
          <h4>${group.name || group.text}</h4>
          ${group.name ? html`<p>${group.text}</p>` : nothing}
          <dl>
            ${group.chosen.length ? html`<div><dt>${t.report.chosen}</dt><dd>${list(group.chosen)}</dd></div>` : nothing}
            ${group.given_up.length ? html`<div><dt>${t.report.dropped}</dt><dd>${list(group.given_up)}</dd></div>` : nothing}
          </dl>
          <p>${clauseLink(finder, group.policy, group.clause, t.report.original)}</p>
        </li>`)}
      </ul>`;
  }

  private renderQuestions(): TemplateResult | typeof nothing {
    const { t, finder } = this;
    const open = finder.session.open;
    if (!open.length || finder.session.empty) return nothing;
    const shown = this.inPlace(this.allQuestions ? open : open.slice(0, QUESTIONS));
    return html`<section class="open-questions screen-only">
      <h3>${t.report.questions}</h3>
      <p class="muted">${t.report.questionsNote}</p>
      <ol role="list">
        ${repeat(shown, (question) => question.key, (question) => html`<li>${this.forms.render(question, 'inline', OPEN)}</li>`)}
      </ol>
      ${shown.length < open.length
        ? html`<button class="button small" @click=${() => {
            this.allQuestions = true;
            finder.redraw();
          }}>${t.report.moreQuestions(open.length - shown.length)}</button>`
        : nothing}
    </section>`;
  }

  /** The best questions in their order; one that is being answered keeps its place among them. */
  private inPlace(best: Question[]): Question[] {
    const held = this.forms.held(OPEN);
    const shown = best.filter(({ key }) => !held.includes(key));
    this.asked.forEach((key, at) => {
      const question = held.includes(key) ? this.finder.session.question(key) : null;
      if (question) shown.splice(at, 0, question);
    });
    shown.length = Math.min(shown.length, Math.max(best.length, held.length));
    this.asked = shown.map(({ key }) => key);
    return shown;
  }

  private renderClauses(report: CalculationReport): TemplateResult {
    const { t, finder } = this;
    const find = this.find.trim();
    const matches = (clause: ClauseResult) => !find || clause.name.includes(find) || clause.citation.title.includes(find);
    const found = report.clauses.filter(matches);
    return html`<section class="clauses">
      <div class="clauses-head">
        <h3>${t.report.clauses}</h3>
        <input
          class="find screen-only"
          type="search"
          autocomplete="off"
          aria-label=${t.report.find}
          placeholder=${t.report.find}
          .value=${this.find}
          @input=${(event: Event) => {
            this.find = (event.target as HTMLInputElement).value;
            finder.redraw();
          }}
        />
      </div>
      ${found.length ? nothing : html`<p class="muted">${t.report.noMatch}</p>`}
      ${VERDICTS.map((verdict) => this.renderGroup(report, verdict, found.filter((clause) => clause.verdict === verdict)))}
    </section>`;
  }

  private renderGroup(report: CalculationReport, verdict: Verdict, clauses: ClauseResult[]): TemplateResult | typeof nothing {
    const { t, finder } = this;
    if (!clauses.length) return nothing;
    const brief = finder.printing && !this.workings;
    const everything = finder.printing || this.whole.has(verdict);
    const open = this.groups.has(verdict) || finder.printing || this.find.trim() !== '';
    const sorted = verdict === 'unmet' ? [...clauses].sort((a, b) => Number(b.near_miss !== null) - Number(a.near_miss !== null)) : clauses;
    const rows = everything ? sorted : sorted.slice(0, ROWS);
    return html`<details
      class="group ${verdict}"
      ?open=${open}
      @toggle=${(event: Event) => {
        if (finder.printing || event.target !== event.currentTarget) return;
        if ((event.target as HTMLDetailsElement).open) this.groups.add(verdict);
        else this.groups.delete(verdict);
        finder.redraw();
      }}
    >
      <summary><h4>${icon(verdict)} ${t.report.groups[verdict]} <span class="count">${t.report.groupCount(clauses.length)}</span></h4></summary>
      ${open
        ? html`<p class="muted ${verdict === 'unknown' ? 'screen-only' : ''}">${t.report.groupNotes[verdict]}</p>
            ${brief && verdict === 'unmet' ? this.renderLines(rows)
              : brief && verdict === 'inactive' ? this.renderNames(rows)
              : html`<ul class="rows" role="list">
                  ${repeat(rows, (clause) => clause.id, (clause) => this.renderClause(report, clause))}
                </ul>`}
            ${rows.length < clauses.length
              ? html`<button class="button small more" @click=${() => {
                  this.whole.add(verdict);
                  finder.redraw();
                }}>${t.report.showAll(clauses.length)}</button>`
              : nothing}`
        : nothing}
    </details>`;
  }

  /** On paper: what is refused, each with the one reason that decides. */
  private renderLines(clauses: readonly ClauseResult[]): TemplateResult {
    return html`<ul class="lines" role="list">${clauses.map(({ id, name, citation, reason, near_miss }) => html`<li data-benefit=${id}>
      <strong>${name}</strong> <span class="muted">${citation.title} ${clauseLabel(citation.label)}</span>
      <span>${near_miss?.text ?? reason}</span></li>`)}</ul>`;
  }

  /** On paper: what is not in force, by the policy that has lapsed or not begun. */
  private renderNames(clauses: readonly ClauseResult[]): TemplateResult {
    const policies = new Map<string, ClauseResult[]>();
    for (const clause of clauses) policies.set(clause.policy, [...policies.get(clause.policy) ?? [], clause]);
    return html`<ul class="lines" role="list">${[...policies.values()].map((own) => html`<li>
      <strong>${own[0]!.citation.title}</strong> <span class="muted">${own[0]!.reason}</span>
      <span>${own.map(({ id, name }, i) => html`${i ? this.t.list : nothing}<span data-benefit=${id}>${name}</span>`)}</span></li>`)}</ul>`;
  }

  private renderClause(report: CalculationReport, result: ClauseResult): TemplateResult {
    const { t, finder } = this;
    const open = this.open.has(result.id) || finder.printing;
    return html`<li>
      <details
        class="row ${result.verdict}"
        part="card"
        data-benefit=${result.id}
        ?open=${open}
        @toggle=${(event: Event) => {
          if (finder.printing) return;
          event.stopPropagation();
          if ((event.target as HTMLDetailsElement).open) this.open.add(result.id);
          else this.open.delete(result.id);
          finder.redraw();
        }}
      >
        <summary>
          <span class="mark" title=${t.verdict[result.verdict]}>${icon(result.verdict)}</span>
          <span class="row-text">
            <strong>${result.name}${result.near_miss ? html` <span class="badge unknown">${t.report.near}</span>` : nothing}</strong>
            <span class="muted row-policy">${result.citation.title} ${clauseLabel(result.citation.label)}</span>
            <span class="row-reason">${result.reason}</span>
            ${result.near_miss ? html`<span class="row-reason near">${result.near_miss.text}</span>` : nothing}
          </span>
          ${clauseAmount(result, report.counted[result.id], t)}
        </summary>
        ${open ? this.renderDetail(result) : nothing}
      </details>
    </li>`;
  }

  private renderDetail(result: ClauseResult): TemplateResult {
    const { t, finder } = this;
    // A question whose answer is being typed stays, even where it decides nothing any more.
    const questions = [...new Set([...result.missing, ...this.forms.held(result.id)])]
      .map((key) => finder.session.question(key))
      .filter((question): question is Question => question !== null && !(question.key in finder.session.profile));
    // On paper what is open needs its conditions, and the first of what it may come to.
    const brief = finder.printing && !this.workings && result.verdict !== 'met';
    const own = brief ? result.trace.filter(({ form }) => !['condition', 'veto', 'reading'].includes(form)) : result.trace;
    const cases = brief ? own.filter(({ form }) => form === 'case') : [];
    const left = Math.max(0, cases.length - CASES);
    const steps = left ? own.filter((step) => !cases.slice(CASES).includes(step)) : own;
    return html`<div class="detail ${brief ? 'brief' : ''}">
      ${questions.length && !finder.printing
        ? html`<section class="screen-only"><h5>${t.report.answerHere}</h5>
            ${repeat(questions, ({ key }) => key, (question) => this.forms.render(question, 'inline', result.id))}</section>`
        : nothing}
      ${result.conditions.length
        ? html`<section><h5>${t.report.conditions}</h5>${this.renderConditions(result)}</section>`
        : nothing}
      ${steps.length
        ? html`<section><h5>${t.report.steps}</h5>
            <ol class="steps">
              ${steps.map((step) => html`<li>${step.text} ${
                step.clause === result.clause ? nothing : clauseLink(finder, result.policy, step.clause, t.report.original)}</li>`)}
            </ol>
            ${left ? html`<p class="muted">${t.report.moreCases(left)}</p>` : nothing}</section>`
        : nothing}
      ${result.saving
        ? html`<section><h5>${t.report.saving}</h5><p>${amountText(result.saving, t)}</p></section>` : nothing}
      ${this.renderShares(t.report.pay, result.pay)} ${this.renderShares(t.report.payers, result.payers)}
      ${result.readings.length
        ? html`<section class="readings"><h5>${t.report.readings}</h5>
            ${result.readings.map((reading) => html`<p>${reading.ask}<br />${t.report.readingTook}${t.colon}${reading.took}${
              reading.other ? html`<br />${t.report.readingOther}${t.colon}${reading.other}` : nothing}</p>`)}</section>`
        : nothing}
      <p class="source"><span class="muted">${t.report.cite}</span> ${citation(finder, result.citation)}</p>
    </div>`;
  }

  private renderShares(heading: string, shares: readonly Share[]): TemplateResult | typeof nothing {
    if (!shares.length) return nothing;
    return html`<section><h5>${heading}</h5>
      <ul class="bullets">${shares.map(({ name, share, low, high }) => html`<li>${name} ${share} ${amountText({ low, high }, this.t)}</li>`)}</ul>
    </section>`;
  }

  /** What must hold, and what must not: a list inside a list, each leaf with its mark and a way to the very sentence. */
  private renderConditions(result: ClauseResult): TemplateResult {
    const { t } = this;
    const branch = (name: string, conditions: readonly Condition[]) => conditions.length
      ? html`<li><span class="branch">${name}</span>
          <ul class="conditions" role="list">${conditions.map((condition) => this.renderCondition(result, condition))}</ul></li>`
      : nothing;
    return html`<ul class="condition-tree" role="list">
      ${branch(t.report.mustHold, result.conditions.filter(({ veto }) => !veto))}
      ${branch(t.report.mustNotHold, result.conditions.filter(({ veto }) => veto))}
    </ul>`;
  }

  private renderCondition(result: ClauseResult, condition: Condition): TemplateResult {
    const { t, finder } = this;
    return html`<li class=${condition.outcome}>
      <span class="mark" role="img" aria-label=${condition.veto
        ? { met: t.report.vetoFree, unmet: t.report.vetoHolds, unknown: t.report.vetoOpen }[condition.outcome]
        : t.verdict[condition.outcome]}>${icon(condition.outcome)}</span>
      <div>
        ${condition.text}
        ${this.renderParts(condition)}
        <span class="condition-facts">
          ${this.renderFacts(condition)}
          ${link(finder, { view: 'policy', id: result.policy, clause: clausePart(condition.clause), words: condition.text }, t.report.sentence, 'cite')}
        </span>
      </div>
    </li>`;
  }

  private renderFacts({ required, given, gap }: ConditionPart): unknown {
    const { t } = this;
    const facts: [string, string | null][] = [[t.report.required, required], [t.report.given, given], [t.report.gap, gap]];
    return facts.filter(([, value]) => value).map(([name, value]) => html`<span>${name} <b>${value}</b></span>`);
  }

  /** 且, 或, 非: what the condition is joined of, each with its own mark. */
  private renderParts({ joined, parts }: ConditionPart): TemplateResult | typeof nothing {
    const { t } = this;
    if (!joined || !parts) return nothing;
    return html`<span class="branch">${t.report.joined[joined]}</span>
      <ul class="conditions parts" role="list">${parts.map((part) => html`<li class=${part.outcome}>
        <span class="mark" role="img" aria-label=${t.verdict[part.outcome]}>${icon(part.outcome)}</span>
        <div>${part.text} ${this.renderParts(part)}
          ${part.parts ? nothing : html`<span class="condition-facts">${this.renderFacts(part)}</span>`}</div>
      </li>`)}</ul>`;
  }

  private renderProfile(report: CalculationReport): TemplateResult | typeof nothing {
    const { t, finder } = this;
    const { session } = finder;
    if (session.empty) return nothing;
    return html`<section class="profile">
      <h3>${t.report.profile}</h3>
      <dl class="answers">
        ${Object.entries(session.profile).map(([key, value]) => html`<div><dt>${key}</dt><dd>${written(value, t)}</dd></div>`)}
      </dl>
      ${report.notes.length
        ? html`<h4>${t.report.notes}</h4>
            <ul class="bullets">${report.notes.map((note) => html`<li>${note.key}${t.colon}${note.message}</li>`)}</ul>`
        : nothing}
    </section>`;
  }
}

/** Made when they are asked for: few visitors take files along. */
const exports = () => import('../exports');

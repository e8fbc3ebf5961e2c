import { html, nothing, type TemplateResult } from 'lit';
import { written } from '../answers';
import { fen, money } from '../amounts';
import { icon } from '../icons';
import { amountText } from '../parts/amount';
import { AnswerForms } from '../parts/answer-form';
import { verdictBadge } from '../parts/badge';
import { VERDICTS } from '../parts/coverage';
import { download } from '../parts/download';
import { link } from '../parts/link';
import type { Route } from '../route';
import type { CalculationReport, ClauseResult, Profile, Question } from '../types';
import { skeleton } from './search';
import { View } from './view';

type AskRoute = Extract<Route, { view: 'ask' | 'check' }>;

/** The questionnaire: one question a page in the engine's order, then the answers to check. */
export class QuestionsView extends View {
  private readonly forms = new AnswerForms(this.finder, (question) => this.next(question));
  private route: AskRoute | null = null;
  private fromCheck = false;
  private undo: { profile: Profile; text: string } | null = null;
  private faults: Map<string, string> | null = null;
  private importError = false;
  private award = '';

  title(route: AskRoute): string {
    return route.view === 'check' ? this.t.ask.checkTitle : this.t.ask.title;
  }

  enter(route: AskRoute): void {
    this.route = route;
    if (route.view === 'check') this.fromCheck = false;
    if (!this.finder.session.report) void this.finder.session.start();
  }

  forget(): void {
    this.forms.forget();
    this.undo = null;
    this.faults = null;
    this.importError = false;
    this.award = '';
    this.fromCheck = false;
    this.route = null;
  }

  /** After an answer: back to the list it was changed from, else the next best question, else the answers. */
  private next(answered: Question): void {
    const { finder } = this;
    const { session } = finder;
    // The visitor may have gone elsewhere while the engine was at work.
    if (this.route?.view !== 'ask' || this.route.key !== answered.key || !finder.showing(this)) return;
    this.undo = null;
    const best = session.open[0];
    if (this.fromCheck || !best) finder.go({ view: 'check' });
    else finder.go({ view: 'ask', key: best.key });
  }

  render(route: AskRoute): TemplateResult {
    const { session } = this.finder;
    if (!session.report) return skeleton(this.t.loading.calculating);
    if (route.view === 'check') return this.renderCheck();
    const question = route.key ? session.question(route.key) : null;
    return question ? this.renderQuestion(question) : this.renderStart();
  }

  private renderStart(): TemplateResult {
    const { t, finder } = this;
    const { session } = finder;
    const best = session.open[0];
    return html`<section class="sheet">
      <h2 tabindex="-1">${t.ask.startTitle}</h2>
      <p>${t.ask.startBody(session.report!.summary.clauses)}</p>
      <ul class="bullets">${t.ask.startList.map((item) => html`<li>${item}</li>`)}</ul>
      ${this.renderYear()}
      <p class="privacy">${t.privacy}</p>
      <div class="actions">
        ${best ? link(finder, { view: 'ask', key: best.key }, session.empty ? t.ask.start : t.ask.resume, 'button primary') : nothing}
        ${session.empty ? nothing : link(finder, { view: 'check' }, t.report.edit, 'button')}
        ${this.renderImport()}
      </div>
      ${this.renderImportFaults()}
    </section>`;
  }

  /** An award for last year is asked for this year: its figures and its text are those of last year. */
  private renderYear(): TemplateResult {
    const { t, finder } = this;
    const { session } = finder;
    const now = Number(finder.asOf.slice(0, 4));
    const chosen = session.report!.event_year;
    const years = [now, now - 1, now - 2];
    return html`<p class="event-year">
      <label for="event-year">${t.ask.eventYear}</label>
      <select id="event-year" aria-describedby="event-year-hint" @change=${(event: Event) => {
        const year = Number((event.target as HTMLSelectElement).value);
        void session.forYear(year === now ? null : year).then(() => finder.say(t.report.eventYear(year)));
      }}>
        ${(years.includes(chosen) ? years : [...years, chosen]).map((year) =>
          html`<option value=${year} ?selected=${year === chosen}>${t.ask.year(year)}</option>`)}
      </select>
      <span class="hint" id="event-year-hint">${t.ask.eventYearHint}</span>
    </p>`;
  }

  private renderQuestion(question: Question): TemplateResult {
    const { t, finder } = this;
    const { session } = finder;
    const { summary, clauses } = session.report!;
    const answered = session.answered;
    const at = answered.indexOf(question.key);
    const previous = at < 0 ? answered[answered.length - 1] : answered[at - 1];
    const uses = clauses.filter((clause) => clause.missing.includes(question.key));
    const share = summary.clauses ? (session.settled / summary.clauses) * 100 : 0;
    return html`<div class="with-aside"><section class="sheet question">
      <div class="progress">
        <p>
          <strong>${t.ask.step((at < 0 ? answered.length : at) + 1)}</strong>
          <span>${t.ask.settled(session.settled, summary.clauses)}</span>
          <span class="muted">${session.open.length > 30 ? t.ask.anyTime : t.ask.open(session.open.length)}</span>
        </p>
        <svg class="progress-bar" width="100%" height="4" aria-hidden="true">
          <rect class="track" width="100%" height="4" /><rect class="done" width="${share}%" height="4" />
        </svg>
      </div>
      ${question.group ? html`<p class="question-group">${question.group}</p>` : nothing}
      ${this.forms.render(question, 'page', 'page')}
      ${question.why || uses.length
        ? html`<details class="why">
            <summary>${t.ask.why}</summary>
            ${question.why ? html`<p>${question.why}</p>` : nothing}
            ${question.decides
              ? html`<p>${t.ask.decides(question.decides)}${question.at_stake && fen(question.at_stake) > 0n
                  ? html`${t.comma}${t.ask.atStake(money(fen(question.at_stake), t.money))}` : nothing}${t.stop}</p>`
              : nothing}
            ${uses.length
              ? html`<p>${t.ask.uses}${t.colon}${uses.slice(0, 8).map((clause, i) => html`${i ? t.list : nothing}${
                  link(finder, { view: 'match', benefit: clause.id }, clause.name)}`)}${uses.length > 8 ? t.ask.moreUses(uses.length) : nothing}</p>`
              : nothing}
          </details>`
        : nothing}
      <div class="question-nav">
        ${previous ? link(finder, { view: 'ask', key: previous }, html`${icon('back')} ${t.ask.previous}`, 'textual') : nothing}
        ${answered.length ? link(finder, { view: 'check' }, t.report.edit, 'textual') : nothing}
        ${answered.length ? link(finder, { view: 'match', benefit: null }, html`${t.ask.results} ${icon('next')}`, 'textual') : nothing}
      </div>
      <p class="privacy">${t.privacy}</p>
    </section>${this.renderSoFar(session.report!)}</div>`;
  }

  /** What is known so far, beside the question where there is room. */
  private renderSoFar(report: CalculationReport): TemplateResult | typeof nothing {
    const { t, finder } = this;
    if (finder.width !== 'wide') return nothing;
    const cash = report.totals.find(({ kind }) => kind === 'cash');
    return html`<aside class="so-far" aria-label=${t.ask.soFar}>
      <h3>${t.ask.soFar}</h3>
      <dl>
        ${VERDICTS.map((verdict) => html`<div><dt>${verdictBadge(verdict, t)}</dt>
          <dd>${t.report.groupCount(report.summary[verdict])}</dd></div>`)}
        ${cash ? html`<div class="sum"><dt>${t.kind.cash}</dt><dd>${amountText(cash, t)}</dd></div>` : nothing}
      </dl>
    </aside>`;
  }

  private renderCheck(): TemplateResult {
    const { t, finder } = this;
    const { session } = finder;
    const groups = new Map<string, { key: string; name: string; value: unknown }[]>();
    for (const [key, value] of Object.entries(session.profile)) {
      const question = session.question(key);
      const group = question?.group ?? t.ask.otherGroup;
      const name = question ? `${question.year ? `${t.ask.year(question.year)}` : ''}${question.name}` : key;
      groups.set(group, [...(groups.get(group) ?? []), { key, name, value }]);
    }
    const notes = session.report?.notes ?? [];
    const best = session.open[0];
    return html`<section class="sheet check">
      <h2 tabindex="-1">${t.ask.checkTitle}</h2>
      <p class="muted">${session.empty ? t.ask.checkEmpty : t.ask.checkIntro}</p>
      ${this.undo
        ? html`<p class="notice" role="status">${this.undo.text}
            <button class="textual" @click=${() => {
              void session.replace(this.undo!.profile);
              this.undo = null;
            }}>${t.ask.restore}</button></p>`
        : nothing}
      ${this.renderImportFaults()}
      ${[...groups].map(([group, rows]) => html`<section>
        <h3>${group}</h3>
        <dl class="answers">
          ${rows.map(({ key, name, value }) => html`<div>
            <dt>${name}</dt>
            <dd class="${value === null ? 'muted' : ''}">${written(value, t)}</dd>
            <dd class="row-actions">
              ${session.question(key)
                ? html`<a href="#change" class="textual" aria-label=${t.ask.changeOf(name)} @click=${(event: Event) => {
                    event.preventDefault();
                    finder.go({ view: 'ask', key });
                    this.fromCheck = true;
                  }}>${t.ask.change}</a>`
                : nothing}
              <button class="textual" aria-label="${t.ask.remove} ${name}" @click=${() => {
                this.undo = { profile: session.profile, text: t.ask.removed(name) };
                this.forms.forget();
                void session.remove(key);
                finder.say(t.ask.removed(name));
              }}>${t.ask.remove}</button>
            </dd>
          </div>`)}
        </dl>
      </section>`)}
      ${this.renderAwards()}
      ${notes.length
        ? html`<section><h3>${t.report.notes}</h3>
            <ul class="bullets">${notes.map((note) => html`<li>${note.key}${t.colon}${note.message}</li>`)}</ul></section>`
        : nothing}
      <div class="actions">
        ${session.empty
          ? link(finder, { view: 'ask', key: null }, t.ask.start, 'button primary')
          : link(finder, { view: 'match', benefit: null }, t.ask.confirm, 'button primary')}
        ${!session.empty && best ? link(finder, { view: 'ask', key: best.key }, t.ask.resume, 'button') : nothing}
      </div>
      <div class="actions minor">
        ${session.empty || finder.kiosk ? nothing : html`<button class="button small" @click=${() =>
          download('profile.json', 'application/json', `${JSON.stringify(session.profile, null, 2)}\n`)}>${t.ask.export}</button>`}
        ${this.renderImport('small')}
        ${session.empty ? nothing : html`<button class="button small danger" @click=${() => {
          this.undo = { profile: session.profile, text: t.ask.cleared };
          this.forms.forget();
          void session.replace({});
          finder.say(t.ask.cleared);
        }}>${t.ask.startOver}</button>`}
      </div>
      <p class="privacy">${t.privacy}</p>
    </section>`;
  }

  /** What was paid before, by benefit: caps over years and differences need it, and nobody is asked for all of them. */
  private renderAwards(): TemplateResult {
    const { t, finder } = this;
    const { session } = finder;
    const policies = new Map<string, ClauseResult[]>();
    for (const clause of session.report!.clauses) {
      if (!clause.amount || `已获(${clause.id})` in session.profile) continue;
      policies.set(clause.citation.title, [...policies.get(clause.citation.title) ?? [], clause]);
    }
    return html`<details class="why awards">
      <summary>${t.ask.history}</summary>
      <p>${t.ask.historyNote}</p>
      <label for="award">${t.ask.whichAward}</label>
      <select id="award" @change=${(event: Event) => {
        this.award = (event.target as HTMLSelectElement).value;
        finder.redraw();
      }}>
        <option value="" ?selected=${this.award === ''}>${t.ask.choose}</option>
        ${[...policies].map(([title, clauses]) => html`<optgroup label=${title}>
          ${clauses.map(({ id, name }) => html`<option value=${id} ?selected=${this.award === id}>${name}</option>`)}
        </optgroup>`)}
      </select>
      <p><button class="button small" ?disabled=${this.award === ''} @click=${() => {
        const key = `已获(${this.award})`;
        this.award = '';
        finder.go({ view: 'ask', key });
        this.fromCheck = true;
      }}>${t.ask.addAward}</button></p>
    </details>`;
  }

  /** At a kiosk nobody has a file, and one that is saved would stay for the next visitor. */
  private renderImport(size = ''): TemplateResult | typeof nothing {
    const { t } = this;
    if (this.finder.kiosk) return nothing;
    return html`<label class="button file ${size}">
      ${t.ask.import}
      <input class="unseen" type="file" accept=".json,application/json" @change=${(event: Event) => void this.import(event)} />
    </label>`;
  }

  private async import(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    const { session } = this.finder;
    let profile: unknown;
    try {
      profile = JSON.parse(await file.text());
    } catch {
      profile = null;
    }
    this.importError = !profile || typeof profile !== 'object' || Array.isArray(profile);
    this.faults = null;
    if (!this.importError) {
      this.forms.forget();
      this.undo = null;
      const faults = await session.replace(profile as Profile);
      this.faults = faults.size ? faults : null;
      this.finder.say(this.t.ask.imported(session.answered.length));
      this.finder.go({ view: 'check' });
    }
    this.finder.redraw();
  }

  private renderImportFaults(): TemplateResult | typeof nothing {
    const { t, faults } = this;
    if (this.importError) return html`<p class="error" role="alert">${t.ask.importFailed}</p>`;
    if (!faults) return nothing;
    return html`<div class="notice error-summary" role="alert">
      <p>${t.ask.importFaults(faults.size)}</p>
      <ul>${[...faults].map(([key, message]) => html`<li><strong>${key}</strong> ${message}</li>`)}</ul>
    </div>`;
  }
}

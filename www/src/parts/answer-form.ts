import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { chosen, draft, read, type Answer } from '../answers';
import type { Question } from '../types';
import type { Finder } from '../views/view';
import { ListForms } from './list-form';

/** `place`: where the visitor is typing it, until it is sent. */
interface Draft { text: string; picked: Set<string>; error: string | null; place: string | null }

const YES = '是';
const NO = '否';
const NONE = '以上都没有';
const UNSURE = '不清楚';

/**
 * The form of one question, on a page of its own or in place among results. What is typed is kept until it is sent.
 *
 * «不清楚» is an answer like any other: the profile holds `null` and the question is not asked again.
 */
export class AnswerForms {
  private readonly drafts = new Map<string, Draft>();
  private readonly lists = new ListForms(this.finder, (question, value, place) => this.list(question, value, place));

  constructor(private readonly finder: Finder, private readonly answered: (question: Question, place: string) => void) {}

  forget(): void {
    this.drafts.clear();
    this.lists.forget();
  }

  /** Keys of the questions that the visitor is answering at this place: something is typed, or the form has the focus. */
  held(place: string): string[] {
    const form = (this.finder.root() as ShadowRoot).activeElement?.closest<HTMLElement>('[data-question]');
    const keys = [...this.drafts].filter(([, draft]) => draft.place === place).map(([key]) => key);
    if (form?.dataset['place'] === place) keys.push(form.dataset['question']!);
    return keys.filter((key) => !(key in this.finder.session.profile));
  }

  /** `place`: where the form stands; one question may stand at several places of a page. */
  render(question: Question, style: 'page' | 'inline', place: string): TemplateResult {
    const { t } = this.finder;
    if (question.type === 'list') return this.lists.render(question, style, place);
    const form = this.draft(question);
    const id = `${place}-${question.key}`.replace(/\s/g, '_');
    const error = form.error
      ? html`<p class="error" id="${id}-error" role="alert"><span class="unseen">${t.ask.error}${t.colon}</span>${form.error}</p>`
      : nothing;
    const title = style === 'page' ? html`<h2 tabindex="-1">${question.question}</h2>` : html`<span class="inline-question">${question.question}</span>`;
    const hint = question.hint ? html`<p class="hint" id="${id}-hint">${question.hint}</p>` : nothing;
    if (style === 'inline' && (question.type === 'bool' || (question.type === 'option' && question.options.length <= 6))) {
      return this.renderButtons(question, form, id, place);
    }
    const body = chosen(question)
      ? html`<fieldset aria-describedby="${id}-hint ${id}-error">
          <legend>${title}</legend>
          ${hint} ${error} ${this.renderChoices(question, form, id)}
        </fieldset>`
      : html`<label for=${id}>${title}</label>
          ${hint} ${error} ${this.renderInput(question, form, id, place)}`;
    return html`<form
      class="answer ${style} ${form.error ? 'wrong' : ''}"
      novalidate
      data-question=${question.key}
      data-place=${place}
      @submit=${(event: Event) => {
        event.preventDefault();
        this.submit(question, form, place);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault();
      }}
    >
      ${body}
      <div class="actions">
        <button class="button ${style === 'page' ? 'primary' : ''}">${style === 'page' ? t.ask.next : t.ask.confirmAnswer}</button>
        ${chosen(question) ? nothing : html`<button type="button" class="button" @click=${() => void this.send(question, form, null, place)}>
          ${t.ask.unsure}
        </button>`}
      </div>
    </form>`;
  }

  /** In place, a short choice is one press. */
  private renderButtons(question: Question, form: Draft, id: string, place: string): TemplateResult {
    const { t } = this.finder;
    const values: [string, Answer][] = question.type === 'bool'
      ? [[t.ask.yes, true], [t.ask.no, false]] : question.options.map((name) => [name, name]);
    return html`<div class="answer inline" role="group" aria-labelledby=${id} data-question=${question.key}
      data-place=${place}>
      <p class="inline-question" id=${id}>${question.question}</p>
      ${question.hint ? html`<p class="hint">${question.hint}</p>` : nothing}
      ${form.error ? html`<p class="error" role="alert">${form.error}</p>` : nothing}
      <div class="actions">
        ${values.map(([name, value]) => html`<button class="button" @click=${() => void this.send(question, form, value, place)}>${name}</button>`)}
        <button class="button unsure" @click=${() => void this.send(question, form, null, place)}>${t.ask.unsure}</button>
      </div>
    </div>`;
  }

  private renderChoices(question: Question, form: Draft, id: string): TemplateResult {
    const { t } = this.finder;
    const many = question.type === 'options';
    const exclusive = many && !question.options.some(isNone) ? [NONE] : [];
    const names = question.type === 'bool' ? [YES, NO] : [...question.options, ...exclusive];
    const label = (name: string) =>
      name === YES ? t.ask.yes : name === NO ? t.ask.no : name === NONE ? t.ask.noneOfThese : name;
    const choice = (name: string, text: unknown, last = false) => html`<label class="choice ${last ? 'unsure' : ''}">
      <input
        type=${many && name !== UNSURE ? 'checkbox' : 'radio'}
        name=${id}
        value=${name}
        .checked=${live(form.picked.has(name))}
        @change=${(event: Event) => this.pick(form, name, many, (event.target as HTMLInputElement).checked)}
      />
      <span>${text}</span>
    </label>`;
    return html`<div class="choices ${names.length > 6 ? 'many' : ''}">
      ${names.map((name) => choice(name, label(name)))}
      ${choice(UNSURE, html`${t.ask.unsure}<small>${t.ask.unsureHint}</small>`, true)}
    </div>`;
  }

  private renderInput(question: Question, form: Draft, id: string, place: string): TemplateResult {
    const { t } = this.finder;
    const result = form.text.trim() ? read(question, form.text, t) : null;
    const format =
      question.type === 'money' ? t.ask.moneyHint
      : question.type === 'ratio' ? t.ask.ratioHint
      : question.type === 'date' ? t.ask.dateHint
      : question.type === 'year' ? t.ask.yearHint
      : question.type === 'quantity' && question.unit ? t.ask.quantityHint(question.unit) : null;
    return html`
      ${format ? html`<p class="hint" id="${id}-format">${format}</p>` : nothing}
      <div class="typed">
        <input
          id=${id}
          type="text"
          inputmode=${this.finder.kiosk ? 'none' : question.type === 'quantity' || question.type === 'year' ? 'decimal' : 'text'}
          autocomplete="off"
          maxlength="60"
          aria-invalid=${form.error ? 'true' : 'false'}
          aria-describedby="${id}-hint ${id}-format ${id}-error ${id}-echo"
          .value=${live(form.text)}
          @input=${(event: Event) => {
            form.text = (event.target as HTMLInputElement).value;
            form.place = form.text.trim() ? place : null;
            form.error = null;
            this.finder.redraw();
          }}
        />
        ${question.unit ? html`<span class="unit">${question.unit}</span>` : nothing}
      </div>
      <p class="echo" id="${id}-echo" role="status">${result?.ok && result.echo ? result.echo : nothing}</p>
    `;
  }

  private pick(form: Draft, name: string, many: boolean, on: boolean): void {
    const alone = !many || name === UNSURE || isNone(name);
    if (!on) form.picked.delete(name);
    else if (alone) form.picked = new Set([name]);
    else form.picked = new Set([...form.picked, name].filter((other) => other !== UNSURE && !isNone(other)));
    form.error = null;
    this.finder.redraw();
  }

  private submit(question: Question, form: Draft, place: string): void {
    const { t } = this.finder;
    if (chosen(question)) {
      const names = [...form.picked];
      if (!names.length) this.refuse(question, form, t.ask.needed, place);
      else if (names[0] === UNSURE) void this.send(question, form, null, place);
      else if (question.type === 'bool') void this.send(question, form, names[0] === YES, place);
      else if (question.type === 'options') void this.send(question, form, names.filter((name) => name !== NONE), place);
      else void this.send(question, form, names[0]!, place);
      return;
    }
    const result = read(question, form.text, t);
    if (result.ok) void this.send(question, form, result.value, place);
    else this.refuse(question, form, result.message, place);
  }

  private async send(question: Question, form: Draft, value: Answer, place: string): Promise<void> {
    const { session } = this.finder;
    if (await session.answer(question.key, value)) {
      this.drafts.delete(question.key);
      this.answered(question, place);
    } else {
      this.refuse(question, form, session.faults.get(question.key) ?? this.finder.t.ask.neededText, place);
    }
  }

  /** Faults of the engine by place, or nothing when the list was taken. */
  private async list(question: Question, value: Answer, place: string): Promise<Map<string, string> | null> {
    const { session } = this.finder;
    if (await session.answer(question.key, value)) {
      this.answered(question, place);
      return null;
    }
    return session.faults;
  }

  private refuse(question: Question, form: Draft, message: string, place: string): void {
    form.error = message;
    this.finder.redraw();
    void this.finder.rendered().then(() => {
      const selector = `[data-place="${CSS.escape(place)}"][data-question="${CSS.escape(question.key)}"]`;
      this.finder.root().querySelector(selector)?.querySelector<HTMLElement>('input:checked, input, button')?.focus();
    });
  }

  private draft(question: Question): Draft {
    let form = this.drafts.get(question.key);
    if (!form) {
      const { profile } = this.finder.session;
      const value = profile[question.key];
      const known = question.key in profile;
      form = { text: draft(value), picked: new Set(known ? picked(question, value) : []), error: null, place: null };
      this.drafts.set(question.key, form);
    }
    return form;
  }
}

function picked(question: Question, value: unknown): string[] {
  if (value === null) return [UNSURE];
  if (question.type === 'bool') return [value === true || value === YES || value === 'true' ? YES : NO];
  if (question.type === 'options') {
    const names = Array.isArray(value) ? value.map(String) : String(value).split(/[、,,]/);
    return names.length ? names : [question.options.find(isNone) ?? NONE];
  }
  return [String(value)];
}

/** «None of these» in the words of a field's own options. */
function isNone(name: string): boolean {
  return name === '无' || /^(以上)?都(没|不)/.test(name);
}

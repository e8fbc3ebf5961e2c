import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { draft, read, type Answer, type ListItem } from '../answers';
import type { Field, Question } from '../types';
import type { Finder } from '../views/view';

/** What is typed into one record: by column the text, `是`, or the chosen option. */
type Row = Record<string, string>;

interface Draft { rows: Row[]; errors: Map<string, string> }

const YES = '是';
const NO = '否';

/**
 * A list of records: investments, loans, prizes. As many items as there are, every column may stay empty (unknown);
 * «一项也没有» is an answer, «不清楚» another.
 */
export class ListForms {
  private readonly drafts = new Map<string, Draft>();

  constructor(
    private readonly finder: Finder,
    private readonly send: (question: Question, value: Answer, place: string) => Promise<Map<string, string> | null>,
  ) {}

  forget(): void {
    this.drafts.clear();
  }

  render(question: Question, style: 'page' | 'inline', place: string): TemplateResult {
    const { finder } = this;
    const { t } = finder;
    const columns = this.columns(question);
    const form = this.draft(question, columns);
    const change = (work: () => void) => () => {
      work();
      finder.redraw();
    };
    return html`<form class="answer list-editor ${style}" novalidate data-question=${question.key} data-place=${place}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.submit(question, columns, form, place);
      }}>
      ${style === 'page' ? html`<h2 tabindex="-1">${question.question}</h2>` : html`<p class="inline-question">${question.question}</p>`}
      <p class="hint">${question.hint ? html`${question.hint} ` : nothing}${t.ask.list.note}</p>
      ${form.errors.has('') ? html`<p class="error" role="alert">${form.errors.get('')}</p>` : nothing}
      ${form.rows.map((row, at) => html`<fieldset class="item">
        <div class="item-head"><legend>${t.ask.list.item(at + 1)}</legend>
          <button type="button" class="textual" aria-label=${t.ask.list.drop(at + 1)}
            @click=${change(() => form.rows.splice(at, 1))}>${t.ask.remove}</button></div>
        <div class="columns">${columns.map((column) => this.renderColumn(question, column, row, at, form, place))}</div>
      </fieldset>`)}
      <p><button type="button" class="button small" @click=${change(() => form.rows.push({}))}>${
        form.rows.length ? t.ask.list.add : t.ask.list.first}</button></p>
      <div class="actions">
        ${form.rows.length ? html`<button class="button ${style === 'page' ? 'primary' : ''}">${style === 'page' ? t.ask.next : t.ask.confirmAnswer}</button>` : nothing}
        <button type="button" class="button" @click=${() => void this.answer(question, form, [], place)}>${t.ask.list.none}</button>
        <button type="button" class="button unsure" @click=${() => void this.answer(question, form, null, place)}>${t.ask.unsure}</button>
      </div>
    </form>`;
  }

  private renderColumn(question: Question, column: Field, row: Row, at: number, form: Draft, place: string): TemplateResult {
    const { t, kiosk, redraw } = { t: this.finder.t, kiosk: this.finder.kiosk, redraw: () => this.finder.redraw() };
    const id = `${place}-${question.key}-${at}-${column.id}`.replace(/\s/g, '_');
    const error = form.errors.get(`${at}.${column.name}`);
    const put = (event: Event) => {
      row[column.name] = (event.target as HTMLInputElement | HTMLSelectElement).value;
      form.errors.delete(`${at}.${column.name}`);
      redraw();
    };
    const text = row[column.name] ?? '';
    const options = column.type === 'bool' ? [YES, NO] : column.options;
    const typed = text.trim() && !options.length ? read(asked(column), text, t) : null;
    return html`<div>
      <label for=${id}>${column.name}${column.unit ? html` <span class="muted">(${column.unit})</span>` : nothing}</label>
      ${options.length
        ? html`<select id=${id} aria-invalid=${error ? 'true' : 'false'} aria-describedby="${id}-echo" @change=${put}>
            <option value="" ?selected=${text === ''}>${t.ask.unsure}</option>
            ${options.map((name) => html`<option value=${name} ?selected=${text === name}>${
              name === YES && column.type === 'bool' ? t.ask.yes : name === NO && column.type === 'bool' ? t.ask.no : name}</option>`)}
          </select>`
        : html`<input id=${id} type="text" autocomplete="off" maxlength="60" inputmode=${kiosk ? 'none' : 'text'}
            aria-invalid=${error ? 'true' : 'false'} aria-describedby="${id}-echo" .value=${live(text)} @input=${put} />`}
      <p class="echo ${error ? 'error' : ''}" id="${id}-echo" role="status">${error ?? (typed?.ok ? typed.echo : null) ?? nothing}</p>
    </div>`;
  }

  private async submit(question: Question, columns: readonly Field[], form: Draft, place: string): Promise<void> {
    const { t } = this.finder;
    form.errors.clear();
    const items = form.rows.map((row, at) => {
      const item: ListItem = {};
      for (const column of columns) {
        const text = (row[column.name] ?? '').trim();
        if (!text) continue;
        if (column.type === 'bool') item[column.name] = text === YES;
        else if (column.type === 'option') item[column.name] = text;
        else if (column.type === 'options') item[column.name] = text.split('、');
        else {
          const result = read(asked(column), text, t);
          if (result.ok) item[column.name] = result.value as string;
          else form.errors.set(`${at}.${column.name}`, result.message);
        }
      }
      if (!Object.keys(item).length && !columns.some(({ name }) => form.errors.has(`${at}.${name}`))) {
        form.errors.set(`${at}.${columns[0]!.name}`, t.ask.list.empty);
      }
      return item;
    });
    if (form.errors.size) this.refuse(question, place);
    else await this.answer(question, form, items, place);
  }

  private async answer(question: Question, form: Draft, value: ListItem[] | null, place: string): Promise<void> {
    const faults = await this.send(question, value, place);
    if (!faults) {
      this.drafts.delete(question.key);
      return;
    }
    // `贷款[2].本金`: the engine names item and column.
    for (const [key, message] of faults) {
      const match = /\[(\d+)\]\.(.+)$/.exec(key);
      form.errors.set(match ? `${Number(match[1]) - 1}.${match[2]}` : '', message);
    }
    this.refuse(question, place);
  }

  private refuse(question: Question, place: string): void {
    this.finder.redraw();
    void this.finder.rendered().then(() => {
      const selector = `[data-place="${CSS.escape(place)}"][data-question="${CSS.escape(question.key)}"]`;
      this.finder.root().querySelector(selector)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    });
  }

  private columns(question: Question): readonly Field[] {
    return this.finder.session.fields.find(({ name, id }) => name === question.name || id === question.key)?.items ?? [];
  }

  private draft(question: Question, columns: readonly Field[]): Draft {
    let form = this.drafts.get(question.key);
    if (!form) {
      const value = this.finder.session.profile[question.key];
      const rows = Array.isArray(value) ? value.map((item) => rowOf(item, columns)) : value === undefined ? [{}] : [];
      form = { rows, errors: new Map() };
      this.drafts.set(question.key, form);
    }
    return form;
  }
}

/** A column as a question of its own. */
function asked(column: Field): Question {
  const { yearly: _, items: _items, ...shared } = column;
  return { ...shared, key: column.name, year: null, decides: 0, at_stake: null };
}

function rowOf(item: unknown, columns: readonly Field[]): Row {
  const row: Row = {};
  for (const { name, id } of columns) {
    const value = (item as Record<string, unknown> | null)?.[name] ?? (item as Record<string, unknown> | null)?.[id];
    if (value === true || value === false) row[name] = value ? YES : NO;
    else if (Array.isArray(value)) row[name] = value.join('、');
    else row[name] = draft(value);
  }
  return row;
}

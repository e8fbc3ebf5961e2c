import { html, nothing, type TemplateResult } from 'lit';
import type { Suggestion } from '../types';
import type { Finder } from '../views/view';
import { marked } from './marked';

const LIMIT = 8;

/**
 * What a typed beginning may become, in a list below the search box: the editable combobox of the ARIA practices with
 * manual selection. The focus stays in the box; nothing is chosen by itself; a finger chooses as well as the arrows.
 */
export class SuggestBox {
  private list: Suggestion[] = [];
  private active = -1;
  private abort: AbortController | null = null;

  constructor(private readonly finder: Finder, private readonly choose: (suggestion: Suggestion) => void) {}

  get open(): boolean {
    return this.list.length > 0;
  }

  /** Attributes of the input that this list belongs to. */
  get activeId(): string | undefined {
    return this.active < 0 ? undefined : `suggestion-${this.active}`;
  }

  async ask(typed: string): Promise<void> {
    this.abort?.abort();
    const text = typed.trim();
    if (!text) {
      this.close();
      return;
    }
    const abort = (this.abort = new AbortController());
    let list: Suggestion[];
    try {
      list = await this.finder.engine.suggest(text, LIMIT, { signal: abort.signal });
    } catch {
      // A hint that does not come is missed by nobody; a broken engine is told of by the search itself.
      return;
    }
    if (abort.signal.aborted) return;
    this.list = list.filter((suggestion) => suggestion.text !== text);
    this.active = -1;
    if (this.open) this.finder.say(this.finder.t.search.suggested(this.list.length));
    this.finder.redraw();
  }

  close(): void {
    this.abort?.abort();
    this.abort = null;
    if (!this.open) return;
    this.list = [];
    this.active = -1;
    this.finder.redraw();
  }

  /** `true`: the key was for the list. */
  keydown(key: string): boolean {
    if (!this.open) return false;
    const { length } = this.list;
    if (key === 'ArrowDown') this.active = this.active + 1 >= length ? -1 : this.active + 1;
    else if (key === 'ArrowUp') this.active = this.active < 0 ? length - 1 : this.active - 1;
    else if (key === 'Escape') this.close();
    else if (key === 'Enter' && this.active >= 0) this.choose(this.list[this.active]!);
    else return false;
    this.finder.redraw();
    return true;
  }

  render(): TemplateResult | typeof nothing {
    const { t } = this.finder;
    if (!this.open) return nothing;
    return html`<ul id="suggestions" class="suggestions" role="listbox" aria-label=${t.search.suggestions}>
      ${this.list.map((suggestion, index) => html`<li
        id="suggestion-${index}"
        role="option"
        aria-selected=${index === this.active ? 'true' : 'false'}
        @pointerdown=${(event: Event) => event.preventDefault()}
        @click=${() => this.choose(suggestion)}
      >
        <span>${marked(suggestion.text, suggestion.marks)}</span>
        <span class="count">${t.search.suggestionKind[suggestion.kind]}${
          suggestion.kind === 'term' ? html` ${suggestion.policies}` : nothing}</span>
      </li>`)}
    </ul>`;
  }
}

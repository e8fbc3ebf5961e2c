import { html, nothing, type TemplateResult } from 'lit';
import type { Slip } from './slip';
import type { Finder } from './views/view';

export { default as css } from './styles/kiosk.css';

/** Seconds without a touch before the question, and for the answer (WCAG 2.2.1 asks for 20 at least). */
const IDLE = 90;
const COUNTDOWN = 30;

const LATIN = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const NUMBERS = ['789', '456', '123', '.0-'];

/** What a kiosk has and a page has not: keys on the screen, and an end after which nothing is left. */
export class Kiosk {
  /** Seconds left to say «I am still here»; null while nobody is asked. */
  left: number | null = null;
  private timer = 0;
  private input: HTMLInputElement | null = null;
  /** Asks on which paper; null while nobody prints. */
  private slip: Slip | null = null;
  /** The printer is at work. */
  private printed = false;
  /** What was begun for one visitor does not come to the next. */
  private visit = 0;

  constructor(private readonly finder: Finder, private readonly wipe: () => void) {}

  start(): void {
    this.touched();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.timer);
    this.left = null;
    this.forget();
  }

  private forget(): void {
    this.visit++;
    this.input = null;
    this.printed = false;
    this.closeSlip();
  }

  /** Somebody is here. */
  readonly touched = (): void => {
    clearTimeout(this.timer);
    if (this.left !== null) return;
    this.timer = window.setTimeout(() => this.ask(), IDLE * 1000);
  };

  readonly focused = (event: FocusEvent): void => {
    const target = event.target;
    const input = target instanceof HTMLInputElement && /^(text|search)$/.test(target.type) ? target : null;
    if (input === this.input) return;
    this.input = input;
    this.finder.redraw();
  };

  private ask(): void {
    this.left = COUNTDOWN;
    this.finder.redraw();
    this.timer = window.setInterval(() => {
      this.left!--;
      if (this.left! <= 0) this.end();
      else this.finder.redraw();
    }, 1000);
  }

  private stay(): void {
    clearInterval(this.timer);
    this.left = null;
    this.touched();
    this.finder.redraw();
  }

  end(): void {
    clearInterval(this.timer);
    this.left = null;
    this.forget();
    this.wipe();
    this.touched();
  }

  /** With a report there is a choice of paper; without one the view is printed as it is. */
  async print(): Promise<void> {
    const { report, empty } = this.finder.session;
    const visit = this.visit;
    if (!report || empty) {
      window.print();
      return;
    }
    const { Slip } = await import('./slip');
    const slip = await Slip.of(this.finder, report);
    if (visit !== this.visit) return;
    this.slip = slip;
    this.showDialog();
  }

  private showDialog(): void {
    this.finder.redraw();
    void this.finder.rendered().then(() => this.finder.root().querySelector<HTMLElement>('.dialog h2')?.focus());
  }

  /** `report`: the whole report, or what is on the screen, on A4. */
  private async printOn(paper: 'report' | 'slip'): Promise<void> {
    const { slip, visit } = this;
    const sheet = this.finder.root().querySelector<HTMLElement>('.slip');
    if (!slip || !sheet) return;
    addEventListener('afterprint', () => {
      this.closeSlip();
      if (visit !== this.visit) return;
      this.printed = true;
      this.showDialog();
    }, { once: true });
    if (paper === 'slip') {
      this.host.dataset['paper'] = 'slip';
      slip.print(sheet);
      return;
    }
    this.slip = null;
    if (this.finder.place.view !== 'calc') this.finder.go({ view: 'calc', benefit: null });
    this.finder.redraw();
    await this.finder.rendered();
    window.print();
  }

  private closeSlip(): void {
    this.slip?.forget();
    this.slip = null;
    delete this.host.dataset['paper'];
    this.finder.redraw();
  }

  private get host(): HTMLElement {
    return (this.finder.root() as ShadowRoot).host as HTMLElement;
  }

  private press(key: string): void {
    const { input } = this;
    if (!input) return;
    const start = input.selectionStart ?? input.value.length;
    const end = input.selectionEnd ?? start;
    if (key === 'Backspace') input.setRangeText('', start === end ? Math.max(0, start - 1) : start, end, 'end');
    else input.setRangeText(key, start, end, 'end');
    input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }

  renderKeyboard(): TemplateResult | typeof nothing {
    const { input } = this;
    if (!input) return nothing;
    const { kiosk, money } = this.finder.t;
    const numbers = input.closest('.typed') !== null;
    const key = (text: string, label = text, wide = false) => html`<button
      type="button" class="key ${wide ? 'wide' : ''}" tabindex="-1"
      @pointerdown=${(event: Event) => event.preventDefault()}
      @click=${() => this.press(text)}>${label}</button>`;
    return html`<div class="keyboard ${numbers ? 'numbers' : ''}" role="group" aria-label=${kiosk.keyboard}>
      ${(numbers ? NUMBERS : LATIN).map((row) => html`<div>${[...row].map((letter) => key(letter))}</div>`)}
      <div>
        ${numbers ? [money.yi, money.wan, money.yuan].map((unit) => key(unit, unit, true)) : key(' ', kiosk.space, true)}
        ${key('Backspace', kiosk.backspace, true)}
        <button type="button" class="key wide" tabindex="-1" @click=${() => {
          input.blur();
          this.input = null;
          this.finder.redraw();
        }}>${kiosk.hide}</button>
      </div>
      ${numbers ? nothing : html`<p>${kiosk.pinyin}</p>`}
    </div>`;
  }

  renderDialog(): TemplateResult | typeof nothing {
    const { kiosk } = this.finder.t;
    if (this.left === null) return this.slip ? this.renderPapers(this.slip) : this.printed ? this.renderPrinted() : nothing;
    return html`<div class="veil"><div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="idle-title">
      <h2 id="idle-title">${kiosk.stillHere}</h2>
      <p>${kiosk.wipeIn(this.left)}</p>
      <div class="actions">
        <button class="button primary" @click=${() => this.stay()}>${kiosk.stay}</button>
        <button class="button" @click=${() => this.end()}>${kiosk.end}</button>
      </div>
    </div></div>`;
  }

  private renderPapers(slip: Slip): TemplateResult {
    const { kiosk } = this.finder.t;
    return html`<div class="veil"><div class="dialog paper-choice" role="dialog" aria-modal="true" aria-labelledby="papers-title">
      <h2 id="papers-title" tabindex="-1">${kiosk.papers}</h2>
      <div class="actions">
        <button class="button primary" @click=${() => void this.printOn('slip')}>${kiosk.paperSlip}</button>
        <button class="button primary" @click=${() => void this.printOn('report')}>${kiosk.paperReport}</button>
        <button class="button" @click=${() => this.closeSlip()}>${kiosk.cancel}</button>
      </div>
      <div class="slip-preview" tabindex="0">${slip.render()}</div>
    </div></div>`;
  }

  private renderPrinted(): TemplateResult {
    const { kiosk } = this.finder.t;
    return html`<div class="veil"><div class="dialog" role="dialog" aria-modal="true" aria-labelledby="printed-title">
      <h2 id="printed-title" tabindex="-1">${kiosk.printed}</h2>
      <p>${kiosk.printedBody}</p>
      <div class="actions">
        <button class="button primary" @click=${() => this.end()}>${kiosk.end}</button>
        <button class="button" @click=${() => {
          this.printed = false;
          this.finder.redraw();
        }}>${kiosk.stay}</button>
      </div>
    </div></div>`;
  }
}

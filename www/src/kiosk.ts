import { html, nothing, type TemplateResult } from 'lit';
import type { Strings } from './i18n';

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

  constructor(
    private readonly strings: () => Strings,
    private readonly changed: () => void,
    private readonly wipe: () => void,
  ) {}

  start(): void {
    this.touched();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.timer);
    this.left = null;
    this.input = null;
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
    this.changed();
  };

  private ask(): void {
    this.left = COUNTDOWN;
    this.changed();
    this.timer = window.setInterval(() => {
      this.left!--;
      if (this.left! <= 0) this.end();
      else this.changed();
    }, 1000);
  }

  private stay(): void {
    clearInterval(this.timer);
    this.left = null;
    this.touched();
    this.changed();
  }

  end(): void {
    clearInterval(this.timer);
    this.left = null;
    this.input = null;
    this.wipe();
    this.touched();
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
    const { kiosk, money } = this.strings();
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
          this.changed();
        }}>${kiosk.hide}</button>
      </div>
      ${numbers ? nothing : html`<p>${kiosk.pinyin}</p>`}
    </div>`;
  }

  renderDialog(): TemplateResult | typeof nothing {
    if (this.left === null) return nothing;
    const { kiosk } = this.strings();
    return html`<div class="veil"><div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="idle-title">
      <h2 id="idle-title">${kiosk.stillHere}</h2>
      <p>${kiosk.wipeIn(this.left)}</p>
      <div class="actions">
        <button class="button primary" @click=${() => this.stay()}>${kiosk.stay}</button>
        <button class="button" @click=${() => this.end()}>${kiosk.end}</button>
      </div>
    </div></div>`;
  }
}

import { html, type TemplateResult } from 'lit';

/**
 * Speaks to screen readers. Two regions take turns, so that the same sentence twice is heard twice; a burst of
 * messages is spoken once, after 600 ms of quiet.
 */
export class Announcer {
  private texts: [string, string] = ['', ''];
  private turn = 0;
  private timer = 0;

  constructor(private readonly changed: () => void) {}

  say(text: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.turn = 1 - this.turn;
      this.texts = this.turn ? ['', text] : [text, ''];
      this.changed();
    }, 600);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.texts = ['', ''];
  }

  render(): TemplateResult {
    return html`<div class="unseen" role="status">${this.texts[0]}</div>
      <div class="unseen" role="status">${this.texts[1]}</div>`;
  }
}

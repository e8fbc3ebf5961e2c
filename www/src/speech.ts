/** Reads a view aloud with a voice of the device; without a Chinese voice there is nothing to offer. */
export class Speech {
  speaking = false;
  private rest: string[] = [];

  constructor(private readonly changed: () => void) {
    if (this.supported) speechSynthesis.addEventListener('voiceschanged', this.changed);
  }

  private get supported(): boolean {
    return typeof speechSynthesis !== 'undefined';
  }

  private get voice(): SpeechSynthesisVoice | undefined {
    const voices = this.supported ? speechSynthesis.getVoices() : [];
    // A voice on the device first: a remote one sends the text away.
    return voices.find(({ lang, localService }) => localService && /^(zh|cmn)/i.test(lang));
  }

  get available(): boolean {
    return this.voice !== undefined;
  }

  toggle(root: Element): void {
    if (this.speaking) this.stop();
    else this.start(root);
  }

  stop(): void {
    this.rest = [];
    if (this.supported) speechSynthesis.cancel();
    if (this.speaking) {
      this.speaking = false;
      this.changed();
    }
  }

  private start(root: Element): void {
    // One sentence at a time: long utterances are cut off by some engines.
    this.rest = [...root.querySelectorAll<HTMLElement>('h2, h3, h4, h5, p, li, dt, dd, th, td, summary, legend, label')]
      .filter((element) => element.getClientRects().length > 0 && !element.querySelector('p, li, dt, dd, h3, h4, label'))
      .flatMap((element) => element.innerText.split(/([^。!?;\n]*[。!?;\n]?)/))
      .map((text) => text.trim())
      .filter(Boolean);
    this.speaking = this.rest.length > 0;
    this.changed();
    this.next();
  }

  private next(): void {
    const text = this.rest.shift();
    const voice = this.voice;
    if (text === undefined || !voice) {
      this.stop();
      return;
    }
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.onend = () => {
      if (this.speaking) this.next();
    };
    utterance.onerror = () => this.stop();
    speechSynthesis.speak(utterance);
  }
}

import { html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer } from './announcer';
import { ASSETS } from './assets';
import { EngineClient, PolicyFinderError, type Progress } from './client';
import { forget, remember, remembered, SIZES, type Size } from './display';
import { TypingFocus } from './focus';
import { fallback, strings, type Strings } from './i18n';
import type { Kiosk } from './kiosk';
import { link } from './parts/link';
import { fromHash, home, toHash, type Route } from './route';
import { Session } from './session';
import { later, print as printed, screen } from './styles';
import type { Speech } from './speech';
import type { PackInfo, Profile } from './types';
import type { GuidesView } from './views/guides';
import { PolicyView } from './views/policy';
import type { ListView } from './views/list';
import type { QuestionsView } from './views/questions';
import type { ReportView } from './views/report';
import { SearchView, skeleton } from './views/search';
import type { SubscriptionsView } from './views/subscriptions';
import type { Finder, View } from './views/view';

/** Days after which the age of the corpus is coloured, and after which it is pointed out. */
const AGED = 30;
const STALE = 90;
/** Views that are there from the beginning, and those whose code loads later. */
interface Views {
  search: SearchView;
  policy: PolicyView;
  list?: ListView;
  questions?: QuestionsView;
  report?: ReportView;
  guides?: GuidesView;
  subscriptions?: SubscriptionsView;
}

/** Signs of somebody at a kiosk. */
const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'input'] as const;

/**
 * The policy finder: search, match and calculate enterprise support policies, entirely in the visitor's browser.
 *
 * ```html
 * <script type="module" src="policy-finder/policy-finder.js"></script>
 * <policy-finder></policy-finder>
 * ```
 *
 * One shadow root: labels, live regions and focus do not cross one. Nothing a visitor types leaves the page.
 */
export class PolicyFinder extends LitElement implements Finder {
  static override properties = {
    mode: { type: String },
    pack: { type: String },
    base: { type: String },
    lang: { type: String },
    theme: { type: String },
    size: { type: String },
    contrast: { type: Boolean, attribute: 'high-contrast' },
    asOf: { type: String, attribute: 'as-of' },
    startAt: { type: String, attribute: 'start' },
    publicAddress: { type: String, attribute: 'public-page' },
    feeds: { type: String },
  };

  static override styles = [unsafeCSS(screen), later.views, later.kiosk, later.lineage, later.compare, unsafeCSS(printed)];

  /**
   * `page`: the element is the page's main content, its place stands in the address bar, `/` goes to the search box.
   * `kiosk`: large, with keys on the screen; after 90 seconds without a touch everything is forgotten.
   */
  declare mode: 'widget' | 'page' | 'kiosk';
  /** Address of a pack of one's own; by default the corpus built with the script. */
  declare pack: string | null;
  /** Folder of the built files; by default the script's own. */
  declare base: string | null;
  declare theme: 'light' | 'dark' | 'auto';
  declare size: Size;
  /** Black on white with strong lines, whatever the theme. */
  declare contrast: boolean;
  /** Where to begin, as an address within the element: `#/match`, `#/search?q=研发`, `#/policy/park-2021-120`. */
  declare startAt: string | null;
  /** Address of a page with the finder that a telephone can open: a kiosk's slip has a code for it. */
  declare publicAddress: string | null;
  /** Folder of the feeds and calendars that `policy-finder feed` wrote, if the portal publishes them: `feeds/`. */
  declare feeds: string | null;
  /** The day to judge by, `2026-11-25`; by default today. */
  declare private asOfDay: string | null;

  engine!: EngineClient;
  session!: Session;
  info: PackInfo | null = null;
  private available = 360;
  private headingWanted = false;
  printing = false;
  t: Strings = fallback;

  private route: Route = home;
  private readonly trail: Route[] = [];
  private readonly announcer = new Announcer(() => this.requestUpdate());
  private readonly views: Views = { search: new SearchView(this), policy: new PolicyView(this) };
  private laterViews: Promise<void> | null = null;
  private readonly typing = new TypingFocus();
  private speech: Speech | null = null;
  private station: Kiosk | null = null;
  /** What has arrived of module and pack while they load; null when they are there, or when the visitor stopped it. */
  private loading: Partial<Record<Progress['step'], Progress>> | null = null;
  private error: PolicyFinderError | null = null;
  private dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly resizes = new ResizeObserver(([entry]) => this.measure(entry!.contentRect.width));

  constructor() {
    super();
    this.mode = 'widget';
    this.pack = null;
    this.base = null;
    this.theme = 'light';
    this.size = 'std';
    this.contrast = false;
    this.asOfDay = null;
    this.startAt = null;
    this.publicAddress = null;
    this.feeds = null;
  }

  get asOf(): string {
    return this.asOfDay ?? today();
  }

  set asOf(day: string) {
    const before = this.asOfDay;
    this.asOfDay = /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null;
    this.requestUpdate('asOf', before);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.dark.addEventListener('change', this.changed);
    addEventListener('beforeprint', this.beforePrint);
    addEventListener('afterprint', this.afterPrint);
    addEventListener('popstate', this.popState);
    addEventListener('keydown', this.shortcut);
    if (this.kiosk) void this.stand();
    else Object.assign(this, remembered());
    // After a move the engine still runs; put back later, it starts again with the answers that were there.
    if (this.hasUpdated && this.engine.mode === null) this.retry();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.announcer.stop();
    this.speech?.stop();
    this.station?.stop();
    for (const touch of TOUCHES) this.removeEventListener(touch, this.touched);
    this.dark.removeEventListener('change', this.changed);
    removeEventListener('beforeprint', this.beforePrint);
    removeEventListener('afterprint', this.afterPrint);
    removeEventListener('popstate', this.popState);
    removeEventListener('keydown', this.shortcut);
    // A move is a removal and an insertion: what is in a page again at the end of the turn goes on.
    queueMicrotask(() => {
      if (!this.isConnected && this.engine) this.engine.close();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lang') || !this.hasUpdated) void this.speak(this.lang || document.documentElement.lang);
    if (!this.hasUpdated) {
      // Before the first paint: the box takes words while module and pack are on their way.
      this.start();
      return;
    }
    if (changed.has('pack') || changed.has('base')) {
      this.engine.close();
      this.start();
    } else if (changed.has('asOf') && this.info) {
      void this.session.at(this.asOf);
      this.enter();
    }
  }

  protected override update(changed: PropertyValues): void {
    const root = this.renderRoot as ShadowRoot;
    this.typing.mark(root);
    super.update(changed);
    this.typing.restore(root);
  }

  private async speak(lang: string): Promise<void> {
    const table = await strings(lang).catch(() => fallback);
    if (table === this.t) return;
    this.t = table;
    this.requestUpdate();
  }

  /** An engine of its own, then the place the visitor came for. */
  private start(): void {
    this.info = null;
    this.engine = new EngineClient({
      ...(this.base !== null && { base: this.base }),
      ...(this.pack !== null && { pack: this.pack }),
      onprogress: (progress) => {
        // A word that comes late does not say that loading goes on.
        if (!this.loading) return;
        this.loading = { ...this.loading, [progress.step]: progress };
        this.requestUpdate();
      },
    });
    this.session = new Session(this.engine, this.asOf, () => {
      const { session } = this;
      // Counts and sums, never the answers: what a page around the element learns is up to its visitor.
      if (session.report && !session.empty) {
        this.send('policy-report', { summary: session.report.summary, totals: session.report.totals });
      }
      this.requestUpdate();
    }, () => this.t);
    if (this.mode === 'page' && location.hash.startsWith('#/')) this.route = fromHash(location.hash);
    else if (this.startAt !== null) this.route = fromHash(this.startAt);
    if (this.route.view === 'search') this.views.search.fill(this.route);
    this.open();
  }

  /** Loads module and pack; what was asked for meanwhile is answered then. */
  private open(): void {
    const { engine } = this;
    this.error = null;
    this.loading = {};
    this.engine.open().then(
      (info) => {
        if (engine !== this.engine) return;
        this.info = info;
        this.loading = null;
        this.enter();
        this.requestUpdate();
        this.send('policy-ready', { pack: info });
        whenIdle(() => void this.loadRest());
      },
      (error: PolicyFinderError) => {
        if (engine === this.engine) this.failed(error);
      },
    );
  }

  /** Nothing is loaded any more until somebody asks for something. */
  private cancel(): void {
    this.loading = null;
    this.engine.close();
    this.requestUpdate();
  }

  // ---- what loads later ----

  /** The views beyond the search, once; a failure is shown where somebody waits for one. */
  private loadViews(): Promise<void> {
    this.laterViews ??= import('./views/later').then(({ css, ...views }) => {
      later.views.replaceSync(css);
      for (const name of ['list', 'questions', 'report', 'guides', 'subscriptions'] as const) {
        Object.assign(this.views, { [name]: new views[name](this) });
      }
      this.requestUpdate();
    });
    this.laterViews.catch(() => (this.laterViews = null));
    return this.laterViews;
  }

  /** What the visitor is likely to want next, while nothing else is loading. */
  private async loadRest(): Promise<void> {
    await this.loadViews().catch(() => {});
    if (this.speech || typeof speechSynthesis === 'undefined') return;
    const { Speech } = await import('./speech');
    this.speech ??= new Speech(this.changed);
    this.requestUpdate();
  }

  /** Keys on the screen, and an eye on whether somebody is there. */
  private async stand(): Promise<void> {
    const { css, Kiosk } = await import('./kiosk');
    later.kiosk.replaceSync(css);
    this.station ??= new Kiosk(this, () => this.wipe());
    if (!this.isConnected) return;
    for (const touch of TOUCHES) this.addEventListener(touch, this.touched);
    this.station.start();
    this.requestUpdate();
  }

  private readonly touched = (): void => this.station?.touched();

  get kiosk(): boolean {
    return this.mode === 'kiosk';
  }

  get publicPage(): string | null {
    return this.publicAddress === null ? null : new URL(this.publicAddress, document.baseURI).href;
  }

  /**
   * Forgets the visitor: answers, results, searches, subscriptions, choices of display, what was copied. The engine gets
   * a new worker, because the memory of a module keeps what once was in it.
   */
  private wipe(): void {
    this.speech?.stop();
    this.announcer.stop();
    this.engine.close();
    forget();
    this.size = 'std';
    this.contrast = false;
    this.trail.length = 0;
    this.route = home;
    for (const view of Object.values(this.views) as View[]) view.forget();
    getSelection()?.removeAllRanges();
    // Needs a permission that kiosks grant; without it nothing was copied by us either.
    navigator.clipboard?.writeText('').catch(() => {});
    this.start();
    scrollTo(0, 0);
    this.send('policy-reset', null);
  }

  // ---- for the page around the element ----

  /** What the visitor has answered; setting it answers in the visitor's place. Values that cannot be read are left out. */
  get profile(): Profile {
    return this.session.profile;
  }

  set profile(profile: Profile) {
    void this.session.replace(profile);
  }

  /** Searches as if it had been typed. */
  search(query: string): void {
    this.go({ ...home, query });
  }

  /** Opens a policy, at a clause such as `2.3` if one is given. */
  openPolicy(id: string, clause: string | null = null): void {
    this.go({ view: 'policy', id, clause });
  }

  /** Forgets the visitor, as a kiosk does after its last touch. */
  reset(): void {
    if (this.station) this.station.end();
    else this.wipe();
  }

  /** `false`: a listener prevented what would follow. */
  private send(type: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  // ---- what views ask for ----

  get subscriptions(): Finder['subscriptions'] {
    return {
      has: (kind, value) => this.views.subscriptions?.subscriptions.has(kind, value) ?? false,
      toggle: async (kind, value) => {
        await this.loadViews();
        await this.views.subscriptions!.toggle(kind, value);
      },
    };
  }

  go(route: Route, { replace = false, stay = false } = {}): void {
    const from = this.route;
    if (route.view === 'policy' && !(from.view === 'policy' && from.id === route.id)) {
      // A portal with pages of its own for policies prevents this and goes there.
      if (!this.send('policy-open', { id: route.id, clause: route.clause }, true)) return;
    }
    if (this.mode === 'page') {
      history.replaceState({ ...history.state, y: scrollY }, '');
      history[replace ? 'replaceState' : 'pushState']({}, '', toHash(route));
    } else if (!replace) {
      this.trail.push(from);
    }
    this.route = route;
    this.speech?.stop();
    this.enter();
    // Filters and live searches change what is on the page; the visitor's place on it stays.
    if (!replace && !stay && !samePlace(from, route)) void this.arrive();
  }

  back(): void {
    if (this.mode === 'page') {
      if (history.state) history.back();
      else this.go(home);
      return;
    }
    this.route = this.trail.pop() ?? home;
    this.enter();
    void this.arrive();
  }

  get place(): Route {
    return this.route;
  }

  showing(view: View): boolean {
    return this.view === view;
  }

  say(text: string): void {
    this.announcer.say(text);
  }

  redraw(): void {
    this.requestUpdate();
  }

  rendered(): Promise<unknown> {
    return this.updateComplete;
  }

  root(): ParentNode {
    return this.renderRoot;
  }

  failed(error: PolicyFinderError): void {
    if (error.name === 'AbortError') return;
    this.error = error;
    this.loading = null;
    this.requestUpdate();
    this.send('policy-error', { code: error.code, message: error.message });
  }

  // ---- places ----

  /** Undefined while its code is loading. */
  private get view(): View | undefined {
    switch (this.route.view) {
      case 'search': return this.views.search;
      case 'policy': return this.views.policy;
      case 'list': return this.views.list;
      case 'ask': case 'check': return this.views.questions;
      case 'guide': return this.views.guides;
      case 'subscribe': return this.views.subscriptions;
      default: return this.views.report;
    }
  }

  private enter(): void {
    const { view } = this;
    if (!this.info) {
      if (!this.loading && !this.error) this.open();
      // It is answered when the engine is there; until then the box says what was asked for.
      if (this.route.view === 'search') this.views.search.fill(this.route);
      this.requestUpdate();
      return;
    }
    if (view) view.enter(this.route);
    else {
      // By then the visitor may be elsewhere: wherever that is, it is entered.
      this.loadViews().then(() => this.enter(), (error: unknown) => this.partFailed(error, false));
    }
    this.requestUpdate();
  }

  /** A new view: its top comes into sight and its heading gets the focus. */
  private async arrive(): Promise<void> {
    if (!this.view) await this.laterViews?.catch(() => {});
    await this.updateComplete;
    if (this.mode === 'page' && this.view) document.title = `${this.view.title(this.route)} - ${this.info?.name ?? this.t.name}`;
    const top = this.getBoundingClientRect().top;
    if (top < 0) this.scrollIntoView({ block: 'start' });
    // What was searched for stays here.
    this.send('policy-navigate', { hash: this.route.view === 'search' ? '#/search' : toHash(this.route) });
    const place = this.route.view === 'policy' ? this.route.clause : 'benefit' in this.route ? this.route.benefit : null;
    this.headingWanted = place === null;
    this.focusHeading();
  }

  protected override updated(): void {
    this.focusHeading();
  }

  /** The heading of a view that is still loading gets the focus when it comes, if the visitor has not moved on. */
  private focusHeading(): void {
    const heading = this.headingWanted ? this.renderRoot.querySelector<HTMLElement>('.main h2') : null;
    if (!heading) return;
    this.headingWanted = false;
    heading.focus({ preventScroll: true });
  }

  private readonly popState = async (event: PopStateEvent): Promise<void> => {
    // A hash that is not ours is a place on the page around the widget.
    if (this.mode !== 'page' || !/^(#\/|$)/.test(location.hash)) return;
    this.route = fromHash(location.hash);
    this.enter();
    await this.arrive();
    const y: unknown = (event.state as { y?: unknown } | null)?.y;
    if (typeof y === 'number') scrollTo(0, y);
  };

  private readonly shortcut = (event: KeyboardEvent): void => {
    if (this.mode !== 'page' || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
    const wanted = (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey)
      || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!wanted) return;
    event.preventDefault();
    if (this.route.view !== 'search') this.go(home);
    void this.updateComplete.then(() => this.views.search.focusBox());
  };

  private readonly changed = (): void => this.requestUpdate();

  private readonly beforePrint = (): void => {
    this.printing = true;
    // The browser takes its picture when this handler returns.
    this.requestUpdate();
    this.performUpdate();
  };

  private readonly afterPrint = (): void => {
    this.printing = false;
    this.requestUpdate();
  };

  private measure(width: number): void {
    this.available = width;
    this.requestUpdate();
  }

  /** Room in units of the text size: large letters on a wide screen are as narrow as small ones on a phone. */
  get width(): Finder['width'] {
    if (this.kiosk) return 'narrow';
    const scale = { std: 1, large: 1.25, xlarge: 1.875, elder: 1.25 }[this.size] ?? 1;
    const room = this.available / scale;
    return this.size === 'elder' || room < 620 ? 'narrow' : room < 860 ? 'medium' : 'wide';
  }

  // ---- the frame ----

  protected override render(): TemplateResult {
    const { t } = this;
    const dark = this.theme === 'dark' || (this.theme === 'auto' && this.dark.matches);
    const colours = `${dark ? 'dark' : 'light'}${this.contrast ? ' contrast' : ''}`;
    return html`<div class="frame ${this.width} ${colours} size-${this.size} ${this.kiosk ? 'kiosk' : ''}" lang=${t.lang} role="region" aria-label=${t.name} @focusin=${this.station?.focused ?? nothing}>
      ${this.renderHeader()}
      <div class="main">
        ${this.opening && this.route.view !== 'search' ? this.opening : this.view?.render(this.route) ?? skeleton(t.loading.opening)}
      </div>
      ${this.renderFooter()} ${this.announcer.render()}
      ${this.station ? html`${this.renderStation(this.station)}${this.station.renderDialog()}` : nothing}
    </div>`;
  }

  private renderHeader(): TemplateResult {
    const { speech, t } = this;
    const view = this.route.view;
    const tabs: [string, Route, boolean][] = [
      [t.nav.search, home, view === 'search' || view === 'policy' || view === 'list'],
      [t.nav.match, { view: 'match', benefit: null }, view === 'match' || view === 'ask' || view === 'check'],
      [t.nav.calc, { view: 'calc', benefit: null }, view === 'calc'],
      [t.nav.guide, { view: 'guide' }, view === 'guide'],
      ...(this.kiosk ? [] : [[t.nav.subscribe, { view: 'subscribe' }, view === 'subscribe']] as [string, Route, boolean][]),
    ];
    return html`<div class="top" part="header">
      <slot name="header"></slot>
      ${this.kiosk ? nothing : html`<div class="tools">
        <div role="group" aria-label=${t.textSize}>
          ${SIZES.map((size) => this.renderTool(t.sizes[size], this.size === size, () => this.show(size, this.contrast)))}
        </div>
        ${this.renderTool(t.contrast, this.contrast, () => this.show(this.size, !this.contrast))}
        ${speech?.available
          ? this.renderTool(speech.speaking ? t.stopReading : t.readAloud, speech.speaking, () =>
              speech.toggle(this.renderRoot.querySelector('.main')!))
          : nothing}
      </div>`}
      <nav class="tabs" aria-label=${t.nav.label}>
        ${tabs.map(([name, route, current]) => link(this, route, name, 'tab', undefined, current))}
      </nav>
    </div>`;
  }

  private renderTool(name: string, pressed: boolean, press: () => void): TemplateResult {
    return html`<button class="tool" aria-pressed=${pressed ? 'true' : 'false'} @click=${press}>${name}</button>`;
  }

  private show(size: Size, contrast: boolean): void {
    this.size = size;
    this.contrast = contrast;
    remember({ size, contrast });
  }

  private renderStation(station: Kiosk): TemplateResult {
    const { t, speech } = this;
    return html`<div class="station">
      ${station.renderKeyboard()}
      <div class="station-bar">
        <button class="button" @click=${() => this.go(home)}>${t.kiosk.home}</button>
        ${speech?.available ? html`<button class="button" @click=${() => speech.toggle(this.renderRoot.querySelector('.main')!)}>${
          speech.speaking ? t.stopReading : t.readAloud}</button>` : nothing}
        <button class="button" @click=${() => void station.print()}>${t.kiosk.print}</button>
        <button class="button danger" @click=${() => station.end()}>${t.kiosk.end}</button>
      </div>
    </div>`;
  }

  private renderFooter(): TemplateResult {
    const { t, info } = this;
    const age = info?.edition ? daysBetween(info.edition, this.asOf) : 0;
    return html`<div class="bottom" part="footer">
      ${info ? html`
        ${age > STALE ? html`<p class="stale">${t.editionAge(age)}</p>` : nothing}
        <p class=${age > AGED ? 'aged' : ''}>${info.edition ? t.edition(info.edition, t.age(age), info.policies) : nothing}</p>
        <slot name="disclaimer"><p>${info.disclaimer ?? t.reference}</p></slot>
        ${info.contact ? html`<p>${info.contact}</p>` : nothing}` : nothing}
      <slot name="footer"></slot>
    </div>`;
  }

  /** In place of what needs the engine, while it is not there. */
  get opening(): TemplateResult | null {
    return this.error ? this.renderFailure(this.error) : this.info ? null : this.renderOpening();
  }

  private renderOpening(): TemplateResult {
    const { t, loading } = this;
    if (!loading) {
      return html`<div class="opening"><p>${t.loading.stopped}
        <button class="textual" @click=${() => this.open()}>${t.loading.again}</button></p></div>`;
    }
    const { pack, engine } = loading;
    const size = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;
    // Bytes of the module are not told: it is compiled as it comes.
    const step = !pack ? t.loading.pack
      : pack.total === null || pack.loaded < pack.total ? t.loading.progress(size(pack.loaded), pack.total === null ? null : size(pack.total))
      : engine ? t.loading.starting : t.loading.module;
    return html`<div class="opening">
      <p><span role="status">${t.loading.preparing}</span><span class="muted">${step}</span>
        <button class="textual" @click=${() => this.cancel()}>${t.loading.cancel}</button></p>
      ${skeleton(t.loading.preparing)}
    </div>`;
  }

  private renderFailure(error: PolicyFinderError): TemplateResult {
    const { failure } = this.t;
    const crashed = error.code === 'crashed';
    return html`<div class="notice failure" role="alert">
      <h2 tabindex="-1">${crashed ? failure.crashed : failure.title}</h2>
      <p>${error.code === 'wasm_blocked' ? failure.csp : crashed ? failure.crashedBody : failure.body}</p>
      <p class="muted">${failure.code(error.code)}</p>
      ${this.info?.contact ? html`<p>${failure.help(this.info.contact)}</p>` : nothing}
      <p><button class="button primary" @click=${() => this.retry()}>${failure.retry}</button></p>
    </div>`;
  }

  /** Starts the engine again; answers stay. */
  private retry(): void {
    const part = this.error?.code === 'part_fetch';
    this.error = null;
    this.loading = {};
    this.requestUpdate();
    this.engine.open().then(
      (info) => {
        this.info = info;
        this.loading = null;
        this.views.search.renew();
        if (this.session.report) void this.session.recalculate();
        if (part) void this.loadViews().then(() => this.enter(), (error: unknown) => this.partFailed(error, true));
        else this.enter();
      },
      (error: PolicyFinderError) => this.failed(error),
    );
  }

  /** A part that did not arrive. Nothing has been answered yet, because the questions are in it. */
  private async partFailed(error: unknown, again: boolean): Promise<void> {
    // Some browsers remember a failed import for as long as the page lives: with the network back, only a reload helps.
    if (again && await fetch(ASSETS.base, { method: 'HEAD', cache: 'no-store' }).then(({ ok }) => ok, () => false)) location.reload();
    this.failed(new PolicyFinderError({ code: 'part_fetch', message: String(error) }));
  }
}

/** Two routes to one page, at most at different spots of it. */
function samePlace(a: Route, b: Route): boolean {
  if (a.view !== b.view) return false;
  if (a.view === 'policy' && b.view === 'policy') return a.id === b.id && a.against === b.against;
  if (a.view === 'search' && b.view === 'search') return (a.query === '') === (b.query === '');
  return a.view === 'match' || a.view === 'calc';
}

/** When the browser has nothing else to do; soon, where it does not tell. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 3000 });
  else setTimeout(run, 500);
}

function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

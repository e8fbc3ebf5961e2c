import type { TemplateResult } from 'lit';
import type { EngineClient, PolicyFinderError } from '../client';
import type { Strings } from '../i18n';
import type { Route } from '../route';
import type { Session } from '../session';
import type { PackInfo } from '../types';

/** What a view may ask of the element around it. */
export interface Finder {
  readonly t: Strings;
  readonly engine: EngineClient;
  readonly session: Session;
  readonly info: PackInfo | null;
  /** What stands in place of answers while the engine is loading or cannot; null when it is open. */
  readonly opening: TemplateResult | null;
  readonly asOf: string;
  readonly subscriptions: { has(kind: 'query', value: string): boolean; toggle(kind: 'query', value: string): Promise<void> };
  readonly width: 'narrow' | 'medium' | 'wide';
  /** The page is being printed: everything folded must be in the document. */
  printing: boolean;
  readonly kiosk: boolean;
  /** Where policies can be read outside of a kiosk; null where no such page is known. */
  readonly publicPage: string | null;
  /** Folder of the feeds that the portal publishes, if it does. */
  readonly feeds: string | null;
  /** `replace`: the place changes without a step to come back from. `stay`: the focus is not moved, somebody is typing. */
  go(route: Route, options?: { replace?: boolean; stay?: boolean }): void;
  back(): void;
  /** Where the visitor is. */
  readonly place: Route;
  /** Is this view on the page? */
  showing(view: View): boolean;
  say(text: string): void;
  redraw(): void;
  /** Once what is on the page has been rendered. */
  rendered(): Promise<unknown>;
  root(): ParentNode;
  failed(error: PolicyFinderError): void;
}

/** One kind of page. Views live as long as the element and keep what was on them. */
export abstract class View {
  constructor(protected readonly finder: Finder) {}

  /** The visitor comes to this view, or to another place in it. */
  abstract enter(route: Route): void;
  /** The heading of the view, also the page's title in page mode. */
  abstract title(route: Route): string;
  abstract render(route: Route): TemplateResult;
  /** Back to the beginning: the next visitor finds no trace of this one. */
  abstract forget(): void;

  protected get t(): Strings {
    return this.finder.t;
  }
}

import { questionOf, type Answer } from './answers';
import type { EngineClient, PolicyFinderError } from './client';
import type { Strings } from './i18n';
import type { CalculationReport, Field, Profile, Question } from './types';

/**
 * What the visitor has told us and what follows from it. Lives in memory alone: closing the page forgets it.
 *
 * Every change asks the engine for a new report; a late report never replaces a newer one.
 */
export class Session {
  profile: Profile = {};
  report: CalculationReport | null = null;
  /** Values the engine could not read, by profile key. */
  faults = new Map<string, string>();
  error: PolicyFinderError | null = null;
  fields: readonly Field[] = [];
  /** The year whose events are asked about; null is the year of the reference date. */
  eventYear: number | null = null;
  private questions = new Map<string, Question>();
  private run = 0;
  private newest: Promise<void> = Promise.resolve();

  constructor(
    private readonly engine: EngineClient, private asOf: string, private readonly changed: () => void,
    private readonly words: () => Strings,
  ) {}

  get empty(): boolean {
    return Object.keys(this.profile).length === 0;
  }

  get answered(): string[] {
    return Object.keys(this.profile);
  }

  /** Open questions, best first, without those answered «不清楚». */
  get open(): Question[] {
    return this.report?.questions.filter((q) => !(q.key in this.profile)) ?? [];
  }

  /** The question for a key, whether open, answered or imported. */
  question(key: string): Question | null {
    const benefits = new Map(this.report?.clauses.map(({ id, name }) => [id, name]));
    return this.questions.get(key) ?? questionOf(key, this.fields, benefits, this.words());
  }

  async start(): Promise<void> {
    if (!this.fields.length) this.fields = await this.engine.fields();
    await this.recalculate();
  }

  forYear(year: number | null): Promise<void> {
    this.eventYear = year;
    return this.recalculate();
  }

  async at(day: string): Promise<void> {
    this.asOf = day;
    if (this.report) await this.recalculate();
  }

  /** Takes an answer. One the engine cannot read is put back; `faults` says why. */
  async answer(key: string, value: Answer): Promise<boolean> {
    const known = key in this.profile;
    const before = this.profile[key];
    this.profile = { ...this.profile, [key]: value };
    await this.recalculate();
    // A list is at fault by item and column: `贷款[2].本金`.
    const { faults } = this;
    if (![...faults.keys()].some((fault) => fault === key || fault.startsWith(`${key}[`))) return true;
    const { [key]: _, ...others } = this.profile;
    this.profile = known ? { ...others, [key]: before } : others;
    // Another answer may have come meanwhile: it has no report yet.
    await this.recalculate();
    this.faults = faults;
    return false;
  }

  remove(key: string): Promise<void> {
    const { [key]: _, ...rest } = this.profile;
    this.profile = rest;
    return this.recalculate();
  }

  /** Takes a whole profile. Values that cannot be read are left out and returned. */
  async replace(profile: Profile): Promise<Map<string, string>> {
    this.profile = profile;
    await this.recalculate();
    const faults = this.faults;
    if (faults.size) {
      this.profile = Object.fromEntries(Object.entries(profile).filter(([key]) =>
        ![...faults.keys()].some((fault) => fault === key || fault.startsWith(`${key}[`))));
      await this.recalculate();
    }
    return faults;
  }

  /** Settled clauses: no answer still missing can change the verdict. */
  get settled(): number {
    const summary = this.report?.summary;
    return summary ? summary.clauses - summary.unknown : 0;
  }

  /** Done when the newest report is there, whoever asked for it. */
  recalculate(): Promise<void> {
    return (this.newest = this.calculate(++this.run));
  }

  private async calculate(run: number): Promise<void> {
    let report: CalculationReport | null = null;
    let error: PolicyFinderError | null = null;
    try {
      report = await this.engine.calculate(this.profile, this.asOf, { event_year: this.eventYear });
    } catch (reason) {
      error = reason as PolicyFinderError;
    }
    if (run !== this.run) return this.newest;
    this.error = error;
    this.faults = new Map(error?.faults.map(({ key, message }) => [key, message]));
    if (report) {
      this.report = report;
      for (const question of report.questions) this.questions.set(question.key, question);
    }
    this.changed();
  }
}

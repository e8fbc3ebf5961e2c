/**
 * The shapes that cross the border between engine and page: the public contract, mirrored by `src/report.rs`.
 * Keys are snake_case, money is a decimal string in yuan ("204000.00"), dates are ISO 8601.
 */

export type Level = 'national' | 'province' | 'city' | 'county' | 'park';
/** Validity at a date. `undated`: neither effective, issued nor published date was found. */
export type Status = 'upcoming' | 'in_force' | 'lapsing' | 'lapsed' | 'repealed' | 'undated';
/** Way of handling: 免申即享, 全程网办, 现场办理. */
export type Channel = 'auto' | 'online' | 'on_site';
export type Verdict = 'met' | 'unmet' | 'unknown' | 'manual' | 'inactive';
export type Outcome = 'met' | 'unmet' | 'unknown';
/** Kinds of benefit; amounts of different kinds are never added together. */
export type Kind =
  | 'cash' | 'ceiling' | 'deduction' | 'tax' | 'fee' | 'loan_limit' | 'timing' | 'in_kind' | 'permission';

/** What pack is open. */
export interface PackInfo {
  name: string;
  /** Date of the corpus edition. */
  edition: string | null;
  publisher: string | null;
  contact: string | null;
  disclaimer: string | null;
  format: number;
  policies: number;
  clauses: number;
  benefits: number;
}

// ---- search ----

export interface SearchQuery {
  query: string;
  as_of: string;
  level?: Level[];
  status?: Status[];
  topic?: string[];
  department?: string[];
  year?: number[];
  channel?: Channel[];
  sort?: 'relevance' | 'date';
  limit?: number;
  offset?: number;
}

export interface FacetValue { value: string; label: string; count: number }
export interface Facets {
  level: FacetValue[]; status: FacetValue[]; topic: FacetValue[];
  department: FacetValue[]; year: FacetValue[]; channel: FacetValue[];
}

/** UTF-16 offsets [start, end) into the string they belong to. */
export type Mark = [number, number];

export interface Hit {
  policy: string;
  /** Stable anchor of the best clause, e.g. "park-2021-120#2.3". */
  clause: string;
  /** Printed number of that clause, e.g. "二(三)"; empty for text before any number. */
  label: string;
  heading: string;
  title: string;
  title_marks: Mark[];
  level: Level | null;
  status: Status;
  doc_number: string | null;
  issuer: string[];
  issued: string | null;
  expires: string | null;
  score: number;
  snippet: string;
  highlights: Mark[];
  /** Other clauses of the same policy that match, best first. */
  more: { clause: string; label: string; heading: string }[];
  /** How many clauses of the policy can be calculated. */
  benefits: number;
}

export interface SearchReport {
  query: string;
  as_of: string;
  total: number;
  hits: Hit[];
  facets: Facets;
  /** The words the query was cut into, as searched. */
  terms: string[];
  /**
   * «您是不是要找»: the query as it was probably meant (a typing error, or pinyin). What was typed stands nowhere, so the
   * hits are for this one.
   */
  correction: string | null;
}

/** What a typed beginning may become; document numbers first, then words, then titles. */
export interface Suggestion {
  text: string;
  kind: 'number' | 'term' | 'title';
  /** The policy that a number or title belongs to. */
  policy: string | null;
  /** Where `text` holds what was typed. */
  marks: Mark[];
  /** How many policies hold it. */
  policies: number;
}

/** What a finder shows before anything is asked. */
export interface Overview {
  recent: Hit[];
  /** Those that lapse soon. */
  lapsing: Hit[];
  /** Those with most policies first. A policy without a level counts in `policies` alone. */
  topics: { topic: string; policies: number; levels: Partial<Record<Level, number>> }[];
  /** Those of the queries given that find something. */
  examples: string[];
}

// ---- policy page ----

/** A document that a policy names, or that names it. */
export interface Relative {
  relation: 'basis' | 'supersedes' | 'superseded_by' | 'cited_by';
  /** As the corpus names it, where the pack does not hold it. */
  title: string;
  policy: string | null;
  doc_number: string | null;
  status: Status | null;
}

export interface Source { url: string | null; kind: string | null; retrieved: string | null }

export interface BenefitRef { id: string; name: string; kind: Kind; computable: boolean }

export interface ClauseText {
  clause: string;
  label: string;
  heading: string;
  /** 0 for the outermost clauses. */
  depth: number;
  /** Paragraphs separated by "\n". */
  text: string;
  benefits: BenefitRef[];
}

export interface Material {
  name: string; form: string | null; copies: string | null; required: string | null; source: string | null;
}

export interface Guide {
  item: string;
  clause: string;
  channel: Channel | null;
  benefits: string[];
  materials: Material[];
  process: string[];
  window: string | null; place: string | null; time_limit: string | null; phone: string | null; url: string | null;
  deadline: string | null; results: string | null; note: string | null; source: string | null;
  not_found: string[];
}

export interface PolicyPage {
  id: string; title: string; level: Level | null; status: Status;
  issuer: string[]; department: string[];
  doc_number: string | null; index_number: string | null;
  issued: string | null; published: string | null; effective: string | null; expires: string | null; repealed: string | null;
  topics: string[]; audience: string | null; basis: string[]; supersedes: string[]; interpretation: string | null;
  source: Source | null; contact: string | null;
  /** `restated`: in our own words, no official statement. */
  text: 'verbatim' | 'restated' | null;
  not_found: string[];
  clauses: ClauseText[];
  guides: Guide[];
}

// ---- profile and questions ----

export type FieldType = 'money' | 'quantity' | 'ratio' | 'bool' | 'option' | 'options' | 'date' | 'year' | 'text' | 'list';

/**
 * A profile: field (Chinese name or id) to value. A yearly field is `{"2025": "5亿元"}` or `"产值[2025年]": "5亿元"`.
 * Money is a string with unit ("2.3亿元"), a decimal string or a number in yuan. `null` or an absent field is unknown.
 */
export type Profile = Record<string, unknown>;

export interface Field {
  id: string; name: string; type: FieldType; unit: string | null; yearly: boolean;
  options: string[]; question: string; why: string | null; hint: string | null; group: string | null; effort: number;
  /** Columns of a list. */
  items?: Field[];
}

/** One open input, in the order in which to ask. */
export interface Question {
  /** Key to write into the profile: "规上工业企业", "产值[2025年]", "已获(park-x#y)". */
  key: string;
  name: string;
  year: number | null;
  type: FieldType;
  unit: string | null;
  options: string[];
  question: string; why: string | null; hint: string | null; group: string | null; effort: number;
  /** How many open clauses miss this answer. */
  decides: number;
  /** Largest amount still open in those clauses, cash and ceilings; null where no bound is known. */
  at_stake: string | null;
}

// ---- match and calculation ----

/** `high: null` means that no bound is known. */
export interface Amount { kind: Kind; low: string; high: string | null }

export interface Citation {
  policy: string; clause: string;
  /** e.g. "第三条(一)" */
  label: string;
  title: string;
  doc_number: string | null;
  url: string | null;
}

/** A condition joined of others says how each of them turned out. */
export interface ConditionPart {
  text: string;
  /** Whether it holds as written. */
  outcome: Outcome;
  required: string | null;
  given: string | null;
  /** e.g. "差 3,800万元" */
  gap: string | null;
  missing: string[];
  /** How `parts` make the whole: 且, 或, 非; absent for a single condition. */
  joined?: 'all' | 'any' | 'not';
  parts?: ConditionPart[];
}

export interface Condition extends ConditionPart {
  /** A veto must not hold; `outcome` is `met` when it is not triggered. */
  veto: boolean;
  clause: string;
}

export interface Step {
  /** condition veto let amount pick marginal ladder version min_payout topup cap rounding group reading */
  form: string;
  text: string;
  clause: string;
}

export interface Reading { ask: string; took: string; other: string | null }

/** One clause that grants something, listed exactly once in every report. */
export interface ClauseResult {
  /** "park-xianjin-2023#shouru" */
  id: string;
  policy: string;
  clause: string;
  name: string;
  level: Level | null;
  citation: Citation;
  verdict: Verdict;
  /** The one decisive reason, in a sentence. */
  reason: string;
  conditions: Condition[];
  /** null where the benefit has no amount (in kind, permission, not encoded). */
  amount: Amount | null;
  missing: string[];
  /** The single change that would turn a refusal. */
  near_miss: NearMiss | null;
  readings: Reading[];
  trace: Step[];
  /** What is paid when; empty where the text does not say. */
  pay: Share[];
  /** Who pays what; empty where the text does not say. */
  payers: Share[];
  /** Tax effect of a deduction. */
  saving: Amount | null;
}

export interface NearMiss {
  key: string;
  from: string | null;
  to: string;
  /** "产值[2025年]再增加 100万元(到 4.2亿元)即符合,可得 120万元" */
  text: string;
  amount: Amount | null;
}

export interface Share {
  name: string;
  /** "30%" */
  share: string;
  low: string;
  high: string | null;
  /** null where it is not known whether it is due. */
  due: boolean | null;
}

export interface Summary {
  clauses: number; met: number; unmet: number; unknown: number; manual: number; inactive: number;
}

/** A remark on the profile, e.g. a field that this pack does not know. */
export interface Note { key: string; message: string }

export interface MatchReport {
  pack: { name: string; edition: string | null };
  as_of: string;
  /** The year whose events are asked about: its figures and the texts of that time count. */
  event_year: number;
  summary: Summary;
  clauses: ClauseResult[];
  questions: Question[];
  notes: Note[];
}

/** Sum over the clauses of one kind after groups: `low` is certain. */
export interface Total { kind: Kind; low: string; high: string | null }

export interface GroupResult {
  id: string; name: string; rule: 'highest' | 'exclusive' | 'cap' | 'stack';
  policy: string; clause: string;
  chosen: string[];
  given_up: string[];
  text: string;
}

export interface CalculationReport extends MatchReport {
  totals: Total[];
  groups: GroupResult[];
  /** Amount that counts after groups, by benefit id, where it differs from the clause's own amount. */
  counted: Record<string, Amount>;
}

// ---- applying ----

/** What it takes to apply, as the pack tells it (docs/pack-format.md, SERVICE). Days are ISO 8601. */
export interface Service {
  /** Years whose holiday schedule is published. Saturdays and Sundays are off unless worked. */
  calendar: { year: number; off: string[]; worked: string[] }[];
  /** By policy id, one entry for each of its guides. */
  guides: Record<string, GuideFacts[]>;
  /** By benefit id, the names of the fields it reads. */
  fields: Record<string, string[]>;
  commitments: Commitment[];
  /** By topic its short name, for addresses. */
  topics: Record<string, string>;
  changes: ChangeLog;
}

export interface GuideFacts {
  /** For each material the one name of the paper. */
  papers: string[];
  opens?: string;
  closes?: string;
  always?: boolean;
  working_days?: number;
}

/** A 信用承诺书; a paragraph `{申报事项}` stands for what is applied for. */
export interface Commitment {
  applicant: 'enterprise' | 'individual';
  title: string; note: string | null; clause: string | null;
  text: string[];
}

/** Changes between editions, newest first; complete from the edition `from` on. */
export interface ChangeLog { from?: string; entries: Change[] }

export interface Change {
  /** Day of the edition. */
  day: string;
  policy: string;
  title: string;
  change: 'new' | 'changed' | 'removed';
  what?: ('facts' | 'text' | 'rules' | 'guide')[];
  /** Anchors of the clauses whose words changed. */
  clauses?: string[];
  /** What the changed and the vanished clauses said in the edition before; absent where the log does not tell it. */
  before?: FormerClause[];
}

/** `after`: the anchor that stood before it in that edition. */
export interface FormerClause { clause: string; label: string; heading: string; text: string; after?: string }

/** Whether one can apply on the day of the report. */
export type Period = 'open' | 'upcoming' | 'always' | 'unknown' | 'closed';

/** One application for a chosen set of benefits. */
export interface GuideReport {
  as_of: string;
  /** Guides that serve the chosen benefits; those that close first stand first. */
  items: GuideItem[];
  /** Chosen benefits for which the corpus has no guide. */
  unguided: string[];
  materials: Paper[];
  departments: { name: string; items: number[]; contacts: string[] }[];
  /** One form's worth of fields with the answers of the profile. */
  fields: FormField[];
  matters: Matter[];
  commitments: Commitment[];
}

export interface GuideItem {
  policy: string; title: string; level: Level | null;
  guide: Guide;
  benefits: string[];
  papers: string[];
  departments: string[];
  contact: string | null;
  opens: string | null; closes: string | null;
  period: Period;
  /** Working days after today up to the last day. */
  working_days_left: number | null;
  /** Working days that the office promises to need, and the day by which they are over if all is handed in today. */
  working_days: number | null; due: string | null;
  /** `false`: one of these days lies in a year whose holiday schedule is not published. */
  published: boolean;
}

/** A paper that is brought once. `required`: `true`, `false`, `容缺后补` or the conditions in words. */
export interface Paper { name: string; required: string | null; items: number; uses: PaperUse[] }

export interface PaperUse extends Material { item: number }

export interface FormField {
  name: string; group: string | null; unit: string | null;
  answers: { year: string | null; value: unknown }[];
}

export interface Matter { benefit: string; name: string; citation: Citation; amount: Amount | null }

/** What the engine rejects with. `faults` lists every value of a profile that cannot be read (`profile_value`). */
export interface EngineError { code: string; message: string; faults?: { key: string; message: string }[] }

import { PolicyFinderError } from './client';
import type {
  CalculationReport, Field, FormField, GuideItem, GuideReport, Guide, Matter, Paper, PaperUse, Period, PolicyPage, Profile, Service,
} from './types';
import { Workdays } from './workdays';

/** A guide as the pack has it: its policy, and its place among the guides of that policy. */
export interface Placed { guide: Guide; page: PolicyPage; index: number }

/** What the merged guide is made of. */
export interface Ground {
  service: Service | null;
  guides: readonly Placed[];
  report: CalculationReport;
  fields: readonly Field[];
  profile: Profile;
}

const PERIODS: readonly Period[] = ['open', 'upcoming', 'always', 'unknown', 'closed'];
/** What a blank of a commitment is printed as. */
const BLANK = '________';

/**
 * What has to be done for several benefits together: one list of papers, each brought once; one form; days; commitments.
 * The library makes the same (`src/guide.rs`); `tests/guide.rs` holds both to the same cases.
 */
export function merge(ground: Ground, benefits: readonly string[], asOf: string): GuideReport {
  const { report, fields, profile, service } = ground;
  const matters = benefits.map((id): Matter => {
    const result = report.clauses.find((clause) => clause.id === id);
    if (!result) throw new PolicyFinderError({ code: 'unknown_benefit', message: `the pack has no benefit ${id}` });
    return { benefit: id, name: result.name, citation: result.citation, amount: report.counted[id] ?? result.amount };
  });
  const items = itemsOf(ground, benefits, asOf);
  const wanted = fields.filter((field) => service && (
    service.commitments.some(({ text }) => text.some((paragraph) => paragraph.includes(`{${field.name}}`)))
    || benefits.some((id) => service.fields[id]?.includes(field.name))));
  return {
    as_of: asOf,
    items,
    unguided: benefits.filter((id) => !items.some((item) => item.benefits.includes(id))),
    materials: papers(items),
    departments: departments(items),
    fields: wanted.map((field): FormField => (
      { name: field.name, group: field.group, unit: field.unit, answers: answers(field, profile) })),
    matters,
    commitments: (service?.commitments ?? []).map((commitment) => ({
      ...commitment, text: commitment.text.map((paragraph) => filled(paragraph, fields, profile)),
    })),
  };
}

function itemsOf({ service, guides }: Ground, benefits: readonly string[], asOf: string): GuideItem[] {
  const workdays = new Workdays(service?.calendar ?? []);
  const items: GuideItem[] = [];
  for (const { guide, page, index } of guides) {
    const served = benefits.filter((id) => guide.benefits.includes(id));
    if (!served.length) continue;
    const facts = service?.guides[page.id]?.[index];
    const opens = facts?.opens ?? null;
    const closes = facts?.closes ?? null;
    const period = periodOf(opens, closes, facts?.always ?? false, asOf);
    const left = closes !== null && period === 'open' ? workdays.between(asOf, closes) : null;
    const limit = facts?.working_days ?? null;
    const due = limit !== null && period !== 'upcoming' && period !== 'closed' ? workdays.after(asOf, limit) : null;
    items.push({
      policy: page.id, title: page.title, level: page.level, guide, benefits: served,
      papers: guide.materials.map((material, at) => facts?.papers[at] ?? material.name),
      departments: page.department.length ? page.department : page.issuer,
      contact: page.contact, opens, closes, period,
      working_days_left: left?.days ?? null, working_days: limit, due: due?.day ?? null,
      published: (left?.published ?? true) && (due?.published ?? true),
    });
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return items.sort((a, b) => PERIODS.indexOf(a.period) - PERIODS.indexOf(b.period)
    || order(a.closes ?? '', b.closes ?? '') || order(a.policy, b.policy));
}

export function periodOf(opens: string | null, closes: string | null, always: boolean, asOf: string): Period {
  if (closes !== null && closes < asOf) return 'closed';
  if (opens !== null && opens > asOf) return 'upcoming';
  if (opens === null && closes === null) return always ? 'always' : 'unknown';
  return 'open';
}

/** Those that several items use first, then in the order of the items. */
function papers(items: readonly GuideItem[]): Paper[] {
  const found = new Map<string, PaperUse[]>();
  items.forEach((item, at) => item.guide.materials.forEach((material, i) => {
    const name = item.papers[i]!;
    found.set(name, [...found.get(name) ?? [], { ...material, item: at }]);
  }));
  return [...found].map(([name, uses]): Paper => (
    { name, required: required(uses), items: new Set(uses.map(({ item }) => item)).size, uses }
  )).sort((a, b) => b.items - a.items);
}

/** What one item cannot do without must be there; else the conditions, then what may follow later, then what may be left. */
function required(uses: readonly PaperUse[]): string | null {
  const words = uses.flatMap((use) => use.required ?? []);
  if (words.includes('true')) return 'true';
  const conditions = words.filter((word) => word !== 'false' && word !== LATER);
  if (conditions.length) return [...new Set(conditions)].join(';');
  return words.includes(LATER) ? LATER : words.includes('false') ? 'false' : null;
}

/** A paper that may follow after the application. */
export const LATER = '容缺后补';

function departments(items: readonly GuideItem[]): GuideReport['departments'] {
  const found = new Map<string, GuideReport['departments'][number]>();
  items.forEach((item, at) => {
    for (const name of item.departments) {
      const department = found.get(name) ?? { name, items: [], contacts: [] };
      found.set(name, department);
      department.items.push(at);
      const contact = item.guide.phone ?? item.contact;
      if (contact !== null && !department.contacts.includes(contact)) department.contacts.push(contact);
    }
  });
  return [...found.values()];
}

/** Answers to one field, by year where it is asked for each year. */
function answers(field: Field, profile: Profile): FormField['answers'] {
  const found: FormField['answers'] = [];
  for (const key of Object.keys(profile).sort()) {
    const [, name, year] = /^(.*?)(?:\[([^[]*)\])?$/.exec(key)!;
    const value = profile[key];
    if ((name !== field.name && name !== field.id) || value === null || value === undefined) continue;
    if (field.yearly && year === undefined && typeof value === 'object' && !Array.isArray(value)) {
      for (const [at, one] of Object.entries(value)) {
        if (one !== null) found.push({ year: bare(at), value: plain(one) });
      }
    } else {
      found.push({ year: year === undefined ? null : bare(year), value: plain(value) });
    }
  }
  return found.sort((a, b) => ((a.year ?? '') < (b.year ?? '') ? -1 : (a.year ?? '') > (b.year ?? '') ? 1 : 0));
}

const bare = (year: string) => year.trim().replace(/年+$/, '');
const plain = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

function filled(paragraph: string, fields: readonly Field[], profile: Profile): string {
  return fields.reduce((text, field) => {
    const bracket = `{${field.name}}`;
    if (!text.includes(bracket)) return text;
    const words = answers(field, profile).flatMap(({ value }) => (typeof value === 'string' && value.trim() ? value.trim() : []));
    return text.split(bracket).join(words[0] ?? BLANK);
  }, paragraph);
}

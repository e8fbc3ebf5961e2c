import type { Service } from './types';

const DAY = 86_400_000;

/** The day that is some days later, `2026-12-05`. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** Working days by the published schedules; the same counting as `Workdays` of the library. */
export class Workdays {
  constructor(private readonly years: Service['calendar']) {}

  /** `null` on a day of a year whose schedule is not published. */
  private working(day: string): boolean | null {
    const year = this.years.find((known) => known.year === Number(day.slice(0, 4)));
    if (!year) return null;
    return year.worked.includes(day) || (!weekend(day) && !year.off.includes(day));
  }

  /** The day that is `count` working days later; day one is the day after. In a year without a schedule every weekday counts. */
  after(day: string, count: number): { day: string; published: boolean } {
    let published = true;
    for (let left = count; left > 0;) {
      day = plusDays(day, 1);
      const working = this.working(day);
      if (working === null) published = false;
      if (working ?? !weekend(day)) left--;
    }
    return { day, published };
  }

  /** Working days after `from` up to and with `to`. */
  between(from: string, to: string): { days: number; published: boolean } {
    let days = 0;
    let published = true;
    for (let day = plusDays(from, 1); day <= to; day = plusDays(day, 1)) {
      const working = this.working(day);
      if (working === null) published = false;
      if (working ?? !weekend(day)) days++;
    }
    return { days, published };
  }
}

function weekend(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).getUTCDay() % 6 === 0;
}

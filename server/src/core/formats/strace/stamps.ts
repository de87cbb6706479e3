// How times in front of a line are spelled.

/** Seconds of the day at `HH:MM:SS.uuuuuu`. */
export function stampOf(text: string, at: number): number {
  const two = (from: number): number => text.charCodeAt(from) * 10 + text.charCodeAt(from + 1) - 528;
  let micro = 0;
  for (let k = at + 9; k < at + 15; k++) micro = micro * 10 + text.charCodeAt(k) - 48;
  return two(at) * 3600 + two(at + 3) * 60 + two(at + 6) + micro / 1e6;
}

/** Seconds since the epoch of the day at `2026-11-23T` or `2026-11-23 `; NaN for anything else. */
export function isoDay(text: string, at: number): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:/.exec(text.slice(at, at + 14));
  if (!found) return Number.NaN;
  const year = Number(found[1]);
  const month = Number(found[2]);
  // Days since 1970, by the civil calendar.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + Number(found[3]) - 1;
  return (era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468) * 86400;
}

/** Behind a time with a zone (`10:54:26.196128Z `); -1 where it has none. */
export function zoneEnd(text: string, at: number, end: number): number {
  const found = /^\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d) /.exec(text.slice(at, Math.min(end, at + 32)));
  return found ? at + found[0].length : -1;
}

export function secondsOfDay(text: string, at: number): number {
  const found = /^(\d\d):(\d\d):(\d\d(?:[.,]\d{1,9})?)/.exec(text.slice(at, at + 20));
  return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]!.replace(',', '.')) : Number.NaN;
}

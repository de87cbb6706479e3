// The clock that a log line begins with, as it is printed: for the moment at which a dump was written.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Further in no stamp stands. */
const HEAD = 120;

/**
 * The first stamp in a line's first 120 characters, in one spelling: `2026-11-25 23:56:24.123`, or `11-25 23:56:24` where no
 * year is printed. The zone is not kept: programs of one machine print its local time.
 *
 * Example input:  `time="2026-11-25T23:56:24.123Z" level=info msg="=== BEGIN goroutine stack dump`
 * Example output: `2026-11-25 23:56:24.123`
 * Example input:  `Nov  5 23:56:24 node-3 dockerd[812]: === BEGIN goroutine stack dump`
 * Example output: `11-05 23:56:24`
 */
export function stampIn(line: string): string | undefined {
  const head = line.slice(0, HEAD);
  const iso = /(?<!\d)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)/.exec(head);
  if (iso) return `${iso[1]} ${iso[2]}`;
  const klog = /(?<![A-Za-z0-9])[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)/.exec(head);
  if (klog) return `${klog[1]}-${klog[2]} ${klog[3]}`;
  const syslog = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)/.exec(head);
  const month = syslog ? MONTHS.indexOf(syslog[1]!.toLowerCase()) + 1 : 0;
  return month > 0 ? `${String(month).padStart(2, '0')}-${syslog![2]!.replace(' ', '0')} ${syslog![3]}` : undefined;
}

/**
 * The moment in the name of a file, where it has one to the second.
 *
 * Example input:  `goroutine-stacks-2026-11-25T235624Z.log`
 * Example output: `2026-11-25 23:56:24`
 */
export function stampInName(name: string): string | undefined {
  const found = /(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[T_ -]?(\d\d)[:.-]?(\d\d)[:.-]?(\d\d)(?!\d)/.exec(name.slice(-200));
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const valid = Number(month) - 1 < 12 && Number(day) - 1 < 31 && Number(hour) < 24 && Number(minute) < 60;
  return valid && Number(second) < 61 ? `${year}-${month}-${day} ${hour}:${minute}:${second}` : undefined;
}

// Messages of the kernel that tell why something else hangs, by their text; the first that fits counts.

/** A message worth a note. Groups fill the note's places. */
export interface EventRow {
  /** The note. */
  readonly code: string;
  readonly pattern: RegExp;
  readonly severity: 'error' | 'warning' | 'information';
  /** Whether frames and registers follow. */
  readonly report?: true;
}

export const EVENTS: readonly EventRow[] = [
  {
    code: 'soft-lockup',
    pattern:
      /BUG: soft lockup - CPU#(?<cpu>\d{1,5}) stuck for (?<seconds>\d{1,9})s! \[(?<name>[^\]:]{0,40}):(?<pid>\d{1,10})\]/,
    severity: 'error',
    report: true,
  },
  {
    code: 'hard-lockup',
    pattern: /(?:Watchdog detected hard LOCKUP on cpu|hard LOCKUP).{0,4}?(?<cpu>\d{0,5})/,
    severity: 'error',
    report: true,
  },
  {
    code: 'rcu-stall',
    pattern: /rcu: INFO: rcu_\w{1,20} (?:self-)?detected|INFO: rcu_\w{1,20} (?:self-)?detected stall/,
    severity: 'error',
    report: true,
  },
  { code: 'panic', pattern: /^Kernel panic - not syncing: (?<why>.{1,200})/, severity: 'error', report: true },
  {
    code: 'oops',
    pattern:
      /^(?<why>BUG: .{1,200}|Oops: .{1,100}|general protection fault.{0,100}|kernel BUG at .{1,200}|Unable to handle kernel .{1,100}|divide error: .{1,60})/,
    severity: 'error',
    report: true,
  },
  {
    code: 'warning',
    pattern: /^WARNING: CPU: \d{1,5} PID: \d{1,10} at (?<where>\S{1,200})/,
    severity: 'information',
    report: true,
  },
  {
    code: 'allocation-failed',
    pattern: /^(?<name>\S.{0,60}?): page allocation failure: (?<why>.{1,100})/,
    severity: 'warning',
    report: true,
  },
  { code: 'nfs-silent', pattern: /nfs: server (?<server>\S{1,255}) not responding/, severity: 'warning' },
  { code: 'nfs-back', pattern: /nfs: server (?<server>\S{1,255}) OK/, severity: 'information' },
  {
    code: 'ceph-silent',
    pattern: /libceph: .{0,80}(?:socket closed|session lost|wrong peer|connect error).{0,100}/,
    severity: 'information',
  },
  {
    code: 'io-error',
    pattern: /(?:I\/O error, dev (?<device>[^,\s]{1,40})|Buffer I\/O error on dev(?:ice)? (?<device2>[^,\s]{1,40}))/,
    severity: 'warning',
  },
  {
    code: 'disk-timeout',
    pattern:
      /(?:(?<device>nvme\d{1,3}(?:n\d)?): .{0,40}I\/O .{0,40}timeout|(?<device2>ata\d{1,3}(?:\.\d\d)?): .{0,60}(?:timeout|frozen)|task abort: .{0,60})/,
    severity: 'warning',
  },
  {
    code: 'fs-error',
    pattern:
      /^(?<fs>EXT4|XFS|BTRFS)(?:-fs)? ?(?:error|critical)? ?\((?:device )?(?<device>[^):\s]{1,40})[^)]{0,40}\): (?<why>(?:.{0,40}(?:error|shut ?down|forced readonly|Corruption|Remounting filesystem read-only|aborted journal)).{0,200})/i,
    severity: 'warning',
  },
  {
    code: 'fork-rejected',
    pattern: /cgroup: fork rejected by pids controller in (?<group>\S{1,400})/,
    severity: 'warning',
  },
  { code: 'conntrack-full', pattern: /nf_conntrack: .{0,40}table full, dropping packet/, severity: 'warning' },
  {
    code: 'netdev-kept',
    pattern: /unregister_netdevice: waiting for (?<device>\S{1,40}) to become free\. Usage count = (?<count>-?\d{1,9})/,
    severity: 'warning',
  },
  { code: 'segfault', pattern: /^(?<name>\S.{0,40}?)\[(?<pid>\d{1,10})\]: segfault at /, severity: 'information' },
];

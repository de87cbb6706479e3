// The errors that clients of the bus print, by the text of the line; the first that fits counts.

/** A kind of message, and what it says. Groups: `service` is whom it was about, `message` the reason. */
export interface ErrorRow {
  /** The note. */
  readonly code: string;
  readonly pattern: RegExp;
  /** The service that the message is always about. */
  readonly service?: string;
  /** The program that prints it; '' where several do. */
  readonly tool: string;
}

const SYSTEMD = 'org.freedesktop.systemd1';

export const ERRORS: readonly ErrorRow[] = [
  {
    code: 'no-answer',
    pattern:
      /^Failed to (?:introspect object \S{1,300} of|get (?:property|properties) (?:\S{1,200} )?(?:of|from)) service (?<service>\S{1,255}): (?<message>Connection timed out|Method call timed out|Timer expired)/,
    tool: 'busctl',
  },
  {
    code: 'introspect-failed',
    pattern: /^Failed to introspect object \S{1,300} of service (?<service>\S{1,255}): (?<message>.{1,300})/,
    tool: 'busctl',
  },
  {
    code: 'no-answer',
    pattern: /^Call failed: (?<message>Connection timed out|Method call timed out|Timer expired)/,
    tool: 'busctl',
  },
  { code: 'call-failed', pattern: /^Call failed: (?<message>.{1,300})/, tool: 'busctl' },
  {
    code: 'no-answer',
    pattern: /^Error (?<message>org\.freedesktop\.DBus\.Error\.(?:NoReply|Timeout|TimedOut))\b/,
    tool: 'dbus-send',
  },
  { code: 'call-failed', pattern: /^Error (?<message>org\.freedesktop\.\S{1,200}: .{1,300})/, tool: 'dbus-send' },
  { code: 'no-answer', pattern: /^Error: (?<message>Timeout was reached)/, tool: 'gdbus' },
  {
    code: 'no-answer',
    pattern: /^Error: GDBus\.Error:(?<message>org\.freedesktop\.DBus\.Error\.(?:NoReply|Timeout|TimedOut))\b/,
    tool: 'gdbus',
  },
  { code: 'call-failed', pattern: /^Error: GDBus\.Error:(?<message>.{1,300})/, tool: 'gdbus' },
  {
    code: 'activation-timed-out',
    pattern:
      /^(?:Failed to \S.{0,200}: )?Failed to activate service '(?<service>[^']{1,255})': (?<message>timed out.{0,100})/,
    tool: '',
  },
  {
    code: 'not-booted',
    pattern: /^(?<message>System has not been booted with systemd as init system)/,
    service: SYSTEMD,
    tool: 'systemctl',
  },
  {
    code: 'no-bus',
    pattern:
      /^(?:Failed to (?:connect to (?:system )?bus|get D-Bus connection|connect to system scope bus via \S{1,30} transport)|Error connecting|Failed to open connection to "\S{1,20}" message bus): (?<message>.{1,300})/,
    tool: '',
  },
  {
    code: 'too-many-pending',
    pattern:
      /^(?:Failed to \S.{0,200}: )?(?<message>The maximum number of pending replies per connection has been reached)/,
    tool: '',
  },
  {
    code: 'not-supported',
    pattern: /^Failed to [^:]{1,200}: (?<message>Operation not supported)$/,
    service: SYSTEMD,
    tool: 'systemctl',
  },
  {
    code: 'no-answer',
    pattern:
      /^(?:Warning! )?Failed to (?:list|get|start|stop|restart|reload|enable|disable|kill|reset|set|mask|unmask|execute|dump|isolate|try-restart|query|issue|parse|re-?execute|wait)\b[^:]{0,200}(?:: [^:]{1,200})?: (?<message>Connection timed out|Method call timed out|Transport endpoint is not connected|Connection reset by peer|Message recipient disconnected from message bus without replying|Did not receive a reply\..{0,200})/,
    service: SYSTEMD,
    tool: 'systemctl',
  },
  { code: 'nothing-found', pattern: /^(?<message>No objects discovered\.)/, tool: 'busctl' },
  { code: 'nothing-found', pattern: /^(?<message>Only root object discovered\.)/, tool: 'busctl' },
];

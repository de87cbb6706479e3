// Secrets taken out of a text that leaves the machine: a report that is pasted into a ticket. What a secret is, is told by its name,
// by what stands before it, or by its shape. Rather one word too many than one too few. Every pattern is bounded, so the cost is
// linear in the text.

import { plural, said, t } from '../text/l10n.js';
import type { Block, Line, Piece } from './prose.js';
import { listed } from './words.js';

/** What stands in the secret's place: no sign of Markdown, so that it looks the same everywhere. */
export const REDACTED = '‹redacted›';

/** Kinds of secrets, singular and plural, in the order in which they are told. */
export const KINDS = {
  env: ['{0} environment value', '{0} environment values'],
  named: ['{0} password or token', '{0} passwords or tokens'],
  header: ['{0} authorization header', '{0} authorization headers'],
  cookie: ['{0} cookie header', '{0} cookie headers'],
  url: ['{0} password in a URL', '{0} passwords in URLs'],
  key: ['{0} access key', '{0} access keys'],
  jwt: ['{0} JSON Web Token', '{0} JSON Web Tokens'],
  private: ['{0} private key', '{0} private keys'],
  own: ['{0} word of your own list', '{0} words of your own list'],
} as const;

type Kind = keyof typeof KINDS;

/** Words of the user's list that are shorter would take half of the text away. */
export const LEAST_WORD = 3;

/** Takes secrets out of texts, and counts them. */
export class Redactor {
  readonly #counts = new Map<Kind, number>();
  readonly #words: RegExp | undefined;

  /** `words` are taken out literally, whatever their case. */
  constructor(words: readonly string[] = []) {
    const own = words.map((word) => word.trim()).filter((word) => word.length >= LEAST_WORD);
    own.sort((a, b) => b.length - a.length); // the longer one of two that begin alike
    if (own.length > 0)
      this.#words = new RegExp(own.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'gi');
  }

  /** The text without what looks like a secret. */
  text(raw: string): string {
    let text = this.#privateKeys(raw);
    if (this.#words) text = text.replace(this.#words, () => this.#count('own'));
    text = text.replace(JWT, () => this.#count('jwt'));
    text = text.replace(SCHEME, (_, head: string) => `${head}${this.#count('header')}`);
    text = text.replace(HEADER, (all, head: string, value: string) =>
      value.startsWith(REDACTED) ? all : `${head}${this.#count('header')}`,
    );
    text = text.replace(BEARER, (all, head: string, token: string) =>
      /\d/.test(token) || token.length >= 20 ? `${head}${this.#count('header')}` : all,
    );
    text = text.replace(COOKIE, (_, head: string) => `${head}${this.#count('cookie')}`);
    text = text.replace(URL_PASSWORD, (_, head: string) => `${head}${this.#count('url')}@`);
    text = text.replace(KEYS, () => this.#count('key'));
    text = text.replace(OPTION, (all, head: string, value: string) =>
      value.startsWith(REDACTED) ? all : `${head}${this.#count('named')}`,
    );
    text = text.replace(QUOTED, (all, quote: string, name: string, value: string) => {
      const kind = value === '' || value.startsWith(REDACTED) ? undefined : kindOf(name, '=', value);
      return kind ? `${quote}${name}=${this.#count(kind)}${quote}` : all;
    });
    return text.replace(ASSIGNED, (all, name: string, between: string, value: string, at: number, whole: string) => {
      // `/etc/passwd: no such file` is a path and what is said of it.
      if (value.startsWith(REDACTED) || (whole[at - 1] === '/' && /:\s/.test(between))) return all;
      const kind = kindOf(name, between, value);
      return kind ? `${name}${between}${this.#count(kind)}` : all;
    });
  }

  /** A document without secrets. */
  blocks(blocks: readonly Block[]): Block[] {
    const line = (pieces: Line): Line => pieces.map((piece) => this.#piece(piece));
    return blocks.map((block): Block => {
      if (block.kind === 'list') return { ...block, items: block.items.map(line) };
      if (block.kind === 'table') return { ...block, rows: block.rows.map((row) => row.map(line)) };
      return { ...block, line: line(block.line) };
    });
  }

  /** What was taken out, and how often. */
  get summary(): string {
    const found = Object.entries(KINDS).flatMap(([kind, [one, many]]) => {
      const count = this.#counts.get(kind as Kind);
      return count ? [plural(count, one, many)] : [];
    });
    return found.length > 0
      ? t('Redacted: {0}.', listed(found, found.length))
      : t('Nothing in it looked like a secret.');
  }

  #piece(piece: Piece): Piece {
    if (typeof piece === 'string') return this.text(piece);
    if ('strong' in piece) return { strong: this.text(piece.strong) };
    if ('code' in piece) return { code: this.text(piece.code) };
    if ('place' in piece) return { ...piece, place: this.text(piece.place) };
    if (!piece.values) return piece; // a template is ours
    const values = Object.entries(piece.values).map(([name, value]) => [name, this.text(said(value))]);
    return { ...piece, values: Object.fromEntries(values) };
  }

  #count(kind: Kind): string {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return REDACTED;
  }

  /** From `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text. */
  #privateKeys(text: string): string {
    const parts: string[] = [];
    let from = 0;
    for (;;) {
      const start = text.indexOf('-----BEGIN ', from);
      if (start < 0) break;
      const label = text.slice(start, start + 64);
      const head = /^-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.exec(label);
      if (!head) {
        parts.push(text.slice(from, start + 11));
        from = start + 11;
        continue;
      }
      const end = text.indexOf('-----END ', start);
      const close = end < 0 ? -1 : text.indexOf('-----', end + 9);
      parts.push(text.slice(from, start), this.#count('private'));
      from = close < 0 ? text.length : close + 5;
    }
    parts.push(text.slice(from));
    return parts.join('');
  }
}

// ---- by what stands before it, or by shape

/** Where a word begins. Behind an escaped line end, too: `\\r\\nCookie: …`. */
const START = String.raw`(?:(?<![\w\\-])|(?<=\\[nrt]))`;

/** RFC 7519: three parts in base64url, the first an object. */
const JWT = new RegExp(String.raw`${START}eyJ[\w-]{8,8000}\.[\w-]{4,8000}(?:\.[\w-]{0,8000})?`, 'g');

const HEADERS =
  '(?:(?:proxy-)?authorization|x-registry-auth|x-api-key|x-auth-token|x-vault-token|x-amz-security-token|private-token)';
/** From the header's name to its value; quotes may be escaped, Go prints values in brackets. */
const BETWEEN = String.raw`(?:\\?["'])?\s{0,4}[:=]\s{0,4}\[?(?:\\?["'])?`;
/** With a scheme, everything up to the end of the header is the secret. */
const SCHEME = new RegExp(
  String.raw`(${START}${HEADERS}${BETWEEN}(?:basic|bearer|digest|negotiate|ntlm|token|aws4-hmac-sha256)\s{1,4})(?!‹)[^"'\r\n\\\]]{1,8000}`,
  'gi',
);
const HEADER = new RegExp(
  String.raw`(${START}${HEADERS}${BETWEEN})((?!(?:basic|bearer|digest|negotiate|ntlm|token|aws4-hmac-sha256)\s)[^\s"'\\[\],;]{1,8000})`,
  'gi',
);
const BEARER = new RegExp(String.raw`(${START}bearer\s{1,4})([\w.~+/=-]{8,8000})`, 'gi');

/** A cookie header has pairs. (The cookie of a D-Bus message is a number, and evidence.) */
const COOKIE = new RegExp(
  String.raw`(${START}(?:set-)?cookie2?(?:\\?["'])?:\s{0,4}\[?(?:\\?["'])?)[\w!#$%&*+.^|~-]{1,200}=[^"'\r\n\\\]]{0,8000}`,
  'gi',
);

const URL_PASSWORD = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>]{0,200}:)(?!‹)[^\s/@"'<>]{1,200}@/gi;

/** Keys and tokens that their makers gave a shape of their own. */
const KEYS = new RegExp(
  [
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])', // AWS access key ids
    String.raw`AIza[\w-]{35}(?![\w-])`, // Google API keys
    String.raw`ya29\.[\w-]{10,2000}`, // Google OAuth
    'gh[pousr]_[A-Za-z0-9]{30,255}', // GitHub
    String.raw`github_pat_\w{20,255}`,
    String.raw`glpat-[\w-]{18,255}`, // GitLab
    String.raw`xox[abposr]-[\w-]{10,255}`, // Slack
    '[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}', // Stripe
    String.raw`npm_[A-Za-z0-9]{36}(?![\w-])`,
    String.raw`dckr_pat_[\w-]{20,255}`, // Docker Hub
    String.raw`hv[sb]\.[\w-]{20,255}`, // Vault
    String.raw`(?<!\.)[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])`, // kubeadm bootstrap tokens
  ]
    .map((shape) => START + shape)
    .join('|'),
  'g',
);

// ---- by name

const OPTION =
  /((?<![\w-])--?(?:pass|password|passwd|token|secret|api-?key|access-?key|secret-?key|client-secret|bearer-token)\s{1,4})(?!-)([^\s"'\\]{1,8000})/gi;
/** `"NAME=value with spaces"`, as strace prints an environment. */
const QUOTED = /(["'])([A-Za-z_][\w.-]{1,80})=((?:(?!\1)[^\\\r\n]|\\.){0,8000})\1/g;
/** `name=value`, `name: value`, `"name":"value"`, with quotes escaped or not. */
const ASSIGNED =
  /(?:(?<![\w\\])|(?<=\\[nrt]))([A-Za-z_][\w-]{1,80})((?:\\?["'])?\s{0,4}[=:]\s{0,4}(?:\\?["'])?)([^\s"'&,;()[\]{}\\<>]{1,8000})/g;

const PASSWORD = /passw|passphrase|passwd|(?:^|[_-])(?:pass|pwd)(?:$|[_-])/i;
const SECRET =
  /secret|token|api[_-]?key|(?:access|private|account|signing|encryption|master)[_-]?key|credential|signature|session[_-]?id|(?:^|[_-])(?:auth|sig)$/i;
const ENVIRONMENT = /^[A-Z][A-Z0-9_]+$/;
/** What everybody's environment has, and fields of journals. */
const HARMLESS =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|LANGUAGE|TERM|TZ|HOSTNAME|P?PID|[EU]?[UG]ID|TID|INO|PC|TTY|COMM|COMMAND|SHLVL|EDITOR|DISPLAY|PRIORITY|MESSAGE|UNIT|GO(?:ROOT|PATH|MAXPROCS|GC|DEBUG|TRACEBACK|MEMLIMIT|OS|ARCH)|CGO_ENABLED|NOTIFY_SOCKET|INVOCATION_ID|JOURNAL_STREAM|(?:LC|XDG|SYSLOG|SYSTEMD)_[A-Z_]+)$/;
/** No secret, whatever it is called. */
const PLAIN = /^(?:true|false|null|nil|none|yes|no|0x[0-9a-f]+\??|\*+|-|\.\.\.|…)$/i;

/** Which kind of secret a value is by its name, if any. */
function kindOf(name: string, between: string, value: string): Kind | undefined {
  if (PLAIN.test(value)) return undefined;
  if (PASSWORD.test(name)) return 'named';
  if (/^\d{1,5}$/.test(value)) return undefined; // a count
  // In prose, "token: expected" is no secret.
  const prose = /:\s/.test(between);
  if (SECRET.test(name)) return !prose || /\d/.test(value) || value.length >= 16 ? 'named' : undefined;
  return between.includes('=') && ENVIRONMENT.test(name) && !HARMLESS.test(name) ? 'env' : undefined;
}

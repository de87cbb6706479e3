// Secrets in a text for other eyes: what goes, what stays, what is said of it, and that no text is too long for it.
// All of these secrets are made up.

import { describe, expect, test } from 'vitest';
import { REDACTED, Redactor } from '../../server/src/core/investigation/redact.js';
import { ticketReport } from '../../server/src/core/investigation/report.js';
import { CHAIN, fake } from './fake.js';

const redact = (text: string, words: string[] = []): string => new Redactor(words).text(text);

/** Text -> the same with the secrets gone. */
const GONE: readonly (readonly [string, string])[] = [
  // by environment
  [
    'execve("/bin/app", ["app"], ["DB_HOST=db.internal", "PATH=/bin"])',
    'execve("/bin/app", ["app"], ["DB_HOST=‹redacted›", "PATH=/bin"])',
  ],
  ['["MOTTO=two words", "X_KEY=a\\"b"]', '["MOTTO=‹redacted›", "X_KEY=‹redacted›"]'],
  ['API_URL=https://x.example ./run', 'API_URL=‹redacted› ./run'],
  // by name
  ['password=hunter2', 'password=‹redacted›'],
  ['PGPASSWORD=1234', 'PGPASSWORD=‹redacted›'],
  ['db.password: hunter2,', 'db.password: ‹redacted›,'],
  ['{"user":"ann","password":"hunter2"}', '{"user":"ann","password":"‹redacted›"}'],
  ['msg="{\\"clientSecret\\":\\"abc123\\"}"', 'msg="{\\"clientSecret\\":\\"‹redacted›\\"}"'],
  ['mysqld --password hunter2 --port 3306', 'mysqld --password ‹redacted› --port 3306'],
  ['--token=abcdef.0123456789', '--token=‹redacted›'],
  ['GET /blob?sig=a%2Fb9&sv=2020', 'GET /blob?sig=‹redacted›&sv=2020'],
  ['aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = ‹redacted›'],
  ['AccountKey=abc123==;EndpointSuffix=x', 'AccountKey=‹redacted›;EndpointSuffix=x'],
  // by header
  ['Authorization: Bearer abc.def', 'Authorization: Bearer ‹redacted›'],
  [
    'write(5, "GET / HTTP/1.1\\r\\nAuthorization: Basic dXNlcjpwYXNz\\r\\nHost: x"',
    'write(5, "GET / HTTP/1.1\\r\\nAuthorization: Basic ‹redacted›\\r\\nHost: x"',
  ],
  ['map[Authorization:[Bearer abc] Accept:[*/*]]', 'map[Authorization:[Bearer ‹redacted›] Accept:[*/*]]'],
  [
    'authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101, Signature=fe5f',
    'authorization: AWS4-HMAC-SHA256 ‹redacted›',
  ],
  ['X-Registry-Auth: eyJ1c2Vy', 'X-Registry-Auth: ‹redacted›'],
  ['sent bearer abcdefgh12345678', 'sent bearer ‹redacted›'],
  [
    '"\\r\\nCookie: a=1\\r\\nX_MODE=on\\nghp_0123456789012345678901234567890123456"',
    '"\\r\\nCookie: ‹redacted›\\r\\nX_MODE=‹redacted›\\n‹redacted›"',
  ],
  ['Cookie: sid=31d4d96e407aad42; theme=dark', 'Cookie: ‹redacted›'],
  ['"Set-Cookie":"sid=31d4; Path=/"', '"Set-Cookie":"‹redacted›"'],
  // by shape
  ['https://ann:hunter2@example.com/x', 'https://ann:‹redacted›@example.com/x'],
  ['amqp://:p4ss@mq:5672', 'amqp://:‹redacted›@mq:5672'],
  ['id AKIAIOSFODNN7EXAMPLE seen', 'id ‹redacted› seen'],
  [`key AIza${'Sy0'.repeat(11)}ab.`, 'key ‹redacted›.'],
  [`ghp_${'a1B2'.repeat(9)}`, '‹redacted›'],
  ['glpat-ABCDEFGHIJ1234567890', '‹redacted›'],
  ['kubeadm join --discovery abcdef.0123456789abcdef', 'kubeadm join --discovery ‹redacted›'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end', 'jwt ‹redacted› end'],
  ['a -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY----- b', 'a ‹redacted› b'],
  ['cut off -----BEGIN PRIVATE KEY-----\nMIIE', 'cut off ‹redacted›'],
];

/** What a report is made of, and must stay. */
const STAYS: readonly string[] = [
  'goroutine 219 waits about 7 min for mutex #1 (container.State), likely held by goroutine 211',
  'github.com/docker/docker/daemon.(*Daemon).ContainerExecStart(0xc000bc6e00, 0x1)',
  'k8s.io/client-go/tools/auth/token.go:42 +0x1f',
  'main.checkPassword(0xc000010000) /src/password.go:17',
  'the 32-bit cookie is used up: cookie=4294967295, p /x bus->cookie = 0xffffffff',
  'cookie: 4294967295 reply_cookie: 17',
  'write(5</run/dbus/system_bus_socket>, "l\\1\\0\\1", 128 <unfinished ...>',
  'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 15581',
  'PLEG is not healthy: pleg was last seen active 3m0.5s ago; threshold is 3m0s',
  'PATH=/usr/bin HOME=/root GOMAXPROCS=4 LC_ALL=C PRIORITY=6',
  'token=0xc000123456 secret=nil password=true auth: error',
  'unexpected token: expected an identifier',
  'https://pkg.go.dev/sync#Mutex and tcp://10.0.0.1:2375 and unix:///run/containerd.sock',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'bearer authentication failed',
  'open("/etc/passwd: denied") type=STREAM ->INO=1053533 10887,dbus-daem,9u',
  'ttrpc.(*Client).dispatch, rpc Tasks/Start, container 4f3c2d1e0b9a8f7e6d5c4b3a29181706f5e4d3c2b1a09f8e7d6c5b4a39281706',
];

describe('goes', () => {
  for (const [text, wanted] of GONE) test(text.slice(0, 70), () => expect(redact(text)).toBe(wanted));
});

describe('stays', () => {
  for (const text of STAYS) test(text.slice(0, 70), () => expect(redact(text)).toBe(text));
});

test('twice is the same as once, and finds nothing new', () => {
  const redactor = new Redactor();
  for (const [text] of GONE) {
    const once = redact(text);
    expect(redactor.text(once)).toBe(once);
  }
  expect(redactor.summary).toBe('Nothing in it looked like a secret.');
});

describe('words of one’s own', () => {
  test('go in any case, as they stand', () => {
    expect(redact('ACME.example and acme-9, (a.b)', ['Acme', 'a.b'])).toBe(
      '‹redacted›.example and ‹redacted›-9, (‹redacted›)',
    );
    expect(redact('axb', ['a.b'])).toBe('axb');
  });
  test('are no patterns', () =>
    expect(redact('aaa (x|y)* [z]', ['(x|y)*', '[z]', '.*'])).toBe('aaa ‹redacted› ‹redacted›'));
  test('too short ones are left alone', () => expect(redact('a b c', ['a', ' b ', ''])).toBe('a b c'));
});

test('it says what and how often', () => {
  const redactor = new Redactor(['acme']);
  redactor.text('password=hunter2 token=abc123 https://a:b@c "KEY_X=1a" acme');
  expect(redactor.summary).toBe(
    'Redacted: 1 environment value, 2 passwords or tokens, 1 password in a URL and 1 word of your own list.',
  );
});

test('no text is too long', () => {
  // Each would take for ever with a pattern that looks at the same text again and again. A test that hangs is one that fails.
  const size = 300_000;
  const hard = [
    'a',
    'a-',
    'a.',
    'A_',
    '"',
    '\\"',
    "'",
    'eyJ',
    'eyJa.',
    'Authorization: ',
    'cookie: a',
    'a=',
    'a:',
    '=',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '://',
    'a://b:',
    '--password ',
    'bearer ',
    ' ',
    '\\',
  ];
  for (const piece of hard) expect(redact(piece.repeat(size / piece.length)).length).toBeGreaterThan(0);
});

describe('the report for a ticket', () => {
  const { graph } = fake([
    ...CHAIN.map((one) => ({ ...one, site: one.site ?? 'main.f' })),
    { id: 90, waitsFor: 'rpc:/x/password=hunter2', kind: 'rpc', minutes: 9, site: 'a.AKIAIOSFODNN7EXAMPLE' },
  ]);

  test('is the report without secrets, and says so at its end', () => {
    const { text, redacted } = ticketReport(graph);
    expect(text).toContain('# Investigation');
    expect(text).not.toMatch(/hunter2|AKIAIOSFODNN7EXAMPLE/);
    expect(text).toContain(REDACTED);
    expect(redacted).toMatch(/^Redacted: /);
    expect(text.trimEnd().endsWith(redacted)).toBe(true);
  });

  test('takes words of one’s own out too', () => {
    expect(ticketReport(graph, ['goroutine 30']).text).not.toContain('goroutine 30');
  });

  test('says so where there was nothing', () => {
    expect(ticketReport(fake(CHAIN).graph).redacted).toBe('Nothing in it looked like a secret.');
  });
});

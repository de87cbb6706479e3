// What the command line prints for other programs: JSON as docs/investigation.schema.json has it, SARIF as its official schema has it,
// and Markdown that is the editor's report.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationReport } from '../../server/src/core/investigation/report.js';
import { sarifLog } from '../../server/src/core/investigation/sarif.js';
import { type Command, makeCommand } from './command.js';

const root = resolve(import.meta.dirname, '../..');
const load = (path: string): Record<string, unknown> => JSON.parse(readFileSync(join(root, path), 'utf8'));

const INPUTS = [
  'samples/docker-exec-hang',
  'samples/node-not-ready',
  'samples/bus-write-hang',
  'samples/two-locks-deadlock',
  'test/fixtures/goroutine',
];

let command: Command;
beforeAll(async () => {
  command = await makeCommand();
});
afterAll(() => command.remove());

/** What the schema has against a value. */
function complaints(schema: AnySchema, value: unknown): unknown[] {
  const ajv = new Ajv({ strict: false, validateSchema: false, unicodeRegExp: false, allErrors: true });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(schema);
  validate(value);
  return validate.errors ?? [];
}

/** The schema that OASIS publishes; written for an older draft, of which nothing else than these two keys differs here. */
function sarifSchema(): AnySchema {
  const {
    $schema: _,
    id: __,
    ...schema
  } = load('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  return schema as AnySchema;
}

const run = (format: string, ...paths: string[]): string =>
  command.run(['investigate', '--format', format, ...paths.map((path) => join(root, path))]).out;

describe('JSON', () => {
  it.each(INPUTS)('of %s is as the schema says', (path) => {
    const answer = JSON.parse(run('json', path));
    expect(complaints(load('docs/investigation.schema.json'), answer)).toEqual([]);
    expect(answer.waits.length).toBeGreaterThan(0);
  });

  it('of files that are no traces too', () => {
    const answer = JSON.parse(run('json', 'package.json', 'no-such-file', 'samples/two-locks-deadlock/jobs.log'));
    expect(complaints(load('docs/investigation.schema.json'), answer)).toEqual([]);
    expect(answer.files.filter((file: { format: string | null }) => file.format === null).length).toBe(2);
  });

  it('is described key by key', () => {
    const words = readFileSync(join(root, 'docs/json.md'), 'utf8');
    const { properties } = load('docs/investigation.schema.json') as { properties: object };
    for (const key of Object.keys(properties)) expect(words).toContain(`| \`${key}\` |`);
  });
});

interface Place {
  physicalLocation: { artifactLocation: { uri: string; index: number }; region: { startLine: number } };
  message?: { text: string };
}
interface Log {
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    artifacts: { location: { uri: string } }[];
    invocations: { toolExecutionNotifications: { message: { text: string } }[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: Place[];
      relatedLocations?: Place[];
      codeFlows?: { threadFlows: { locations: { location: Place }[] }[] }[];
    }[];
  }[];
}

describe('SARIF', () => {
  it.each(INPUTS)('of %s fits the schema, and its indices their lists', (path) => {
    const log: Log = JSON.parse(run('sarif', path));
    expect(complaints(sarifSchema(), log)).toEqual([]);
    const [{ tool, artifacts, results }] = log.runs as [Log['runs'][0]];
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, locations, relatedLocations = [], codeFlows = [] } of results) {
      expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
      const flow = codeFlows.flatMap(({ threadFlows }) => threadFlows.flatMap((thread) => thread.locations));
      for (const place of [...locations, ...relatedLocations, ...flow.map(({ location }) => location)]) {
        const { uri, index } = place.physicalLocation.artifactLocation;
        expect(artifacts[index]!.location.uri).toBe(uri);
      }
    }
  });

  it('the schema is no rubber stamp', () => {
    const log = JSON.parse(run('sarif', 'samples/two-locks-deadlock'));
    log.runs[0].results[0].level = 'fatal';
    log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
    expect(complaints(sarifSchema(), log).length).toBeGreaterThan(1);
  });

  it('tells the chain as a code flow, whose lines are those of the file', () => {
    const path = 'samples/two-locks-deadlock/goroutine.txt';
    const log: Log = JSON.parse(run('sarif', path));
    const deadlock = log.runs[0]!.results.find(({ ruleId }) => ruleId === 'deadlock')!;
    expect(deadlock.level).toBe('error');
    const steps = deadlock.codeFlows![0]!.threadFlows[0]!.locations.map(({ location }) => location);
    expect(steps.length).toBe(3); // both, and the first again
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    for (const { physicalLocation, message } of steps) {
      const head = /^goroutine \d+/.exec(message!.text)![0];
      expect(lines[physicalLocation.region.startLine - 1]).toMatch(new RegExp(`^${head} \\[`));
      expect(physicalLocation.artifactLocation.uri).toBe(`file://${join(root, path)}`);
    }
  });

  it('names files so that any reader finds them, and tells those that are not used', () => {
    command.file('odd [name] 100%/dump#1.txt', readFileSync(join(root, 'samples/two-locks-deadlock/goroutine.txt')));
    const { out } = command.run(['investigate', '--format', 'sarif', 'odd [name] 100%', 'missing.txt']);
    const log: Log = JSON.parse(out);
    expect(complaints(sarifSchema(), log)).toEqual([]);
    expect(log.runs[0]!.artifacts.map(({ location }) => location.uri)).toEqual([
      'odd%20%5Bname%5D%20100%25/dump%231.txt',
    ]);
    const [first] = log.runs[0]!.invocations[0]!.toolExecutionNotifications;
    expect(first!.message.text).toBe('Not used: no such file or folder');
  });

  it('words of a trace become no link', () => {
    const text = `7 10:00:00.000000 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3 <0.000100>
7 10:00:00.000100 connect(3, {sa_family=AF_UNIX, sun_path="/run/[run](command:quit)"}, 110) = 0 <0.000100>
7 10:00:01.000000 write(3, "x", 1 <unfinished ...>
8 10:09:01.000000 getpid() = 8 <0.000010>
`;
    const graph = buildGraph(parseText(text, 'C:\\logs\\a b.txt', strace));
    const log = JSON.stringify(sarifLog(graph, [], 'unknown'));
    expect(log).toContain('[run] (command');
    expect(log).not.toMatch(/\]\(/);
    expect(log).toContain('"uri":"file:///C:/logs/a%20b.txt"');
    expect(complaints(sarifSchema(), JSON.parse(log))).toEqual([]);
  });
});

describe('Markdown', () => {
  it('is the report of the editor, with files and lines', () => {
    const path = join(root, 'samples/two-locks-deadlock/goroutine.txt');
    const graph = buildGraph(parseText(readFileSync(path, 'utf8'), path));
    const out = run('markdown', 'samples/two-locks-deadlock/goroutine.txt');
    expect(out).toBe(investigationReport(graph).text);
    expect(out).toMatch(/^# Investigation\n/);
    expect(out).toMatch(/`goroutine\.txt:\d+`/);
  });

  it('is what compare prints as text', () => {
    const paths = ['goroutine.txt', 'jobs.log'].map((name) => join(root, 'samples/two-locks-deadlock', name));
    const { status, out } = command.run(['compare', '--format', 'markdown', ...paths]);
    expect(status).toBe(1);
    expect(out).toMatch(/^# Comparison of 2 dumps\n/);
    expect(out).toContain('18 goroutines are stuck: in both dumps');
  });
});

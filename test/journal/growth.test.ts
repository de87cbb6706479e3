// Cost grows with the size of the log and no faster, whatever shape it has.

import { describe, expect, it } from 'vitest';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { growth, PIECES, TOO_MUCH } from '../growth.js';
import { at, line, plus, skipLine, VERSIONS, WRAPPERS } from './make.js';

const start = at('00:00:00.000');
const hangs = (i: number) =>
  skipLine(VERSIONS[5]!, plus(start, i * 5000), [
    `PLEG is not healthy: pleg was last seen active ${3 + (i % 40)}m${i % 60}s ago; threshold is 3m0s`,
  ]);
const failed = (i: number) =>
  line(
    plus(start, i * 700),
    'E',
    'remote_runtime.go:277',
    '"ListContainers with filter from runtime service failed" err="rpc error: code = DeadlineExceeded desc = x" filter="nil"',
  );

const repeat = (n: number, make: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => make(i)).join('');
const logOf = (n: number, name: string, make: (i: number) => ReturnType<typeof hangs>): string =>
  WRAPPERS[name]!(Array.from({ length: n }, (_, i) => make(i)));

const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  'one outage after the other': (n) => logOf(n, 'short', hangs),
  'failed calls': (n) => logOf(n, 'klog', failed),
  'failed calls within outages': (n) => logOf(n, 'short', (i) => (i % 2 ? failed(i) : hangs(i))),
  JSON: (n) => logOf(n, 'json', hangs),
  'JSON without messages': (n) => repeat(n, (i) => `{"a":${i}}\n`),
  export: (n) => logOf(n, 'export', hangs),
  'one long line': (n) => `Oct 08 16:21:26 node-3 kubelet[1]: ${'x '.repeat(n * 40)}`,
  'klog heads without an end': (n) => repeat(n, () => 'E1008 16:21:26.512204    1174 kubelet.go '),
  'klog heads without an end, on lines': (n) => repeat(n, () => 'E1008 16:21:26.512204    1174 kubelet.go\n'),
  'lines that a terminal broke': (n) =>
    repeat(
      n,
      () =>
        'E1008 16:21:26.512204 1174 kubelet.go:1] "Skipping pod synchronization" err="PLEG is not healthy: pl\neg\n',
    ),
  'continued lines': (n) => `E1008 16:21:26.512204 1174 a.go:1] x\n${'  more\n'.repeat(n * 10)}`,
  'many programs': (n) => repeat(n, (i) => `Oct 08 16:21:26 node-3 program-${i}[1]: Started kubelet\n`),
  'many processes': (n) =>
    repeat(
      n,
      (i) =>
        `E1008 16:21:26.512204 ${i + 1} kubelet.go:1] "Skipping pod synchronization" err="container runtime is down"\n`,
    ),
  'empty lines': (n) => '\n'.repeat(n * 40),
  slices: (n) =>
    repeat(n, (i) => `Jan  4 11:40:02 node-3 systemd: Created slice libcontainer_${i}_systemd_test_default.slice.\n`),
};

const read = (text: string): void => {
  const trace = journal.parse(text, 'x');
  trace.facts;
  trace.outline;
  trace.folds;
  trace.shapes;
  for (let section = 0; section < trace.sections.length; section += 16) trace.inside(section);
};

describe('cost grows with the log', () => {
  it.each(Object.entries(SHAPES))('%s', { timeout: 120_000 }, (_, make) => {
    const whole = make(4000);
    const piece = make(4000 / PIECES);
    expect(
      growth(
        () => read(whole),
        () => read(piece),
      ),
    ).toBeLessThan(TOO_MUCH);
  });
});

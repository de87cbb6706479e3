// Whole incidents: each folder under samples/ read together, and its report compared with the golden one beside this file.
// UPDATE_CASES=1 writes the reports anew; the diff is the review: read it line by line. Below that the facts that must hold.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseText, together } from '../../server/src/core/formats/index.js';
import { behind, storyStart } from '../../server/src/core/investigation/behind.js';
import { buildGraph, type WaitForGraph } from '../../server/src/core/investigation/graph.js';
import { chainNames, storyChain } from '../../server/src/core/investigation/phrases.js';
import { recognise } from '../../server/src/core/investigation/recognise.js';
import { terminalReport } from '../../server/src/core/investigation/report.js';

const samples = join(import.meta.dirname, '../../samples');

/** The files of a sample in the order of their names; its source code is no evidence here. */
function graphOf(name: string): WaitForGraph {
  const folder = join(samples, name);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => entry.name).sort();
  const traces = names.flatMap((file) => parseText(readFileSync(join(folder, file), 'utf8'), file));
  return buildGraph(together(traces.filter((trace) => trace.sections.length > 0)));
}

/** The names along the story that ends at the root with the most waiters behind it. */
function story(graph: WaitForGraph): string[] {
  const root = behind(graph).roots[0]!;
  return chainNames(graph, storyChain(graph, storyStart(graph, root)));
}

const graphs = new Map(
  ['docker-exec-hang', 'node-not-ready', 'two-locks-deadlock'].map((name) => [name, graphOf(name)] as const),
);
const graph = (name: string): WaitForGraph => graphs.get(name)!;

describe.each([...graphs.keys()])('%s', (name) => {
  it('has the report that was read and approved', () => {
    const report = terminalReport(graph(name), { color: false, width: 120 });
    const path = join(import.meta.dirname, `${name}.txt`);
    if (process.env.UPDATE_CASES === '1') writeFileSync(path, report);
    expect(report).toBe(readFileSync(path, 'utf8'));
  });

  it('names no server of a call as certain: the files do not tell which call is which', () => {
    const sure = graph(name).traces.flatMap(({ facts }) =>
      facts.holds.filter(({ of, confidence }) => of.startsWith('rpc:') && confidence !== 'possible'),
    );
    expect(sure).toEqual([]);
  });
});

describe('node-not-ready', () => {
  const incident = graph('node-not-ready');

  it('advises the remedy of the known fault, and nothing that the files already tell', () => {
    const report = terminalReport(incident, { color: false, width: 120 });
    const steps = report.slice(report.indexOf('WHAT TO DO NEXT')).match(/^ {2}- .*/gm);
    expect(steps).toHaveLength(1);
    expect(steps![0]).toContain('systemd has used up its D-Bus cookies: Fixed in systemd v242');
  });

  it('calls no link of the chain normal', () => {
    expect(terminalReport(incident, { color: false, width: 120 })).not.toContain('That is normal for');
  });

  it('tells the chain from the kubelet to systemd, link by link', () => {
    expect(story(incident)).toEqual([
      'kubelet',
      'rpc Docker/ContainerInspect',
      'possibly goroutine 176',
      'mutex #1 (container.State)',
      'goroutine 134',
      'rpc Tasks/Create',
      'possibly goroutine 116',
      'rpc Task/Create',
      'possibly goroutine 50 of dump 2',
      'runc',
      'runc (pid 262)',
      'bus name org.freedesktop.systemd1',
      'systemd (pid 1)',
    ]);
  });

  it('names process 1 as the root, which waits for nobody', () => {
    const links = storyChain(incident, 'program:kubelet').links;
    const end = links.at(-1)!;
    expect(end.entity).toBe('process:1');
    expect(end.wait?.wait.on).toBeUndefined();
    expect(incident.holdersOf('bus:org.freedesktop.systemd1')[0]?.hold).toMatchObject({
      holder: 'process:1',
      confidence: 'certain',
    });
  });

  it('takes runc’s process for the one waited for as likely, no more', () => {
    expect(incident.holdersOf('program:runc').map(({ hold }) => [hold.holder, hold.confidence])).toEqual([
      ['process:262', 'likely'],
    ]);
  });

  it('recognises the fault, and no other', () => {
    expect(recognise(incident).map(({ fault, verdict }) => [fault.id, verdict])).toEqual([
      ['dbus-cookie-overflow', 'recognised'],
    ]);
  });

  it('serves the kubelet’s third call by a request that is not older than the call', () => {
    const wait = incident.waitOf(storyChain(incident, 'program:kubelet').links[1]!.entity)!.wait;
    expect(wait.seconds).toBeLessThan(600);
    expect(terminalReport(incident, { color: false, width: 120 })).not.toContain('doubtful');
  });
});

describe('docker-exec-hang', () => {
  it('tells the chain from the lock to runc', () => {
    expect(story(graph('docker-exec-hang'))).toEqual([
      'goroutine 62',
      'mutex #1 (container.State)',
      'goroutine 219',
      'RWMutex #1 (exec.Store)',
      'goroutine 211',
      'rpc Tasks/Start',
      'possibly goroutine 245',
      'rpc Task/Start',
      'possibly goroutine 203 of dump 2',
      'runc',
    ]);
  });
});

describe('two-locks-deadlock', () => {
  it('is a deadlock of two in each of the two dumps', () => {
    expect(graph('two-locks-deadlock').cycles.map(({ members }) => members.length)).toEqual([2, 2]);
  });
});

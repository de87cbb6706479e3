// Known faults: named on a proof or on enough signs, suspected on some, silent on one.

import { describe, expect, test } from 'vitest';
import { FAULTS } from '../../server/src/core/investigation/faults.js';
import { allFindings } from '../../server/src/core/investigation/findings.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { recognise } from '../../server/src/core/investigation/recognise.js';
import { investigationReport, verdict } from '../../server/src/core/investigation/report.js';
import { type FakeGoroutine, type FakeOptions, fakeTrace } from './fake.js';

const graphOf = (...traces: [FakeGoroutine[], FakeOptions?][]) =>
  buildGraph(traces.map(([goroutines, options], at) => fakeTrace(goroutines, { scope: `${at}.log`, ...options })));

const seen = (...traces: [FakeGoroutine[], FakeOptions?][]) =>
  recognise(graphOf(...traces)).map(({ fault, verdict }) => `${fault.id} ${verdict}`);

const note = (code: string, values: Record<string, string> = {}): FakeOptions => ({
  notes: [{ code, severity: 'warning', values }],
});

describe('systemd’s used-up cookies', () => {
  test('are recognised by the marker in the journal alone', () => {
    expect(seen([[{ id: 1 }], note('bus-overrun')])).toEqual(['dbus-cookie-overflow recognised']);
  });

  test('are suspected where systemd is silent and a call to it was never answered', () => {
    const silent = note('bus-silent');
    expect(seen([[{ id: 1 }], silent])).toEqual([]);
    expect(
      seen([[{ id: 1 }], silent], [[{ id: 2 }], note('unanswered', { destination: 'org.freedesktop.systemd1' })]),
    ).toEqual(['dbus-cookie-overflow suspected']);
  });

  test('are not suspected for an unanswered call to another name', () => {
    expect(
      seen([[{ id: 1 }], note('bus-silent')], [[{ id: 2 }], note('unanswered', { destination: 'org.example.Other' })]),
    ).toEqual([]);
  });
});

describe('marks on stacks', () => {
  const exec: FakeGoroutine = {
    id: 1,
    kind: 'rpc',
    waitsFor: 'rpc:Tasks/Start',
    stack: 'tasks.(*tasksClient).Start daemon.(*Daemon).ContainerExecStart',
  };
  const reader: FakeGoroutine = { id: 2, kind: 'rwmutex-read', waitsFor: '0xc000010000', stack: 'exec.(*Store).List' };

  test('need all that the fault asks for', () => {
    expect(seen([[exec]])).toEqual([]);
    expect(seen([[reader]])).toEqual([]);
    expect(seen([[exec, reader]])).toEqual(['exec-store-lock recognised']);
  });

  test('do not count while the goroutine rests', () => {
    expect(seen([[{ ...exec, waitState: 'idle' }, reader]])).toEqual([]);
  });
});

test('a recognised fault is a finding, a chapter of the report and a sentence of the verdict', () => {
  const graph = graphOf([[{ id: 1 }], note('bus-overrun')]);
  const [finding] = allFindings(graph).filter(({ id }) => id === 'dbus-cookie-overflow');
  expect(finding).toMatchObject({ severity: 'error', section: 0 });
  expect(finding!.message).toContain('Fixed in systemd v242');
  expect(verdict(graph)).toContain('Known fault: systemd has used up its D-Bus cookies');
  expect(investigationReport(graph).text).toContain('## Known faults');
});

test('the verdict begins with a fault that is proven, and with the root before one that only signs tell', () => {
  const stuck: FakeGoroutine[] = [
    { id: 1, waitsFor: 'a' },
    { id: 2, kind: 'io', holds: [{ of: 'a' }] },
  ];
  const proven = verdict(graphOf([stuck, note('bus-overrun')]));
  expect(proven).toMatch(/^Known fault: systemd has used up .*systemctl daemon-reexec .* 1 goroutine is likely stuck/);
  const signs: FakeGoroutine[] = [
    {
      ...stuck[1]!,
      kind: 'rpc',
      waitsFor: 'rpc:Tasks/Start',
      stack: 'tasks.Start daemon.(*Daemon).ContainerExecStart',
    },
    { id: 3, kind: 'rwmutex-read', waitsFor: 'a', stack: 'exec.(*Store).List' },
  ];
  expect(verdict(graphOf([signs]))).toMatch(/^1 goroutine is likely stuck .* Known fault: dockerd holds .*let/);
});

test('every fault has a source, a fix and marks that can be found', () => {
  for (const fault of FAULTS) {
    expect(fault.source, fault.id).not.toBe('');
    expect(fault.fix, fault.id).not.toBe('');
    expect(fault.remedy, fault.id).toMatch(/^\w.*[^.]$/);
    const marks = [...fault.proofs, ...fault.signs];
    expect(marks.length, fault.id).toBeGreaterThan(0);
    for (const mark of marks)
      expect(mark.notes ?? mark.waits ?? mark.frames, `${fault.id}: ${mark.says}`).toBeDefined();
    // A single sign is never enough.
    expect(fault.enough, fault.id).toBeGreaterThan(1);
    expect(fault.suspicious, fault.id).toBeGreaterThan(1);
  }
});

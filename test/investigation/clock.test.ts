// When waits began, by clocks that are printed with more or less of the date, and what is doubted because of it.

import { describe, expect, it } from 'vitest';
import { between, momentOf, momentText } from '../../server/src/core/investigation/clock.js';
import { stampIn, stampInName } from '../../server/src/core/text/stamp.js';

const seconds = (from: string, to: string): number => Math.round(between(momentOf(from)!, momentOf(to)!));

describe('moments', () => {
  it('are read as they are printed', () => {
    expect(stampIn('time="2026-11-25T23:56:24.123Z" level=info msg="=== BEGIN goroutine stack dump ===')).toBe(
      '2026-11-25 23:56:24.123',
    );
    expect(stampIn('Nov  5 23:56:24 node-3 dockerd[812]: goroutine 1')).toBe('11-05 23:56:24');
    expect(stampIn('E1125 23:58:01.287411     742 kubelet.go:1845] skipping')).toBe('11-25 23:58:01.287411');
    expect(stampIn('goroutine 1 [running]:')).toBeUndefined();
    expect(stampInName('goroutine-stacks-2026-11-25T235624Z.log')).toBe('2026-11-25 23:56:24');
    expect(stampInName('containerd.4401.stacks.log')).toBeUndefined();
    expect(stampInName('dump-20261340256199.txt')).toBeUndefined();
  });

  it('are compared as far as both are known', () => {
    expect(seconds('2026-11-25 23:59:00', '2026-11-26 00:01:00')).toBe(120);
    expect(seconds('23:59:00', '00:01:00')).toBe(120);
    expect(seconds('00:01:00', '2026-11-25 23:59:00')).toBe(-120);
    expect(seconds('2024-02-28 10:00:00', '02-28 10:00:05')).toBe(5);
    expect(seconds('12-31 23:59:00', '01-01 00:01:00')).toBe(120);
    expect(seconds('1125 23:59:00.5', '11-25 23:59:01.5')).toBe(1);
  });

  it('are printed with the date where that is known and wanted', () => {
    expect(momentText(momentOf('2026-11-26 00:01:00.9')!, true)).toBe('11-26 00:01:00');
    expect(momentText(momentOf('11-26 00:01:00')!, false)).toBe('00:01:00');
    expect(momentText(momentOf('00:01:00')!, true)).toBe('00:01:00');
  });

  it('are none where the text has no clock', () => expect(momentOf('yesterday')).toBeUndefined());
});

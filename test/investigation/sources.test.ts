// Links and excerpts of source code: made of our own words and of untrusted text, which must stay text.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { link } from '../../server/src/core/investigation/escape.js';
import { publicSource } from '../../server/src/core/investigation/publicSource.js';
import { sourceExcerpt } from '../../server/src/core/investigation/sourceLines.js';

describe('links', () => {
  test('show the text literally and lead to the address', () => {
    expect(link('open a.go:3', 'file:///x/a.go#L3')).toBe('[open a.go:3](file:///x/a.go#L3)');
    expect(link('[x](y) `z`', 'file:///x/a b(1).go')).toBe('[\\[x\\](y) \\`z\\`](file:///x/a%20b%281%29.go)');
  });
  test('are none where the address runs something', () => {
    for (const address of ['command:x', 'command://x', 'JavaScript://x', 'data:text/html,x', 'x', ''])
      expect(link('text', address)).toBe('text');
  });
  test('cannot be left from inside', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('(', ')', '[', ']', '<', '>', '\\', '`', ' ', '\n', 'a', '\u202e', '\ud800'),
    });
    fc.assert(
      fc.property(hostile, hostile, (text, path) => {
        expect(link(`x${text}`, `file:///${path}`)).toMatch(/^\[(?:\\.|[^\\[\]])*\]\(file:\/\/\/[^\s()<>[\]\\`]*\)$/);
      }),
    );
  });
});

describe('public pages', () => {
  const cases: [string, string, string | undefined][] = [
    [
      '/go/src/github.com/docker/docker/daemon/exec.go',
      'moby v20.10.24',
      'https://github.com/moby/moby/blob/v20.10.24/daemon/exec.go#L7',
    ],
    [
      '/build/reproducible-path/docker.io-20.10.24+dfsg1/_build/src/github.com/docker/docker/daemon/exec.go',
      'moby v20.10.24, built-in lock map; 41 of 41 lines fit',
      'https://github.com/moby/moby/blob/v20.10.24/daemon/exec.go#L7',
    ],
    [
      'k8s.io/kubernetes/pkg/kubelet/kubelet.go',
      'kubernetes v1.30.0-rc.1',
      'https://github.com/kubernetes/kubernetes/blob/v1.30.0-rc.1/pkg/kubelet/kubelet.go#L7',
    ],
    [
      '/go/src/github.com/docker/docker/daemon/exec.go',
      'moby v18.06.0-ce to v18.06.3-ce, built-in lock map; 6 of 6 lines fit',
      'https://github.com/moby/moby/blob/v18.06.0-ce/daemon/exec.go#L7',
    ],
    [
      'github.com/moby/moby/v2/daemon/exec.go',
      'moby docker-v29.0.0, built-in lock map; 6 of 6 lines fit',
      'https://github.com/moby/moby/blob/docker-v29.0.0/daemon/exec.go#L7',
    ],
    [
      'github.com/containerd/containerd/v2/core/runtime/v2/shim.go',
      'containerd one of 3 versions from v2.0.0 to v2.1.1, built-in lock map; 6 of 6 lines fit',
      'https://github.com/containerd/containerd/blob/v2.0.0/core/runtime/v2/shim.go#L7',
    ],
    ['k8s.io/kubernetes/pkg/kubelet/kubelet.go', 'kubelet v1.30.1-openshift, built-in lock map', undefined],
    ['k8s.io/kubernetes/pkg/kubelet/kubelet.go', 'kubelet v1.17.17+k3s, built-in lock map', undefined],
    ['/go/src/github.com/docker/docker/vendor/github.com/x/y/z.go', 'moby v20.10.24', undefined],
    ['/go/src/github.com/docker/docker/daemon/exec.go', '', undefined],
    ['/go/src/github.com/docker/docker/daemon/exec.go', 'docker main', undefined],
    ['/go/src/github.com/docker/docker/../../evil/exec.go', 'moby v20.10.24', undefined],
    ['/go/src/github.com/docker/docker/a](command:x).go', 'moby v20.10.24', undefined],
    ['/go/src/example.org/app/main.go', 'app v1.0.0', undefined],
  ];
  for (const [file, origin, page] of cases)
    test(`${file}, ${origin || 'plain files'}`, () => expect(publicSource(file, 7, origin)).toBe(page));
});

describe('excerpts', () => {
  const excerpt = (text: string, line: number): string =>
    sourceExcerpt({ text, line, uri: undefined, fits: undefined });
  test('stand in a block that nothing in them ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', '```', '~~~', '\n', 'a', '\t', '\u202e', '\r\n'), { maxLength: 40 }),
        (parts) => {
          const lines = excerpt(parts.join(''), 1).split('\n');
          const fence = /^(`{3,})go$/.exec(lines[0]!)![1]!;
          expect(lines.at(-1)).toBe(fence);
          expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([]);
          expect(lines.join('')).not.toContain('\u202e');
        },
      ),
    );
  });
  test('show only lines around the one that is meant, and none in full that is endless', () => {
    const text = Array.from({ length: 100 }, (_, at) => `line ${at + 1} ${'x'.repeat(1000)}`).join('\n');
    const shown = excerpt(text, 50);
    expect(shown.split('\n').length).toBe(10);
    expect(shown.length).toBeLessThan(2000);
    expect(shown).toContain('▶ 50  line 50');
  });
});

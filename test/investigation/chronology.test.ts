// The times along a chain: what is doubted because of them, what is chosen because of them, and what the timeline tells.

import { describe, expect, it } from 'vitest';
import { parseText, together } from '../../server/src/core/formats/index.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { storyChain } from '../../server/src/core/investigation/phrases.js';
import { terminalReport } from '../../server/src/core/investigation/report.js';

const client = (id: number, minutes: number): string => `goroutine ${id} [select, ${minutes} minutes]:
google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader(0xc000100000)
	/src/google.golang.org/grpc/internal/transport/transport.go:323 +0x7c
google.golang.org/grpc.invoke({0x1, 0xc000200000}, {0x2, 0x3})
	/src/google.golang.org/grpc/call.go:73 +0xbd
github.com/containerd/containerd/api/services/tasks/v1.(*tasksClient).Start(0xc000010020, {0x1, 0xc000200000})
	/src/github.com/containerd/containerd/api/services/tasks/v1/tasks.pb.go:1285 +0xd3
main.start(0xc000300000)
	/src/main.go:12 +0x1d
`;
const server = (id: number, minutes: number): string => `goroutine ${id} [select, ${minutes} minutes]:
github.com/containerd/ttrpc.(*Client).dispatch(0xc000400000)
	/src/github.com/containerd/ttrpc/client.go:341 +0x1b0
github.com/containerd/containerd/api/services/tasks/v1._Tasks_Start_Handler({0x1, 0xc000500000})
	/src/github.com/containerd/containerd/api/services/tasks/v1/tasks.pb.go:1500 +0x170
`;

/** dockerd's dump of noon and containerd's of one minute later. */
const graphOf = (dockerd: string, containerd: string, stamp = '2026-11-25T12:01:00.000Z') =>
  buildGraph(
    together([
      ...parseText(dockerd, 'goroutine-stacks-2026-11-25T120000Z.log'),
      ...parseText(
        `time="${stamp}" level=info msg="=== BEGIN goroutine stack dump ==="\n${containerd}`,
        'containerd.log',
      ),
    ]),
  );
const report = (graph: ReturnType<typeof graphOf>): string => terminalReport(graph, { color: false, width: 10_000 });

describe('times along a chain', () => {
  it('agree where the server began with the call', () => {
    expect(report(graphOf(client(7, 10), server(9, 11)))).not.toContain('doubtful');
  });

  it('are doubted aloud where the server was busy before the call was made', () => {
    expect(report(graphOf(client(7, 10), server(9, 60)))).toContain(
      'goroutine 9 has waited since 11:04:00 or earlier, at least 43 min before this call was made, so it may be busy with another one',
    );
  });

  it('say nothing where a dump tells no time', () => {
    const graph = buildGraph(
      together([...parseText(client(7, 10), 'dockerd.txt'), ...parseText(server(9, 60), 'containerd.txt')]),
    );
    expect(report(graph)).not.toContain('doubtful');
    expect(report(graph)).not.toContain('TIMELINE');
  });

  it('choose among servers one that can be at this call', () => {
    const graph = graphOf(client(7, 10), `${server(9, 60)}\n${server(8, 10)}`);
    const [caller] = graph.traces[0]!.facts.waits;
    expect(storyChain(graph, caller!.waiter).links[1]?.entity).toContain('goroutine:8@');
  });

  it('are told in the order of the clock, with what they come from', () => {
    expect(/TIMELINE\n\n(.*?)\n\n(.*?)\n\n/s.exec(report(graphOf(client(7, 10), server(9, 11))))?.[2]).toBe(
      [
        '  - about 11:50:00: goroutine 7 begins to wait for the answer to rpc Tasks/Start (goroutine-stacks-2026-11-25T120000Z.log:1)',
        '  - about 11:50:00: goroutine 9 begins to wait for the answer to an RPC (containerd.log:2)',
        '  - 12:00:00: goroutine-stacks-2026-11-25T120000Z.log is written, as the file’s name says (goroutine-stacks-2026-11-25T120000Z.log:1)',
        '  - 12:01:00: containerd.log is written, as its log line says (containerd.log:2)',
      ].join('\n'),
    );
  });
});

// The reasons inside "Skipping pod synchronization" and inside the node's condition Ready.

import type { Article } from '../../format.js';

export interface ReasonRow {
  /** Words of the log that mean it. */
  readonly words: readonly string[];
  readonly article: Article;
}

const RUNTIME = 'pkg/kubelet/runtime.go: runtimeState';
const PLEG = 'pkg/kubelet/pleg/generic.go: Healthy';

export const REASONS = {
  stale: {
    words: ['pleg was last seen active'],
    article: {
      title: 'PLEG: the last relist is too long ago',
      text: 'The kubelet lists its pods and containers every second and then looks at those that changed, one after the other. Healthy is who began such a relist within the threshold (3 minutes; 10 with Evented PLEG). The duration counts from the *beginning* of the last relist whose lists worked, so the time of the line minus the duration is when it hung or broke; all lines of one outage give the same instant, to a millisecond.\n\nEither the runtime answers lists too late, or one container’s inspection hangs and holds up all the others.',
      next: 'The call to the runtime that timed out, and its container: the lines before this one. Then each container by itself, with a time limit: `for c in $(crictl ps -q); do timeout 5 crictl inspect $c >/dev/null || echo $c; done` (docker: `docker ps -q`, `docker inspect`). Then a goroutine dump of the runtime, while it hangs.',
      source: PLEG,
    },
  },
  never: {
    words: ['pleg has yet to be successful'],
    article: {
      title: 'PLEG: no relist has worked yet',
      text: 'The kubelet has just started, and its first relist is not back. Usual, for less than a second. If it stays, the runtime does not answer the first list.',
      next: 'Only if it stays for more than half a minute: the runtime’s state and journal. If the kubelet starts over and over, look for a line of severity F: it dies of something else.',
      source: PLEG,
    },
  },
  down: {
    words: ['container runtime is down', ' runtime is down'],
    article: {
      title: 'container runtime is down',
      text: 'No good answer to the Status call, which is made every 5 seconds, for 30 seconds. Up to 1.12 the kubelet says so at its start too, until the first answer.',
      next: '`systemctl status` of the runtime and its journal at the beginning; memory (`free -h`, `dmesg | grep -i oom`); its socket (`crictl info`).',
      source: RUNTIME,
    },
  },
  checking: {
    words: ['container runtime status check may not have completed yet'],
    article: {
      title: 'the runtime’s status has not been asked yet',
      text: 'The kubelet has just started, and its first Status call is not back. Usual, for less than a second.',
      source: RUNTIME,
    },
  },
  events: {
    words: ['pleg event channel capacity is full'],
    article: {
      title: 'Evented PLEG: its event channel is full',
      text: 'The sync loop does not take the events as fast as they come. The only reason for which Evented PLEG calls itself unhealthy.',
      next: 'A goroutine dump of the kubelet: `kubectl get --raw "/api/v1/nodes/<node>/proxy/debug/pprof/goroutine?debug=2"`.',
      source: 'pkg/kubelet/pleg/evented.go: Healthy',
    },
  },
  network: {
    words: [
      'NetworkPluginNotReady',
      'NetworkReady=false',
      'cni config uninitialized',
      'cni plugin not initialized',
      'network state unknown',
      'no networks found in',
    ],
    article: {
      title: 'the pod network is not ready',
      text: 'The network plugin has not written its configuration into /etc/cni/net.d. Usual for a while after a node has joined.',
      next: 'The network plugin’s pod of this node: `kubectl -n kube-system get pods -o wide`; `ls -l /etc/cni/net.d`.',
      source: 'pkg/kubelet/kubelet.go: updateRuntimeUp',
    },
  },
  shutdown: {
    words: ['node is shutting down'],
    article: {
      title: 'node is shutting down',
      text: 'Planned: systemd-logind announced a shutdown, and the kubelet ends its pods in order.',
      source: 'pkg/kubelet/nodeshutdown',
    },
  },
  csi: {
    words: ['CSINode is not yet initialized'],
    article: {
      title: 'CSINode is not yet initialized',
      text: 'The kubelet waits for the API server to take its CSINode object. Short at the start; if it stays, the API server is not reached.',
      next: 'The network to the API server.',
      source: 'pkg/volume/csi/csi_plugin.go',
    },
  },
  capacity: {
    words: ['missing node capacity for resources'],
    article: {
      title: 'the node’s capacity is not known yet',
      text: 'cAdvisor has not found the file systems yet, most often because the runtime did not say where its images are. Short at the start.',
      source: 'pkg/kubelet/nodestatus/setters.go: ReadyCondition',
    },
  },
} as const satisfies Readonly<Record<string, ReasonRow>>;

// The kubelet's messages that tell about the node's health: how each begins, in each version, and what it means.
// The versions of line numbers are from logs of the releases; they may be off by one minor release.

import type { Article } from '../../format.js';

/** A message is known by its beginning, behind prefixes, the klog head and quotes. At least four characters each. */
export interface MessageRow {
  readonly starts: readonly string[];
  readonly article: Article;
}

const KUBELET = 'pkg/kubelet/kubelet.go';
const PLEG = 'pkg/kubelet/pleg/generic.go';
const EVENTED = 'pkg/kubelet/pleg/evented.go';
const STATUS = 'pkg/kubelet/kubelet_node_status.go';
const SETTERS = 'pkg/kubelet/nodestatus/setters.go';
const CRI = 'pkg/kubelet/kuberuntime';

export const MESSAGES = {
  skip: {
    starts: ['Skipping pod synchronization', 'skipping pod synchronization'],
    article: {
      title: 'Skipping pod synchronization: the kubelet calls itself unhealthy',
      text: 'The kubelet stops working on its pods until every reason behind this message is gone; running containers go on. The node becomes NotReady with the next status update. The lines come after 100, 200, 400, 800 ms and so on up to 5 s (every 5 s in old versions), so a burst of lines marks the moment it became unhealthy. How it is written tells the version: up to 1.13 severity I and reasons in brackets with a space between them; 1.14 a comma and final dots; 1.15 a comma; 1.16 to 1.20 severity E, brackets only around several; since 1.21 `"Skipping pod synchronization" err="…"`.',
      next: 'Read the reasons in the line; the pointer on each of them says what it means.',
      source: `${KUBELET}: syncLoop, runtimeState`,
    },
  },
  'cannot-list': {
    starts: ['GenericPLEG: Unable to retrieve pods'],
    article: {
      title: 'GenericPLEG: Unable to retrieve pods',
      text: 'A relist failed: ListPodSandbox or ListContainers got no answer. That happens at most once a second; the time of the last relist that worked stays, and 3 minutes after it PLEG is called unhealthy. The error behind it tells whether the runtime hangs (*DeadlineExceeded*) or is gone (*Unavailable*). generic.go line 236 is Kubernetes 1.26, 238 is 1.28, 256 is 1.32.',
      next: '*DeadlineExceeded*: take a goroutine dump of the runtime while it hangs. *Unavailable*: read the runtime’s journal around the first such line.',
      source: `${PLEG}: Relist`,
    },
  },
  'write-status': {
    starts: ['PLEG: Write status', 'PLEG: Ignoring events for pod'],
    article: {
      title: 'PLEG could not read the status of one pod',
      text: 'The relist itself worked, and goes on with the next pod; this one is tried again. It does not make PLEG unhealthy. (If looking at one pod *hangs*, no such line comes, and the whole relist stands still.)',
      next: 'Look at the error: it is about this pod’s sandbox or container only.',
      source: `${PLEG}: updateCache`,
    },
  },
  'channel-full': {
    starts: ['event channel is full, discard this relist', 'Event channel is full, discard this relist'],
    article: {
      title: 'PLEG’s event channel is full',
      text: 'The sync loop does not take the events as fast as relist makes them; events are dropped and found again by later relists. Older versions blocked here instead: relist and sync loop then waited for each other with no lock at all (fixed by dropping events).',
      next: 'A goroutine dump of the kubelet shows what the sync loop does: `kubectl get --raw "/api/v1/nodes/<node>/proxy/debug/pprof/goroutine?debug=2"`.',
      source: `${PLEG}; kubernetes#72482, #72709`,
    },
  },
  'evented-failed': {
    starts: ['Evented PLEG: Failed to get container events'],
    article: {
      title: 'Evented PLEG: the stream of container events broke',
      text: 'Severity I, though it is an error. Evented PLEG (alpha, off by default) listens to the runtime’s event stream; after 5 failed streams the kubelet falls back to the Generic PLEG until it is restarted. The error tells whether the runtime is gone (*Unavailable*) or has no event stream (*Unimplemented*).',
      next: 'The same error on GenericPLEG lines beside it: the runtime is gone, read its journal. Only here: the runtime does not offer events.',
      source: `${EVENTED}: watchEventsChannel (evented.go:206 is 1.32)`,
    },
  },
  'evented-fallback': {
    starts: ['Fall back to Generic PLEG relisting', 'Evented PLEG: disabling container-termination fast path'],
    article: {
      title: 'Evented PLEG gives up',
      text: 'Five event streams failed. From here on the Generic PLEG relists every second again, with its threshold of 3 minutes, until the kubelet is restarted.',
      source: EVENTED,
    },
  },
  'evented-cache': {
    starts: ['Evented PLEG: Get cache'],
    article: {
      title: 'Evented PLEG: a pod is not in the cache',
      text: 'About one pod only; the relist brings it back.',
      source: `${EVENTED} (evented.go:356)`,
    },
  },
  'pleg-event': {
    starts: ['SyncLoop (PLEG)'],
    article: {
      title: 'SyncLoop (PLEG): an ordinary event',
      text: 'A container of this pod started or ended, and the sync loop was told so. This is PLEG at work, no error: relists work, and the sync loop is not skipping.',
      source: `${KUBELET}: syncLoopIteration`,
    },
  },
  'sanity-check': {
    starts: ['Container runtime sanity check failed'],
    article: {
      title: 'Container runtime sanity check failed',
      text: 'The Status call, made every 5 seconds, got an error. After 30 seconds without a good answer the kubelet says *container runtime is down*.',
      next: '*DeadlineExceeded*: the runtime is there and hangs; memory (`free -h`, `dmesg | grep -i oom`), then its goroutine dump. *Unavailable*: it is not there; its journal.',
      source: `${KUBELET}: updateRuntimeUp (kubelet.go:3115 is 1.29 to 1.31)`,
    },
  },
  'runtime-not-ready': {
    starts: ['Container runtime not ready'],
    article: {
      title: 'Container runtime not ready',
      text: 'The runtime answers the Status call, and says itself that it is not ready (RuntimeReady=false).',
      next: 'The reason stands in the message; then the runtime’s journal.',
      source: `${KUBELET}: updateRuntimeUp`,
    },
  },
  'runtime-status-nil': {
    starts: ['Container runtime status is nil'],
    article: {
      title: 'Container runtime status is nil',
      text: 'The runtime answered the Status call with nothing.',
      source: `${KUBELET}: updateRuntimeUp`,
    },
  },
  'network-not-ready': {
    starts: ['Container runtime network not ready'],
    article: {
      title: 'Container runtime network not ready',
      text: 'The runtime says NetworkReady=false, checked every 5 seconds: most often no CNI configuration has been written yet. Pods of the host network start all the same. Usual for a while after a node has joined; the network plugin’s own pod writes the configuration.',
      next: 'Is the network plugin’s pod of this node running? `ls /etc/cni/net.d`',
      source: `${KUBELET}: updateRuntimeUp (kubelet.go:2103 is 1.19)`,
    },
  },
  'cni-config': {
    starts: ['Unable to update cni config'],
    article: {
      title: 'no CNI configuration',
      text: 'No usable file in /etc/cni/net.d: the network plugin has not written its configuration, or somebody removed it.',
      next: 'Is the network plugin’s pod of this node running? `ls -l /etc/cni/net.d`',
      source: 'pkg/kubelet/dockershim/network/cni/cni.go; containerd and CRI-O say the same',
    },
  },
  'not-ready': {
    starts: ['Node became not ready'],
    article: {
      title: 'Node became not ready',
      text: 'The kubelet set the condition Ready to False; the message in it has all reasons. Up to 1.26 the condition is printed as a Go struct, later as JSON with times in UTC, while the journal has local time.',
      source: SETTERS,
    },
  },
  condition: {
    starts: ['Ready  '],
    article: {
      title: 'the condition Ready, in a description of the node',
      text: 'What `kubectl describe node` prints: the status, when the kubelet last sent it, when it changed, reason and message.',
      source: SETTERS,
    },
  },
  'record-event': {
    starts: ['Recording NodeNotReady event', 'Recording NodeReady event', 'Recording event message for node'],
    article: {
      title: 'the node’s condition changed',
      text: 'The kubelet tells the cluster of a change of the node: NodeReady, NodeNotReady, NodeHasSufficientMemory and the like.',
      source: STATUS,
    },
  },
  ready: {
    starts: ['Fast updating node status as it just became ready', 'Node became ready'],
    article: { title: 'the node became ready', text: 'All conditions for Ready hold.', source: STATUS },
  },
  'status-failed': {
    starts: [
      'Error updating node status',
      'Unable to update node status',
      'update node status exceeds retry count',
      'Failed to update node status',
    ],
    article: {
      title: 'the node’s status could not be sent',
      text: 'The API server did not take the status. After 40 seconds without status and lease the node controller sets the node to Unknown: *Kubelet stopped posting node status*. The node itself may be well.',
      next: 'The network to the API server, its load balancer, certificates: `curl -k https://<api server>/healthz` from the node.',
      source: STATUS,
    },
  },
  'lease-failed': {
    starts: [
      'Failed to ensure lease exists',
      'failed to ensure node lease exists',
      'Failed to update lease',
      'failed to update node lease',
      'Failed to get node when trying to set owner ref',
    ],
    article: {
      title: 'the node’s lease could not be renewed',
      text: 'The lease is the node’s sign of life. After 40 seconds without it the node controller sets the node to Unknown.',
      next: 'The network to the API server: `curl -k https://<api server>/healthz` from the node.',
      source: 'staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go',
    },
  },
  'register-failed': {
    starts: ['Unable to register node'],
    article: {
      title: 'the node could not be registered',
      text: 'At its start the kubelet makes its Node object; the API server was not reached, or refused.',
      next: 'The address of the API server, its certificate, the kubelet’s own certificate.',
      source: STATUS,
    },
  },
  registered: {
    starts: ['Successfully registered node'],
    article: { title: 'the node is registered', text: 'The API server took the Node object.', source: STATUS },
  },
  start: {
    starts: [
      'Kubelet version',
      'Starting kubelet main sync loop',
      'Started kubelet',
      'Starting kubelet',
      'Kubernetes version',
    ],
    article: {
      title: 'the kubelet starts',
      text: 'Until the first relist and the first status check of the runtime have come back (under a second on a healthy node), the kubelet says that it skips pod synchronization. That is no outage.',
      source: `${KUBELET}: Run`,
    },
  },
  'runtime-initialized': {
    starts: [
      'Container runtime initialized',
      'Container runtime docker initialized',
      'Container runtime cri-o initialized',
      'Container runtime containerd initialized',
      'Container runtime remote initialized',
    ],
    article: {
      title: 'which container runtime the kubelet uses',
      text: 'Name and version of the runtime, and of its API.',
      source: `${CRI}/kuberuntime_manager.go`,
    },
  },
  'shutdown-manager': {
    starts: [
      'Shutdown manager detected new shutdown event',
      'Shutdown manager processing shutdown event',
      'Shutdown manager completed processing shutdown event',
      'Shutdown manager killing pod',
      'Shutdown manager pod killing',
    ],
    article: {
      title: 'the node is being shut down',
      text: 'systemd-logind announced a shutdown, and the kubelet ends its pods in order. What fails from here on is part of it.',
      source: 'pkg/kubelet/nodeshutdown',
    },
  },
  panic: {
    starts: ['Observed a panic'],
    article: {
      title: 'the kubelet panicked',
      text: 'A bug in the kubelet; it ends, and systemd starts it again. The stack stands in the lines below.',
      next: 'Look for the function on top of the stack in the release notes of newer versions.',
      source: 'k8s.io/apimachinery/pkg/util/runtime',
    },
  },
  fatal: {
    starts: [],
    article: {
      title: 'a fatal error: the program ends',
      text: 'Severity F of klog: this is the last thing it does. Systemd starts it again after a few seconds. (Lines that begin with “Flag --…” are notes about old options and no klog lines.)',
      next: 'The error in the line is the reason; the lines before it are not.',
      source: 'k8s.io/klog: Fatal',
    },
  },
  'run-failed': {
    starts: [
      'Failed to run kubelet',
      'failed to run Kubelet',
      'command failed',
      'failed to load Kubelet config',
      'Failed to load kubelet config',
    ],
    article: {
      title: 'the kubelet could not start',
      text: 'It ends with the error in this line, and systemd starts it again after a few seconds.',
      source: 'cmd/kubelet/app/server.go',
    },
  },
  'call-failed': {
    starts: [
      'Failed to list pod sandboxes',
      'ListPodSandbox failed',
      'ListContainers failed',
      'getKubeletContainers failed',
      'GetPodStatus failed',
      'GetPods failed',
      'Error listing containers',
      'Failed cleaning pods',
      'PodSandboxStatus of sandbox',
      'getPodContainerStatuses for pod',
      'Failed to create sandbox for pod',
      'CreatePodSandbox for pod',
      'createPodSandbox for pod',
      'StopPodSandbox for pod',
      'Failed to stop sandbox',
      'KillPodSandbox for pod',
      'Failed to get runtime version',
      'Failed to get status of runtime',
    ],
    article: {
      title: 'a call to the container runtime failed',
      text: 'The error behind it is the runtime’s, or says that it did not answer.',
      source: CRI,
    },
  },
  'grpc-connect': {
    starts: [
      '[core] [Channel',
      '[core]grpc: addrConn',
      'grpc: addrConn.createTransport',
      'addrConn.createTransport',
      '[core] grpc: addrConn',
    ],
    article: {
      title: 'gRPC could not connect',
      text: 'The library below the kubelet’s calls says so itself, in up to eight lines. The error behind `Err:` tells why: *connection refused* (the socket is there, nobody listens) or *no such file or directory* (the runtime has not started, or listens elsewhere).',
      source: 'google.golang.org/grpc/clientconn.go',
    },
  },
} as const satisfies Readonly<Record<string, MessageRow>>;

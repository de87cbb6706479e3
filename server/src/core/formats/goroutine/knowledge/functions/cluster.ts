// Functions that a reader of a dump meets: kubelet, etcd and others of a cluster.

import type { FunctionRow } from './row.js';

export const CLUSTER_FUNCTIONS: readonly FunctionRow[] = [
  // kubelet.
  {
    ends: 'pleg.(*GenericPLEG).relist',
    title: 'kubelet: PLEG lists pods and looks for changes',
    text: 'Once a second it lists all containers, then inspects changed pods one after the other. One container whose inspect hangs stops it; after three minutes the node becomes NotReady with “PLEG is not healthy”.',
    next: 'See which call it waits in: list or status, and of which container.',
    source: 'kubernetes pkg/kubelet/pleg/generic.go',
  },
  {
    ends: 'pleg.(*GenericPLEG).Relist',
    title: 'kubelet: PLEG lists pods and looks for changes',
    text: 'Once a second, under its relist lock, it lists all containers, then inspects changed pods one after the other. One container whose status hangs stops it; after three minutes the node becomes NotReady with “PLEG is not healthy”.',
    next: 'See which call it waits in: list or status, and of which container.',
    source: 'kubernetes pkg/kubelet/pleg/generic.go',
  },
  {
    ends: 'pleg.(*GenericPLEG).updateCache',
    title: 'kubelet: PLEG inspects one pod',
    text: 'Asks the runtime for the status of the pod’s sandbox and containers.',
    next: 'The runtime’s dump shows what keeps that container.',
    source: 'kubernetes pkg/kubelet/pleg/generic.go',
  },
  {
    ends: 'container.(*cache).GetNewerThan',
    title: 'kubelet: a pod worker waits for PLEG',
    text: 'It waits, without a time limit, for a pod status newer than its last one. PLEG brings it: if many wait here, PLEG is stuck.',
    next: 'Look for `GenericPLEG` in this dump.',
    source: 'kubernetes pkg/kubelet/container/cache.go',
  },
  {
    ends: 'kubelet.(*Kubelet).syncLoopIteration',
    title: 'kubelet: the main loop',
    text: 'Takes pod changes, PLEG events and timers. At rest in its select.',
    source: 'kubernetes pkg/kubelet/kubelet.go',
  },
  {
    ends: 'kubelet.(*podWorkers).managePodLoop',
    title: 'kubelet: works on one pod',
    text: 'One for each pod, up to Kubernetes 1.26. At rest while it waits for updates.',
    source: 'kubernetes pkg/kubelet/pod_workers.go',
  },
  {
    ends: 'kubelet.(*podWorkers).podWorkerLoop',
    title: 'kubelet: works on one pod',
    text: 'One for each pod, since Kubernetes 1.27. At rest while it waits for updates.',
    source: 'kubernetes pkg/kubelet/pod_workers.go',
  },
  {
    ends: 'kuberuntime.(*kubeGenericRuntimeManager).GetPodStatus',
    title: 'kubelet: asks the runtime for one pod’s status',
    text: 'Calls of PodSandboxStatus and ContainerStatus, one after the other.',
    source: 'kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go',
  },
  {
    ends: 'libdocker.(*kubeDockerClient).InspectContainer',
    title: 'kubelet with dockershim: inspects a container',
    text: 'A request to dockerd with a time limit of two minutes.',
    next: 'Take dockerd’s dump and look for `ContainerInspectCurrent`.',
    source: 'kubernetes pkg/kubelet/dockershim/libdocker/kube_docker_client.go',
  },

  // etcd, consul.
  {
    ends: 'etcdserver.(*EtcdServer).processInternalRaftRequestOnce',
    title: 'etcd: waits until a write is agreed on',
    text: 'The request is proposed to the cluster; it goes on when a majority has stored it and this member has applied it.',
    source: 'etcd server/etcdserver/v3_server.go',
  },
  {
    ends: 'etcdserver.(*EtcdServer).linearizableReadNotify',
    title: 'etcd: waits until a read is safe',
    text: 'The leader must confirm that it still leads. Many of these waiting: no leader, or a slow one.',
    source: 'etcd server/etcdserver/v3_server.go',
  },
  {
    ends: 'wal.(*WAL).sync',
    title: 'etcd: waits for the disk',
    text: 'fsync of the write-ahead log. Long waits here mean a slow disk.',
    source: 'etcd server/wal/wal.go',
  },
  {
    ends: 'memberlist.(*Memberlist).aliveNode',
    title: 'memberlist: a node has become alive',
    text: 'Holds the list of nodes locked, also while it calls the program’s own callbacks: a callback that asks memberlist for its members waits for itself.',
    source: 'hashicorp/memberlist state.go: nodeLock',
  },
];

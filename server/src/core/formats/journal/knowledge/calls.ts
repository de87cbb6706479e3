// The calls that the kubelet makes of the container runtime (CRI, api.proto), and the docker API behind dockershim.

import type { Article } from '../../format.js';

/** What the kubelet calls, and what it is for. `docker`: what dockershim asks the docker daemon for it. */
export interface CallRow {
  readonly service: 'Runtime' | 'Image';
  readonly docker?: string;
  /** The relist of PLEG makes it. */
  readonly relist?: boolean;
  readonly article: Article;
}

const API = 'k8s.io/cri-api: api.proto; pkg/kubelet/cri/remote/remote_runtime.go';

const row = (service: CallRow['service'], title: string, text: string, docker?: string, relist = false): CallRow => ({
  service,
  relist,
  ...(docker && { docker }),
  article: { title, text, source: API },
});

const runtime = 'Runtime';
const image = 'Image';

export const CALLS: Readonly<Record<string, CallRow>> = {
  ListPodSandbox: row(
    runtime,
    'ListPodSandbox: list the pods’ sandboxes',
    'The first of the two lists that each relist of PLEG makes, once a second. It needs no container to answer; if it hangs, the runtime as a whole hangs.',
    'ContainerList',
    true,
  ),
  ListContainers: row(
    runtime,
    'ListContainers: list the containers',
    'The second of the two lists that each relist of PLEG makes. If it hangs, the runtime as a whole hangs.',
    'ContainerList',
    true,
  ),
  PodSandboxStatus: row(
    runtime,
    'PodSandboxStatus: look at one sandbox',
    'The relist of PLEG makes it for each pod that has changed, one after the other: one sandbox that hangs holds up all of them. With a network plugin it also asks for the pod’s address.',
    'ContainerInspect',
    true,
  ),
  ContainerStatus: row(
    runtime,
    'ContainerStatus: look at one container',
    'The relist of PLEG makes it for each container of a pod that has changed, one after the other: one container that hangs holds up all of them.',
    'ContainerInspect',
    true,
  ),
  Status: row(
    runtime,
    'Status: is the runtime ready',
    'Asked every 5 seconds. After 30 seconds without a good answer the kubelet says *container runtime is down*.',
    'Info',
  ),
  Version: row(
    runtime,
    'Version: which runtime it is',
    'Asked at the start, and to see whether the runtime is there.',
    'Version',
  ),
  RunPodSandbox: row(
    runtime,
    'RunPodSandbox: start a pod’s sandbox',
    'Starts the pause container and sets up the pod’s network; slow network plugins show here. It fails for one pod.',
    'ContainerStart',
  ),
  StopPodSandbox: row(
    runtime,
    'StopPodSandbox: stop a pod’s sandbox',
    'Takes down the pod’s network and its pause container; slow network plugins show here. It fails for one pod.',
    'ContainerStop',
  ),
  RemovePodSandbox: row(
    runtime,
    'RemovePodSandbox: remove a pod’s sandbox',
    'It fails for one pod.',
    'ContainerRemove',
  ),
  CreateContainer: row(
    runtime,
    'CreateContainer: create a container',
    'It fails for one container.',
    'ContainerCreate',
  ),
  StartContainer: row(
    runtime,
    'StartContainer: start a container',
    'The runtime starts runc and waits for it. It fails for one container.',
    'ContainerStart',
  ),
  StopContainer: row(
    runtime,
    'StopContainer: stop a container',
    'A signal, the grace period, then SIGKILL. A container whose processes hang in the kernel cannot be stopped.',
    'ContainerStop',
  ),
  RemoveContainer: row(
    runtime,
    'RemoveContainer: remove a container',
    'It fails for one container.',
    'ContainerRemove',
  ),
  ExecSync: row(
    runtime,
    'ExecSync: run a command in a container',
    'What exec probes do. Each one starts runc; a command that never ends keeps its place until the time-out.',
    'ContainerExecStart',
  ),
  Exec: row(runtime, 'Exec: open a stream into a container', 'It fails for one container.', 'ContainerExecStart'),
  ContainerStats: row(runtime, 'ContainerStats: usage of one container', 'For metrics and eviction.', 'ContainerStats'),
  ListContainerStats: row(
    runtime,
    'ListContainerStats: usage of all containers',
    'For metrics and eviction; the pods go on without it.',
    'ContainerStats',
  ),
  ListPodSandboxStats: row(
    runtime,
    'ListPodSandboxStats: usage of all pods',
    'For metrics and eviction; the pods go on without it.',
    'ContainerStats',
  ),
  UpdateContainerResources: row(
    runtime,
    'UpdateContainerResources: change limits',
    'It fails for one container.',
    'ContainerUpdate',
  ),
  UpdateRuntimeConfig: row(
    runtime,
    'UpdateRuntimeConfig: tell the runtime the pod network',
    'Made once the node has its address range.',
  ),
  ReopenContainerLog: row(runtime, 'ReopenContainerLog: after a log was rotated', 'It fails for one container.'),
  GetContainerEvents: row(runtime, 'GetContainerEvents: the event stream', 'What Evented PLEG listens to.'),
  ListImages: row(image, 'ListImages: list the images', 'For image clean-up and the node’s status.', 'ImageList'),
  ImageStatus: row(image, 'ImageStatus: is an image there', 'Before a container is created.', 'ImageInspect'),
  PullImage: row(
    image,
    'PullImage: pull an image',
    'Slow registries show here; the node is not to blame.',
    'ImageCreate',
  ),
  RemoveImage: row(image, 'RemoveImage: remove an image', 'Image clean-up.', 'ImageDelete'),
  ImageFsInfo: row(image, 'ImageFsInfo: space for images', 'For eviction and image clean-up.', 'Info'),
};

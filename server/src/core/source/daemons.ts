// The daemons for which there are lock maps, and how a dump shows which of them printed it: by the packages of its
// functions. Looked at before any map is loaded.

export interface Daemon {
  /** Of the map, and in words for the user. */
  readonly map: string;
  /** What its own functions begin with. */
  readonly packages: readonly string[];
}

/** What a daemon takes from the ones further down it has as a library: the first that a dump shows is its own. */
const DAEMONS: readonly Daemon[] = [
  { map: 'kubelet', packages: ['k8s.io/kubernetes/pkg/kubelet', 'k8s.io/kubernetes/cmd/kubelet/'] },
  {
    map: 'cri-o',
    packages: [
      'github.com/cri-o/cri-o/',
      'github.com/kubernetes-sigs/cri-o/',
      'github.com/kubernetes-incubator/cri-o/',
    ],
  },
  {
    map: 'moby',
    packages: ['daemon', 'api/server', 'cmd/dockerd', 'container', 'libcontainerd', 'libnetwork', 'plugin'].flatMap(
      (folder) => [`github.com/docker/docker/${folder}`, `github.com/moby/moby/v2/${folder}`],
    ),
  },
  { map: 'containerd', packages: ['github.com/containerd/containerd/', 'github.com/docker/containerd/'] },
  { map: 'etcd', packages: ['github.com/coreos/etcd/', 'go.etcd.io/etcd/'] },
  { map: 'runc', packages: ['github.com/opencontainers/runc/'] },
];

/** The maps that there are. */
export const LOCK_MAPS: readonly string[] = DAEMONS.map(({ map }) => map);

/** The map of the daemon whose functions these are; undefined where they are none of theirs. */
export function lockMapFor(functions: Iterable<string>): string | undefined {
  let best = DAEMONS.length;
  for (const func of functions) {
    const found = DAEMONS.findIndex(({ packages }) => packages.some((start) => func.startsWith(start)));
    if (found >= 0 && found < best) best = found;
    if (best === 0) break;
  }
  return DAEMONS[best]?.map;
}

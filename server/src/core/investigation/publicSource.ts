// Where a line of a well-known program's source is shown in public, at the version that was read. Addresses are put together
// from a table of ours and a path without anything but plain letters.

/** Import paths -> public repositories; a module before those that its path begins with. */
const REPOSITORIES: Readonly<Record<string, string>> = {
  'github.com/moby/moby/v2': 'github.com/moby/moby',
  'github.com/containerd/containerd/v2': 'github.com/containerd/containerd',
  'github.com/docker/docker': 'github.com/moby/moby',
  'github.com/moby/moby': 'github.com/moby/moby',
  'github.com/containerd/containerd': 'github.com/containerd/containerd',
  'github.com/opencontainers/runc': 'github.com/opencontainers/runc',
  'github.com/cri-o/cri-o': 'github.com/cri-o/cri-o',
  'k8s.io/kubernetes': 'github.com/kubernetes/kubernetes',
  'go.etcd.io/etcd': 'github.com/etcd-io/etcd',
};

const PLAIN = /^[\w.-]+(?:\/[\w.-]+){0,30}\.go$/;
const VERSION = /(?:^| )((?:docker-)?v?\d+\.\d+(?:\.\d+)?(?:-ce|-(?:rc|beta|alpha)\.?\d{1,3})?)(?=$|[ ,])/;

/**
 * The page of a line; undefined where the project or the version is not known.
 *
 * Example input:  `/go/src/github.com/docker/docker/daemon/exec.go`, 171, `moby v20.10.24`
 * Example output: `https://github.com/moby/moby/blob/v20.10.24/daemon/exec.go#L171`
 */
export function publicSource(file: string, line: number, origin: string): string | undefined {
  const version = VERSION.exec(origin)?.[1];
  if (version === undefined || !Number.isInteger(line)) return undefined;
  const path = `/${file.replaceAll('\\', '/')}`;
  for (const [module, repository] of Object.entries(REPOSITORIES)) {
    const at = path.lastIndexOf(`/${module}/`);
    if (at < 0 || path.includes('/vendor/', at)) continue;
    const below = path.slice(at + module.length + 2);
    if (PLAIN.test(below) && !below.split('/').some((part) => /^\.+$/.test(part)))
      return `https://${repository}/blob/${version}/${below}#L${line}`;
  }
  return undefined;
}

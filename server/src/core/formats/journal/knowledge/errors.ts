// How a call to the runtime failed: the words of gRPC and of the socket below it.

import type { Article } from '../../format.js';

export interface ErrorRow {
  /** The first that occurs in the line, in the order of the table, names the error. */
  readonly words: readonly string[];
  /** `hangs`: the process is there and does not answer. `gone`: nobody is there. */
  readonly means: 'hangs' | 'gone' | 'refuses';
  readonly article: Article;
}

const GRPC = 'google.golang.org/grpc/codes';

export const ERRORS = {
  'operation timeout': {
    words: ['operation timeout: context deadline exceeded', 'operation timeout'],
    means: 'hangs',
    article: {
      title: 'operation timeout: docker did not answer in time',
      text: 'dockershim’s words for a call to the docker daemon that took more than 2 minutes: the daemon is there and hangs.',
      next: 'A goroutine dump of dockerd, while it hangs.',
      source: 'pkg/kubelet/dockershim/libdocker/kube_docker_client.go',
    },
  },
  EOF: {
    words: ['error reading from server: EOF', 'transport is closing', 'unexpected EOF'],
    means: 'gone',
    article: {
      title: 'EOF: the runtime died during the call',
      text: 'The connection ended while the kubelet waited for the answer. The best mark of the moment at which the runtime went away.',
      next: 'The runtime’s journal at this second: a crash, the OOM killer, a restart?',
      source: GRPC,
    },
  },
  'connection refused': {
    words: ['connection refused', 'Cannot connect to the Docker daemon'],
    means: 'gone',
    article: {
      title: 'connection refused: nobody listens',
      text: 'The socket is there, but no process listens on it: the runtime crashed, or is being restarted.',
      next: '`systemctl status` of the runtime; its journal at the first such line.',
      source: GRPC,
    },
  },
  'no such file or directory': {
    words: ['connect: no such file or directory'],
    means: 'gone',
    article: {
      title: 'no such file or directory: no socket',
      text: 'The runtime has not started, or listens on another path than the kubelet is told.',
      next: '`ls -l` of the path; `--container-runtime-endpoint` of the kubelet; `systemctl status` of the runtime.',
      source: GRPC,
    },
  },
  DeadlineExceeded: {
    words: ['code = DeadlineExceeded', 'context deadline exceeded', 'DeadlineExceeded'],
    means: 'hangs',
    article: {
      title: 'DeadlineExceeded: no answer in time',
      text: 'The runtime’s process is there and hangs, or is far too slow (the limit is 2 minutes, --runtime-request-timeout). Restarting it may help, and destroys what would tell why.',
      next: 'First a goroutine dump of the runtime, while it hangs; then restart it.',
      source: GRPC,
    },
  },
  Unavailable: {
    words: ['code = Unavailable'],
    means: 'gone',
    article: {
      title: 'Unavailable: the runtime is not there',
      text: 'There is no connection to the runtime: it has crashed, is being restarted, or has not started.',
      next: '`systemctl status` of the runtime; its journal at the first such line.',
      source: GRPC,
    },
  },
  Unimplemented: {
    words: ['code = Unimplemented'],
    means: 'refuses',
    article: {
      title: 'Unimplemented: the runtime does not know this call',
      text: 'The runtime is there, and too old (or too new) for it; or its CRI plugin is switched off.',
      next: 'containerd: `disabled_plugins` in /etc/containerd/config.toml.',
      source: GRPC,
    },
  },
  ResourceExhausted: {
    words: ['code = ResourceExhausted'],
    means: 'refuses',
    article: {
      title: 'ResourceExhausted: the answer is too large',
      text: 'Most often more than the 16 MB that a gRPC message may have: very many containers.',
      next: 'How many containers are there: `crictl ps -a | wc -l`.',
      source: GRPC,
    },
  },
  Canceled: {
    words: ['code = Canceled', 'context canceled'],
    means: 'refuses',
    article: {
      title: 'Canceled: given up by the caller',
      text: 'Who asked no longer wanted the answer.',
      source: GRPC,
    },
  },
  NotFound: {
    words: ['code = NotFound', 'No such container', 'does not exist'],
    means: 'refuses',
    article: {
      title: 'NotFound: there is no such container any more',
      text: 'It was removed in the meantime. Harmless.',
      source: GRPC,
    },
  },
  Unknown: {
    words: ['code = Unknown'],
    means: 'refuses',
    article: {
      title: 'Unknown: an error of the runtime’s own',
      text: 'The runtime answered, with the error that stands behind it. It is about this one call.',
      source: GRPC,
    },
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

// The parts of a log line: what each of them is.

import type { Article } from '../../format.js';

const KLOG = 'k8s.io/klog: formatHeader';

export const FIELDS: Readonly<Record<string, Article>> = {
  severity: {
    title: 'klog: severity, month and day',
    text: '`I` information, `W` warning, `E` error, `F` fatal: the program ends. Then month and day. The severity tells little about the kubelet’s health lines: up to 1.15 they are `I`.',
    source: KLOG,
  },
  time: {
    title: 'klog: the time, by the program itself',
    text: 'Local time of the process, to the microsecond. This is the true one: the journal’s stamp in front is when the line was *taken*, which may be minutes later after a hang, and may be in another time zone.',
    source: KLOG,
  },
  pid: {
    title: 'klog: the process',
    text: 'Another number is another start of the program.',
    source: KLOG,
  },
  place: {
    title: 'klog: the place in the source',
    text: 'File and line of the message. The line number changes with each version, which makes it a sign of the version.',
    source: KLOG,
  },
  age: {
    title: 'how long ago the last relist began',
    text: 'Counted from the beginning of the last relist whose lists worked: {relist}. All lines of one outage give the same instant. The threshold of 3 minutes is then passed, and a status update later the node is NotReady.',
    source: 'pkg/kubelet/pleg/generic.go: Healthy',
  },
  never: {
    title: 'the zero time: never',
    text: '292 years, the largest duration that Go has: there was no relist yet. The kubelet has just started.',
    source: 'time/time.go: Sub; kubernetes#65843',
  },
  threshold: {
    title: 'the threshold',
    text: '3 minutes for the Generic PLEG, 10 minutes with Evented PLEG. It is a constant, not an option.',
    source: 'pkg/kubelet/kubelet.go: genericPlegRelistThreshold',
  },
  container: {
    title: 'a container or a sandbox',
    text: 'The full id. The runtime’s dump, `ps` and the cgroup paths name it too.',
    next: '`crictl inspect <id>` or `crictl inspectp <id>`; `docker inspect <id>`.',
    source: 'k8s.io/cri-api',
  },
};

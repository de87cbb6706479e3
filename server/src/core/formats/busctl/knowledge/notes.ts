// What is told about a bus and its names.

import type { Article } from '../../format.js';

const SDBUS = 'src/busctl/busctl.c; src/libsystemd/sd-bus/sd-bus.c BUS_DEFAULT_TIMEOUT (25 s)';
const DAEMON = 'dbus-daemon bus/dispatch.c, bus/activation.c';

const LOOK =
  'Look at the process that owns the name (`busctl list` still answers, for that is the bus itself): is it stopped or stuck (`ps`, `strace -p`)? For systemd: its journal for `Operation not supported`, its version, and the counter of its bus connection: `gdb -p 1 -batch -ex "thread apply all bt"`, then `p /x bus->cookie` in a frame that has it. `systemctl daemon-reexec` gives it a new connection.';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That the tool printed this is certain. Why nobody answered, it does not tell: a service that is slow, hangs, or has lost its connection looks the same to who asks.';

export const NOTES: Readonly<Record<string, Article>> = {
  'no-answer': {
    title: '{service} does not answer ({message})',
    text: '{tool} asked {service} and got no answer in time ({message}). That the bus itself answers, as `busctl list` shows, does not mean that the services on it do.',
    next: LOOK,
    source: SDBUS,
  },
  'bus-no-answer': {
    title: '{service} does not answer ({message})',
    text: '{tool} asked {service} and got no answer in time ({message}). That the bus itself answers, as `busctl list` shows, does not mean that the services on it do.',
    next: LOOK,
    source: SDBUS,
  },
  'introspect-failed': {
    title: '{service} cannot be asked ({message})',
    text: '{tool} could not ask {service}: {message}.',
    source: SDBUS,
  },
  'call-failed': { title: 'the call failed: {message}', text: 'A call of {tool} failed: {message}.', source: SDBUS },
  'activation-timed-out': {
    title: '{service} did not come up in time',
    text: 'The bus tried to start {service} and gave up ({message}). For org.freedesktop.systemd1 that means that process 1 has no connection to the bus, or does not answer.',
    next: LOOK,
    source: DAEMON,
  },
  'not-booted': {
    title: 'systemd is not process 1 here',
    text: 'The command ran where systemd is not process 1: a container, a chroot, or another init system. It says nothing about the machine.',
    next: 'Run it on the host: `nsenter -t 1 -a systemctl …`.',
    source: 'src/systemctl/systemctl-util.c, src/basic/util.c running_in_chroot, sd_booted',
  },
  'no-bus': {
    title: 'no connection to the bus: {message}',
    text: '{tool} could not reach the bus ({message}): its socket is missing, nobody listens, or this is a container.',
    next: 'See whether `/run/dbus/system_bus_socket` is there and who listens: `ss -xlp | grep dbus`.',
    source: 'src/libsystemd/sd-bus/bus-socket.c',
  },
  'too-many-pending': {
    title: 'too many calls without an answer',
    text: 'A client has as many unanswered calls as the bus allows for one connection. Whom it asks does not answer.',
    next: LOOK,
    source: `${DAEMON}; max_replies_per_connection`,
  },
  'not-supported': {
    title: 'systemd cannot send: Operation not supported',
    text: 'This is the error with which sd-bus refuses to number a message when the counter of the connection no longer fits into 32 bits (before v242). Other causes give it too.',
    next: LOOK,
    source: 'src/libsystemd/sd-bus/bus-message.c bus_message_seal of v241; systemd issue 11809',
  },
  'nothing-found': {
    title: 'nothing found',
    text: 'No objects were found: the service did not answer, or it has none.',
    source: SDBUS,
  },
  'many-connections': {
    title: '{count} connections since the bus started',
    text: 'The highest unique name is {name}: about {count} connections were made since this bus started. Each start of runc with the systemd driver is one or two of them and costs systemd many messages; its counter is 32 bits wide on the wire.',
    next: 'See which programs come and go (`dbus-monitor --system --profile`), and check the counter of systemd’s connection.',
    source: 'dbus-daemon bus/driver.c create_unique_client_name; systemd issue 11809',
  },
};

export const NOTE_PLACES: Readonly<Record<string, Article>> = {
  listed: { title: 'the bus lists it', text: 'the bus itself answers and lists its owner', source: DAEMON },
  again: { title: 'again', text: 'the same again', source: DAEMON },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'owns-name': {
    title: 'owns the name on the bus',
    text: 'the bus lists `{name}` as a name of `{process}` (pid {pid})',
    source: 'dbus-daemon bus/driver.c GetConnectionUnixProcessID',
  },
};

export const WAITS: Readonly<Record<string, Article>> = {
  dbus: {
    title: 'waits for an answer over D-Bus',
    text: 'The caller sent a message and waits for the reply. Most tools give up after 25 seconds; many libraries (godbus in runc) wait for ever.',
    next: LOOK,
    source: SDBUS,
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  calls: { title: 'the calls', text: 'calls without an answer: {unanswered}', source: 'man busctl' },
  names: {
    title: 'the listing',
    text: 'names on the bus: {names} · calls without an answer: {unanswered}',
    source: 'man busctl',
  },
};

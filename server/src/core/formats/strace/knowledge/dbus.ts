// The words of D-Bus messages, as they stand in the bytes of a write.

import type { Article } from '../../format.js';

export const DBUS: Readonly<Record<string, Article>> = {
  'method-call': {
    title: 'a D-Bus method call',
    text: 'Type 1: asks the destination for something. Unless its flag says that no reply is expected, a return or an error with its serial must come back. Here: {message}.',
    source: 'D-Bus specification',
  },
  'method-return': {
    title: 'a D-Bus reply',
    text: 'Type 2: the answer to a call; its reply serial names which. Here: {message}.',
    source: 'D-Bus specification',
  },
  error: {
    title: 'a D-Bus error',
    text: 'Type 3: the answer to a call that failed; its reply serial names which. Here: {message}.',
    source: 'D-Bus specification',
  },
  signal: {
    title: 'a D-Bus signal',
    text: 'Type 4: tells whoever has asked for it. No reply. Here: {message}.',
    source: 'D-Bus specification',
  },
  serial: {
    title: 'serial of the message',
    text: 'Counts the messages of one sender on one connection, from 1; never 0. Every message has one, signals and replies too, so it is no count of calls. On the wire it has 32 bits; sd-bus calls it cookie and before systemd 242 broke when it ran over. Here: {message}.',
    source: 'D-Bus specification',
  },
  'reply-serial': {
    title: 'serial that is answered',
    text: 'The serial of the call that this message answers. Here: {message}.',
    source: 'D-Bus specification',
  },
  'no-reply': {
    title: 'no reply expected',
    text: 'Flag 1: the sender does not want an answer; that none comes is right. Here: {message}.',
    source: 'D-Bus specification',
  },
  'no-auto-start': {
    title: 'does not start the service',
    text: 'Flag 2: if nobody has the destination’s name, the bus must not start it. Here: {message}.',
    source: 'D-Bus specification',
  },
  interactive: {
    title: 'may ask the user',
    text: 'Flag 4: the service may ask for a password (polkit) before it answers; that can take as long as a person does. systemctl and busctl set it. Here: {message}.',
    source: 'D-Bus specification',
  },
  path: {
    title: 'object path',
    text: 'Field 1: the object within the destination, such as `/org/freedesktop/systemd1`. Here: {message}.',
    source: 'D-Bus specification',
  },
  interface: {
    title: 'interface',
    text: 'Field 2: the group of methods, such as `org.freedesktop.systemd1.Manager`. Here: {message}.',
    source: 'D-Bus specification',
  },
  member: {
    title: 'member',
    text: 'Field 3: the method or signal, such as `StartTransientUnit`. Here: {message}.',
    source: 'D-Bus specification',
  },
  'error-name': {
    title: 'name of the error',
    text: 'Field 4, such as `org.freedesktop.DBus.Error.NoReply`. Here: {message}.',
    source: 'D-Bus specification',
  },
  destination: {
    title: 'destination',
    text: 'Field 6: the name of who shall get it, such as `org.freedesktop.systemd1`. The bus passes it on to whoever has the name. Here: {message}.',
    source: 'D-Bus specification',
  },
  sender: {
    title: 'sender',
    text: 'Field 7: the unique name of who sent it (`:1.42`), filled in by the bus. Here: {message}.',
    source: 'D-Bus specification',
  },
  signature: {
    title: 'signature',
    text: 'Field 8: the types of the arguments. `s` string, `u` and `i` numbers, `v` any, `a` list, `()` structure. Here: {message}.',
    source: 'D-Bus specification',
  },
  'unix-fds': {
    title: 'descriptors',
    text: 'Field 9: how many descriptors come with the message. Here: {message}.',
    source: 'D-Bus specification',
  },
  'little-endian': {
    title: 'little-endian message',
    text: 'The first byte `l`: numbers have their lowest byte first. Here: {message}.',
    source: 'D-Bus specification',
  },
  'big-endian': {
    title: 'big-endian message',
    text: 'The first byte `B`: numbers have their highest byte first. Here: {message}.',
    source: 'D-Bus specification',
  },
  auth: {
    title: 'authentication',
    text: 'Before the first message both sides speak text: `AUTH EXTERNAL` with the user id in hexadecimal, `OK`, `NEGOTIATE_UNIX_FD`, `BEGIN`.',
    source: 'D-Bus specification',
  },
  begin: {
    title: 'end of the authentication',
    text: 'After `BEGIN` messages follow.',
    source: 'D-Bus specification',
  },
  hello: {
    title: 'first call on a bus',
    text: '`Hello` asks the bus for a unique name; the bus itself answers, not a service. Here: {message}.',
    source: 'D-Bus specification',
  },
  'body-length': {
    title: 'length of the body',
    text: 'How many bytes of arguments follow the fields. Here: {message}.',
    source: 'D-Bus specification',
  },
  'fields-length': {
    title: 'length of the fields',
    text: 'How many bytes the header fields take. With the 16 bytes before them, filled up to a multiple of 8, and the body it is the message’s whole size. Here: {message}.',
    source: 'D-Bus specification',
  },
};

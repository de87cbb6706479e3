// Words of busctl.

import type { Article } from '../../format.js';

const SOURCE = 'man busctl; D-Bus specification';

export const TERMS: Readonly<Record<string, Article>> = {
  NAME: {
    title: 'name',
    text: 'A unique name (`:1.54`) that the bus gave to a connection, or a well-known one that a service took.',
    source: SOURCE,
  },
  PID: { title: 'process', text: 'Who made the connection, as the kernel told the bus.', source: SOURCE },
  PROCESS: { title: 'process', text: 'Its name.', source: SOURCE },
  USER: { title: 'user', text: 'Whose process it is.', source: SOURCE },
  CONNECTION: {
    title: 'connection',
    text: 'The unique name of the connection that owns the name. `(activatable)`: nobody yet; the bus starts the service when it is asked for.',
    source: SOURCE,
  },
  UNIT: { title: 'systemd unit', text: 'The service or scope that the process belongs to.', source: SOURCE },
  SESSION: { title: 'login session', text: 'Of systemd-logind.', source: SOURCE },
  DESCRIPTION: { title: 'description', text: 'What the connection calls itself.', source: SOURCE },
  'unique name': {
    title: 'unique name of a connection',
    text: 'The bus counts connections: `:1.N` is the Nth since it started (and never given twice). A number that has run far up tells that clients come and go in great numbers.',
    source: 'dbus-daemon bus/driver.c create_unique_client_name',
  },
  'bus name': {
    title: 'well-known name',
    text: 'The name of a service. The bus delivers messages for it to the connection that owns it.',
    source: SOURCE,
  },
  'object path': {
    title: 'object',
    text: 'An object of the service. systemd has one for each unit and each job.',
    source: SOURCE,
  },
  activatable: {
    title: 'not running, startable',
    text: 'The bus starts it when somebody sends it a message; that message waits meanwhile.',
    source: SOURCE,
  },
  error: { title: 'an error of the client', text: 'What it was told, or that it was told nothing.', source: SOURCE },
  interface: { title: 'interface', text: 'A group of methods, properties and signals.', source: SOURCE },
  command: { title: 'a command', text: 'The command line that the transcript shows.', source: SOURCE },
  UniqueName: { title: 'unique name', text: 'The name that the bus gave to the connection.', source: SOURCE },
};

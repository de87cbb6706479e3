// What one line of a log names: the task, the call, descriptors, processes, flags, errors, times. Worked out when asked for.

import { phrase } from '../../text/l10n.js';
import type { Span } from '../../text/span.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import type { Inside, Mention } from '../../trace/trace.js';
import { below } from './below.js';
import { ROLES, Role } from './calls.js';
import { readMessage } from './dbus.js';
import { messageWords } from './messageWords.js';
import { describeMessage, missingOf, movedBy } from './requests.js';
import { duration } from './say.js';
import { SHAPE, Shape } from './shapes.js';
import { Mark } from './state.js';
import { pathEnd, readNumber, splitArguments, stringEnd } from './text.js';
import type { View } from './view.js';
import { processNumber } from './waits.js';

/** Most of a line that is looked at for mentions. */
const MOST = 16_384;

const term = (span: Span, name: string, more: Partial<Mention> = {}): Mention => ({
  span,
  kind: 'term',
  topic: { kind: 'term', name },
  ...more,
});

export function insideOf(view: View, source: number, event: number): Inside {
  const log = view.log(source);
  const { text } = log;
  const line = view.head(source, event);
  const end = Math.min(line.end, line.start + MOST);
  const shape = log.shape.at(event) & SHAPE;
  const mentions: Mention[] = [];
  const put = (start: number, stop: number, mention: Omit<Mention, 'span'>): void => {
    if (start < stop && stop <= end) mentions.push({ span: { start, end: stop }, ...mention });
  };
  const task = view.world.tasks[log.task.at(event)]!;
  const at = prefix(view, source, event, line.start, end, mentions);

  if (shape === Shape.signal) {
    const found = /SIG[A-Z0-9+]{2,12}/.exec(text.slice(at, Math.min(end, at + 40)));
    if (found)
      put(at + found.index, at + found.index + found[0].length, {
        kind: 'term',
        topic: { kind: 'signal', name: found[0] },
      });
    put(at, Math.min(end, at + 3), {
      kind: 'term',
      topic: { kind: 'term', name: text.startsWith('--- stopped', at) ? 'stopped' : 'signal-line' },
    });
    words(view, source, at + 4, end, mentions);
    return sorted(mentions);
  }
  if (shape === Shape.exit) {
    const name = text.startsWith('killed', at + 4)
      ? 'killed'
      : text.startsWith('superseded', at + 4)
        ? 'superseded'
        : 'exited';
    put(at, end, { kind: 'state', topic: { kind: 'term', name } });
    const signal = /SIG[A-Z0-9+]{2,12}/.exec(text.slice(at, Math.min(end, at + 60)));
    if (signal)
      put(at + signal.index, at + signal.index + signal[0].length, {
        kind: 'term',
        topic: { kind: 'signal', name: signal[0] },
      });
    return sorted(mentions);
  }
  if (shape === Shape.note) {
    const found = /Process (\d{1,10}) (attached|detached)/.exec(text.slice(at, end));
    if (found) {
      const digits = at + found.index + 8;
      put(digits, digits + found[1]!.length, {
        kind: 'entity',
        entity: globalEntity('thread', found[1]!),
        topic: { kind: 'term', name: 'pid' },
      });
      const word = digits + found[1]!.length + 1;
      put(word, word + 8, {
        kind: 'term',
        topic: { kind: 'term', name: found[2] === 'attached' ? 'attached' : 'detached-note' },
      });
    }
    return sorted(mentions);
  }
  if (shape === Shape.mode) return sorted([...mentions, term({ start: at, end }, 'mode')]);

  const name = view.nameSpan(source, event);
  const call = log.nameOf(event);
  const link = log.link.at(event);
  let from = at;
  const marked = shape !== Shape.resumed || name.end - name.start === call.length;
  if (shape === Shape.resumed && marked && text.startsWith('<... ', name.start - 5)) {
    const origin = link >= 0 ? { origin: view.nameSpan(source, link) } : {};
    put(name.start - 5, name.start - 1, { kind: 'term', topic: { kind: 'term', name: 'resumed' }, ...origin });
    put(name.start, name.end, { kind: 'function', topic: { kind: 'syscall', name: call }, ...origin });
    put(name.end + 1, name.end + 9, { kind: 'term', topic: { kind: 'term', name: 'resumed' }, ...origin });
    from = name.end + 9;
  } else if (shape !== Shape.resumed) {
    put(name.start, name.end, { kind: 'function', topic: { kind: 'syscall', name: call } });
    from = name.end + 1;
  }

  // Where arguments end and the result begins, in this line.
  const tail = /<(unfinished|detached) \.\.\.>$/.exec(text.slice(Math.max(from, end - 20), end));
  if (tail) {
    const origin = link >= 0 && shape === Shape.unfinished ? { origin: view.nameSpan(source, link) } : {};
    put(end - tail[0].length, end, { kind: 'state', topic: { kind: 'term', name: tail[1]! }, ...origin });
  }
  const took = /<(\d{1,9}(?:\.\d{1,9})?)>$/.exec(text.slice(Math.max(from, end - 24), end));
  if (took)
    put(end - took[0].length + 1, end - 1, {
      kind: 'duration',
      topic: { kind: 'term', name: 'duration' },
      values: { seconds: took[1]!, for: duration(Number(took[1])) },
    });

  const args = splitLine(text, from, tail ? end - tail[0].length : end);
  descriptors(view, source, event, shape, from, args.close, args.result, end, mentions);
  processes(view, source, call, from, args.close, args.result, end, mentions);
  if (/^futex/.test(call) && shape !== Shape.resumed) {
    const found = /^0x[0-9a-f]{1,16}/.exec(text.slice(from, Math.min(end, from + 20)));
    if (found) {
      const scope = log.scope;
      const value = readNumber(text, splitArguments(text, from, args.close, 3)[2]?.start ?? end, end);
      const place = task.process.pid >= 0 ? `${task.process.pid}@${scope}` : scope;
      put(from, from + found[0].length, {
        kind: 'address',
        entity: value === 2 ? localEntity('lock', found[0], place) : localEntity('address', found[0], scope),
        topic: { kind: 'term', name: 'futex-word' },
      });
    }
  }
  const interrupted = /<\.\.\. resuming interrupted (\w+) \.\.\.>/.exec(text.slice(from, Math.min(end, from + 80)));
  if (interrupted)
    put(
      from + interrupted.index,
      from + interrupted.index + interrupted[0].length,
      term({ start: 0, end: 0 }, 'interrupted', { values: { call: interrupted[1]! } }),
    );
  messages(view, source, event, from, end, mentions);
  words(view, source, from, end, mentions);
  const next = event + 1 < log.length ? log.start.at(event + 1) : text.length;
  if (next > line.end + 1) mentions.push(...below(text, line.end, next));
  if (args.result >= 0) {
    if (text.charCodeAt(args.result) === 63)
      put(args.result, args.result + 1, { kind: 'state', topic: { kind: 'term', name: 'question' } });
    for (const [word, topic] of [
      ['(INJECTED)', 'injected'],
      ['(DELAYED)', 'delayed'],
    ] as const) {
      const found = text.slice(args.result, end).indexOf(word);
      if (found >= 0)
        put(args.result + found, args.result + found + word.length, {
          kind: 'term',
          topic: { kind: 'term', name: topic },
        });
    }
  }
  return sorted(mentions);
}

/** Mentions in order, none inside another. */
function sorted(mentions: readonly Mention[]): Inside {
  const ordered = mentions
    .filter(({ span }) => span.end > span.start)
    .toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const kept: Mention[] = [];
  let last = -1;
  for (const mention of ordered) {
    if (mention.span.start < last) continue;
    kept.push(mention);
    last = mention.span.end;
  }
  return { items: [], mentions: kept };
}

/** What stands before the call: task, time, number, address. Returns where the call begins. */
function prefix(view: View, source: number, event: number, start: number, end: number, mentions: Mention[]): number {
  const log = view.log(source);
  const { text } = log;
  const name = view.nameSpan(source, event);
  const line = text.slice(start, Math.min(end, start + 400));
  const named = log.call.at(event) >= 0 && name.start > start;
  const body = named
    ? line.startsWith('<... ', name.start - start - 5)
      ? name.start - start - 5
      : name.start - start
    : Math.max(0, line.search(/(?:--- |\+\+\+ |\[ Process|(?:strace: )?Process )/));
  const front = line.slice(0, log.call.at(event) >= 0 && !named ? 0 : body);
  const task = view.world.tasks[log.task.at(event)]!;
  const pid = /^(?:\[pid +)?(\d{1,8})(?=[\] <])/.exec(front);
  if (pid) {
    const digits = start + pid[0].length - pid[1]!.length;
    const label = view.taskLabel(task);
    const shows = front.includes('<');
    mentions.push({
      span: { start: digits, end: digits + pid[1]!.length },
      kind: 'entity',
      entity: globalEntity('thread', pid[1]!),
      topic: { kind: 'term', name: 'pid' },
      values: { who: label },
      ...(task.first === event && !shows && label.includes('(') && { hint: label.replace(/^\d+ \(|\)$/g, '') }),
      ...(task.made && task.made.source === source && { origin: view.nameSpan(source, task.made.event) }),
    });
    const name = /^<[^<>\n]{1,64}>/.exec(front.slice(pid[0].length));
    if (name)
      mentions.push(term({ start: start + pid[0].length, end: start + pid[0].length + name[0].length }, 'pid-comm'));
  }
  const after = pid ? pid[0].length : 0;
  const time = /(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|\d{9,11}(?:\.\d{1,9})?/.exec(front.slice(after));
  if (time)
    mentions.push(
      term({ start: start + after + time.index, end: start + after + time.index + time[0].length }, 'time'),
    );
  else {
    const relative = /\d{1,6}(?:\.\d{3,9})?(?= )/.exec(front.slice(after));
    if (relative)
      mentions.push(
        term(
          { start: start + after + relative.index, end: start + after + relative.index + relative[0].length },
          'relative',
        ),
      );
  }
  const number = /\[ {0,4}(\d{1,4})\] /.exec(front.slice(after));
  if (number)
    mentions.push(
      term({ start: start + after + number.index, end: start + after + number.index + number[0].length - 1 }, 'number'),
    );
  const ip = /\[([0-9a-f?]{8,16})\] /.exec(front.slice(after));
  if (ip)
    mentions.push(term({ start: start + after + ip.index, end: start + after + ip.index + ip[0].length - 1 }, 'ip'));
  return start + body;
}

/** The closing parenthesis and the result of this line; -1 for what it does not have. */
function splitLine(text: string, from: number, end: number): { close: number; result: number } {
  let depth = 0;
  for (let i = from; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      const next = stringEnd(text, i, end);
      if (next < 0) break;
      i = next - 1;
    } else if (c === 60 && i > from && /[0-9a-fD]/.test(text[i - 1]!) && text.charCodeAt(i + 1) !== 60) {
      const next = pathEnd(text, i, end);
      if (next < 0) break;
      i = next - 1;
    } else if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 93 || c === 125) depth--;
    else if (c === 41) {
      if (depth <= 0) {
        const found = /^\) *= /.exec(text.slice(i, Math.min(end, i + 300)));
        return { close: i, result: found ? i + found[0].length : -1 };
      }
      depth--;
    }
  }
  return { close: end, result: -1 };
}

/** Descriptors among the arguments and in the result. */
function descriptors(
  view: View,
  source: number,
  event: number,
  shape: number,
  from: number,
  close: number,
  result: number,
  end: number,
  mentions: Mention[],
): void {
  const log = view.log(source);
  const { text } = log;
  const { world } = view;
  const head = shape === Shape.resumed ? log.link.at(event) : event;
  const role = ROLES.get(log.nameOf(event)) ?? Role.none;
  const life = shape === Shape.resumed ? -1 : log.life.at(event);
  if (life >= 0) number(view, source, event, from, life, end, mentions);
  // Numbers that this call made: in its result, or in a list.
  const made = head >= 0 ? view.livesMade(source, head) : [];
  const own = shape === Shape.resumed ? [...made, ...view.livesMade(source, event)] : made;
  for (const one of own) {
    const fd = world.lifeFd.at(one);
    if (result >= 0 && readNumber(text, result, end) === fd && role !== Role.pair)
      number(view, source, event, result, one, end, mentions, true);
    else {
      const pattern = new RegExp(`(?<=[\\[ ,]|cmsg_data=\\[)${fd}(?=[\\],<) ])`);
      const stop = role === Role.dups ? close : end;
      const start =
        role === Role.receives
          ? from + Math.max(0, text.slice(from, Math.min(stop, from + 65536)).indexOf('cmsg_data='))
          : from;
      if (start < 0 || start >= stop) continue;
      const found = pattern.exec(text.slice(start, Math.min(stop, start + 4096)));
      if (found) number(view, source, event, start + found.index, one, end, mentions, true);
    }
  }
  // poll, select, epoll_ctl name others.
  const call = log.nameOf(event);
  if (shape !== Shape.resumed && (/^p?poll|^ppoll/.test(call) || call === 'epoll_ctl')) {
    const slice = text.slice(from, Math.min(close, from + 4096));
    const pattern = call === 'epoll_ctl' ? /(?<=EPOLL_CTL_\w{3}, )\d{1,10}/g : /(?<=\{fd=)\d{1,10}/g;
    for (const found of slice.matchAll(pattern)) {
      const other = nearest(view, source, event, Number(found[0]));
      if (other >= 0) number(view, source, event, from + found.index, other, end, mentions);
    }
  }
}

/** The life of a number in the process of an event, by the nearest earlier call that used or made it. */
function nearest(view: View, source: number, event: number, fd: number): number {
  const log = view.log(source);
  const { world } = view;
  const { process } = world.tasks[log.task.at(event)]!;
  for (let before = event - 1, looked = 0; before >= 0 && looked < 4000; before--, looked++) {
    if (world.tasks[log.task.at(before)]!.process !== process) continue;
    for (const made of view.livesMade(source, before)) if (world.lifeFd.at(made) === fd) return made;
    const life = log.life.at(before);
    if (life >= 0 && world.lifeFd.at(life) === fd) return life;
  }
  return -1;
}

function number(
  view: View,
  source: number,
  event: number,
  at: number,
  life: number,
  end: number,
  mentions: Mention[],
  makes = false,
): void {
  const { text } = view.log(source);
  const found = /^(?:0x[0-9a-f]{1,8}|\d{1,10})/.exec(text.slice(at, Math.min(end, at + 12)));
  if (!found) return;
  const what = view.what(life);
  const made = view.madeAt(life) ?? madeFirst(view, life);
  const shown = text.charCodeAt(at + found[0].length) === 60;
  const hint = shown ? '' : view.hint(life);
  mentions.push({
    span: { start: at, end: at + found[0].length },
    kind: 'entity',
    entity: view.lifeEntity(life),
    topic: { kind: 'term', name: what ? 'descriptor' : 'fd' },
    values: { fd: found[0], what },
    ...(made && made.source === source && !(makes && made.event === event) && { origin: made.span }),
    ...(hint && !makes && { hint }),
  });
  const path = shown ? pathEnd(text, at + found[0].length, end) : -1;
  if (path > 0) mentions.push(term({ start: at + found[0].length, end: path }, 'path-fd'));
}

function madeFirst(view: View, life: number): { source: number; event: number; span: Span } | undefined {
  const { world } = view;
  const file = world.lifeOpen.at(life);
  const event = world.madeEvent.at(file);
  if (event < 0) return undefined;
  const source = world.madeSource.at(file);
  return { source, event, span: view.nameSpan(source, event) };
}

/** Numbers of processes among the arguments and in the result. */
function processes(
  view: View,
  source: number,
  call: string,
  from: number,
  close: number,
  result: number,
  end: number,
  mentions: Mention[],
): void {
  const { text } = view.log(source);
  const role = ROLES.get(call);
  const put = (at: number): void => {
    const found = /^\d{1,10}/.exec(text.slice(at, Math.min(end, at + 11)));
    if (!found || Number(found[0]) <= 0) return;
    const pid = processNumber(text.slice(at, Math.min(end, at + 200)));
    const task = view.taskByTid(pid);
    const label = task ? view.taskLabel(task) : '';
    mentions.push({
      span: { start: at, end: at + found[0].length },
      kind: 'entity',
      entity:
        task && task.process.pid !== pid ? globalEntity('thread', String(pid)) : globalEntity('process', String(pid)),
      topic: { kind: 'term', name: 'pid' },
      values: { who: label || String(pid) },
      ...(label.includes('(') &&
        text.charCodeAt(at + found[0].length) !== 60 && { hint: label.replace(/^\d+ \(|\)$/g, '') }),
    });
  };
  if ((role === Role.forks || role === Role.ownTid) && result >= 0) put(result);
  if (/^(?:wait4|waitpid|kill|tkill|tgkill|pidfd_open|ptrace)$/.test(call) && text.charCodeAt(from) >= 48) put(from);
  if (/^wait(?:4|pid|id)$/.test(call) && result >= 0) put(result);
  if (call === 'tgkill') {
    const second = splitArguments(text, from, close, 2)[1];
    if (second) put(second.start);
  }
}

/** Messages of D-Bus in the strings of calls on such a connection. */
function messages(view: View, source: number, event: number, from: number, end: number, mentions: Mention[]): void {
  const log = view.log(source);
  const shape = log.shape.at(event) & SHAPE;
  const head = shape === Shape.resumed ? log.link.at(event) : event;
  if (head < 0) return;
  const life = log.life.at(head);
  if (life < 0 || !(view.world.marks.at(view.world.lifeOpen.at(life)) & Mark.bus)) return;
  const role = ROLES.get(log.nameOf(event));
  const writes = role === Role.writes || role === Role.sends;
  if (!writes && role !== Role.reads && role !== Role.receives) return;
  const moved = movedBy(view, { source, event: head }, writes);
  const message = moved?.pieces[0]
    ? readMessage(moved.pieces.reduce((all, piece) => (piece.at === all.length ? all + piece.bytes : all), ''))
    : undefined;
  const { text } = log;
  const quote = text.slice(from, Math.min(end, from + 300)).indexOf('"');
  if (quote < 0) return;
  const close = stringEnd(text, from + quote, end);
  const spoken = message
    ? undefined
    : /^"(?:\\0)?(AUTH|BEGIN|OK|DATA|REJECTED|NEGOTIATE|AGREE)\b/.exec(text.slice(from + quote, from + quote + 40));
  if (spoken)
    mentions.push({
      span: { start: from + quote, end: close < 0 ? end : close },
      kind: 'term',
      topic: { kind: 'dbus', name: spoken[1] === 'BEGIN' ? 'begin' : 'auth' },
    });
  if (!message) return;
  const missing = missingOf(message);
  const values = {
    message: describeMessage(message),
    serial: String(message.serial),
    missing: missing && phrase('not shown: {fields}', { fields: missing }),
  };
  const whole = { start: from + quote, end: close < 0 ? end : close };
  const words = messageWords(text, whole.start + 1, close < 0 ? end : close - 1, message);
  for (const { span, name } of words.length ? words : [{ span: whole, name: '' }])
    mentions.push({
      span,
      kind: 'term',
      topic: name ? { kind: 'dbus', name } : { kind: 'term', name: 'dbus-message' },
      values,
    });
}

/** Flags, signals and error names outside of strings. */
function words(view: View, source: number, from: number, end: number, mentions: Mention[]): void {
  const { text } = view.log(source);
  for (let i = from; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      const next = stringEnd(text, i, end);
      if (next < 0) return;
      if (text.startsWith('...', next) && next + 3 <= end)
        mentions.push(term({ start: next, end: next + 3 }, 'cut-string'));
      i = next - 1;
      continue;
    }
    if (c === 60 && /[0-9a-fD]/.test(text[i - 1] ?? '') && text.charCodeAt(i + 1) !== 60) {
      const next = pathEnd(text, i, end);
      if (next < 0) return;
      i = next - 1;
      continue;
    }
    if (c < 65 || c > 90) {
      // Skip the rest of a lower-case word.
      if ((c >= 97 && c <= 122) || c === 95) while (i + 1 < end && /[A-Za-z0-9_]/.test(text[i + 1]!)) i++;
      continue;
    }
    const found = /^[A-Z][A-Z0-9_?]*/.exec(text.slice(i, Math.min(end, i + 64)))![0];
    const next = text.charCodeAt(i + found.length);
    if (found.length > 2 && !(next >= 97 && next <= 122) && found !== 'NULL') {
      const kind = /^SIG[A-Z0-9]+$/.test(found)
        ? 'signal'
        : /^E[A-Z0-9]{2,}$/.test(found) || /^ERESTART/.test(found)
          ? 'errno'
          : 'flag';
      mentions.push({ span: { start: i, end: i + found.length }, kind: 'term', topic: { kind, name: found } });
    }
    i += found.length - 1;
    while (i + 1 < end && /[A-Za-z0-9_]/.test(text[i + 1]!)) i++;
  }
}

// The protocol's own rules, which a well-behaved client never tries: messages that are none, requests that are taken back; and that
// arguments are judged as the schemas say, by comparison with a library for them.

import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TOOLS } from '../../server/src/core/investigation/tools.js';
import { misfit, type Rule } from '../../server/src/host/mcp/check.js';
import { Peer, RpcError } from '../../server/src/host/mcp/peer.js';

/** Gives a peer these bytes in pieces of a size, and returns what it wrote. */
async function exchange(input: string, size = 7): Promise<unknown[]> {
  const written: unknown[] = [];
  const peer = new Peer((line) => written.push(JSON.parse(line)), {
    async request(method, params, signal) {
      if (method === 'wait') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      if (method === 'fail') throw new RpcError(-32602, 'no');
      return { method, params };
    },
    notification: () => undefined,
  });
  const bytes = Buffer.from(input);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  await peer.read(pieces());
  await new Promise((resolve) => setImmediate(resolve));
  return written;
}

const lines = (...messages: unknown[]): string => messages.map((message) => `${JSON.stringify(message)}\n`).join('');
const failed = (id: unknown, code: number) => ({ jsonrpc: '2.0', id, error: { code, message: expect.any(String) } });

describe('messages', () => {
  test('requests are answered with their ids, whatever the pieces they come in', async () => {
    const input = lines(
      { jsonrpc: '2.0', id: 1, method: 'a', params: { é: 1 } },
      { jsonrpc: '2.0', id: 'x', method: 'b' },
    );
    for (const size of [1, 2, 1000])
      expect(await exchange(`\r\n${input}`, size)).toEqual([
        { jsonrpc: '2.0', id: 1, result: { method: 'a', params: { é: 1 } } },
        { jsonrpc: '2.0', id: 'x', result: { method: 'b', params: {} } },
      ]);
  });

  test('what is no message is refused, and the next one answered', async () => {
    const next = lines({ id: 7, method: 'a' });
    const answer = { jsonrpc: '2.0', id: 7, result: { method: 'a', params: {} } };
    expect(await exchange(`{"id":\n${next}`)).toEqual([failed(null, -32700), answer]);
    for (const [message, id] of [
      [[], null],
      ['x', null],
      [{}, null],
      [{ id: 3 }, 3],
      [{ id: {}, method: 'a' }, null],
    ])
      expect(await exchange(lines(message) + next)).toEqual([failed(id, -32600), answer]);
    expect(await exchange(`${' '.repeat(11 * 1024 * 1024)}\n${next}`, 1 << 20)).toEqual([failed(null, -32600), answer]);
  });

  test('errors come back as errors, notifications not at all', async () => {
    const input = lines({ id: 1, method: 'fail' }, { method: 'notifications/initialized' }, { id: 2, result: {} });
    expect(await exchange(input)).toEqual([failed(1, -32602)]);
  });

  test('a request that is taken back is not answered', async () => {
    const cancel = { method: 'notifications/cancelled', params: { requestId: 1 } };
    const input = lines({ id: 1, method: 'wait' }, cancel, cancel, { id: 2, method: 'a' });
    expect(await exchange(input)).toMatchObject([{ id: 2 }]);
  });

  test('who asks is answered, refused, or told that nobody is there any more', async () => {
    const asked: { id: number }[] = [];
    const peer = new Peer((line) => asked.push(JSON.parse(line)), {
      request: () => ({}),
      notification: () => undefined,
    });
    const answers = [peer.ask('roots/list'), peer.ask('roots/list'), peer.ask('roots/list')];
    const settled = Promise.allSettled(answers);
    async function* input() {
      yield Buffer.from(
        lines({ id: asked[0]!.id, result: 'here' }, { id: asked[1]!.id, error: { code: 1, message: 'no' } }),
      );
    }
    await peer.read(input());
    expect(await settled).toEqual([
      { status: 'fulfilled', value: 'here' },
      { status: 'rejected', reason: new Error('no') },
      { status: 'rejected', reason: new Error('the connection has ended') },
    ]);
    await expect(peer.ask('roots/list')).rejects.toThrow('has ended');
  });
});

describe('arguments', () => {
  const known = ['type', 'description', 'minLength', 'maxLength', 'minimum', 'minItems', 'maxItems', 'items'];
  const wordsOf = (rule: Rule): string[] => [...Object.keys(rule), ...(rule.items ? wordsOf(rule.items) : [])];

  test('the tools’ schemas have no words but those that are judged', () => {
    const words = TOOLS.flatMap(({ input }) =>
      Object.values(input.properties).flatMap((rule) => wordsOf(rule as Rule)),
    );
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
  });

  for (const { name, input } of TOOLS)
    test(`${name}: judged as a library for schemas does`, () => {
      const validate = new Ajv({ strict: false }).compile({ ...input });
      const text = fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('', 'x'.repeat(300), '𝒳'.repeat(300), 'x'.repeat(5000)),
      );
      const value = fc.oneof(
        text,
        fc.integer({ min: -2, max: 3 }),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(text),
      );
      const names = fc.constantFrom(...Object.keys(input.properties), 'other', 'constructor');
      const args = fc.oneof(fc.dictionary(names, value, { maxKeys: 3 }), value);
      const many = { paths: Array.from({ length: 501 }, () => 'x') };
      fc.assert(
        fc.property(args, (one) => {
          expect(misfit(input, one) === undefined).toBe(validate(one));
        }),
        { seed: 1, numRuns: 500, examples: [[many], [{}], [{ line: 1 }], [{ line: 1.5 }]] },
      );
    });
});

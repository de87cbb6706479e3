// Two bundles with the same code once: what the browser's bundle holds, the bundles for Node take from it instead of holding it again.
import { basename, dirname, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';

/** Modules that only a browser has: entries, and the browser's half of the protocol's library. */
const ONLY_BROWSER = /[\\/](?:browser[\\/]|browser\.[jt]s$|web\.ts$)/;
/** So that a web worker, which has no modules, can run a CommonJS bundle. */
const banner = { js: 'var module=typeof module==="undefined"?{exports:{}}:module,exports=module.exports;' };

/**
 * Builds the browser's bundle, which runs its entry in a browser and gives its modules to others in Node. It gives only those that the
 * others name, so that all other modules of ours become one scope, which is smaller.
 * @param options of esbuild; `entry` is the module that runs in a browser: it exports `start`, which is called there and makes the bundle's exports; `takers` are
 * the options of the bundles for Node
 * @returns sources for `takeFrom`
 */
export async function buildShared({ entry, takers, ...options }) {
  const inputsOf = async ({ entry, from, ...own }) =>
    (
      await esbuild.build({
        ...own,
        logLevel: 'error',
        outdir: 'unwritten',
        entryPoints: [entry],
        bundle: true,
        write: false,
        metafile: true,
      })
    ).metafile.inputs;
  const inputs = await inputsOf({ ...options, outfile: undefined, entry });
  const common = (path) =>
    path in inputs && !ONLY_BROWSER.test(path) && !path.includes(':') && /\.[cm]?[jt]s$/.test(path);
  const named = new Set();
  for (const taker of takers)
    for (const [path, { imports }] of Object.entries(await inputsOf(taker)))
      if (!common(path)) for (const one of imports) if (common(one.path)) named.add(one.path);
  const modules = [...named];
  const text = [
    ...modules.map((path, number) =>
      inputs[path].format === 'esm'
        ? `import * as module${number} from ${JSON.stringify(resolve(path))};`
        : `const module${number} = require(${JSON.stringify(resolve(path))});`,
    ),
    `import { start } from ${JSON.stringify(resolve(entry))};`,
    `const modules = [${modules.map((_, number) => `module${number}`).join(', ')}];`,
    `if (typeof process === 'object' && process.versions?.node && typeof importScripts === 'undefined')`,
    '  module.exports = (number) => modules[number];',
    'else module.exports = start();',
  ].join('\n');
  await esbuild.build({
    ...options,
    bundle: true,
    banner,
    stdin: { contents: text, resolveDir: process.cwd(), sourcefile: `${basename(entry)}.shared.js`, loader: 'js' },
  });
  const numbers = new Map(modules.map((path, number) => [resolve(path), number]));
  return [{ numbers, shared: options.outfile }];
}

/**
 * Builds a bundle of the modules that several bundles for Node have in common. It runs nothing.
 * @param sources bundles that it takes from itself
 * @returns the sources, itself among them
 */
export async function buildParts({ entries, sources, ...options }) {
  const plugins = [takeFrom(sources, options.outfile)];
  const wholes = await Promise.all(
    entries.map((entry) =>
      esbuild.build({ ...options, plugins, entryPoints: [entry], bundle: true, write: false, metafile: true }),
    ),
  );
  const inputs = wholes.map(({ metafile }) => metafile.inputs);
  const common = (path) => !path.includes(':') && inputs.every((all) => path in all);
  // Only what the bundles themselves name: of all else the parts that are used are enough.
  const named = new Set();
  for (const all of inputs)
    for (const [path, { imports }] of Object.entries(all))
      if (!common(path)) for (const one of imports) if (common(one.path)) named.add(resolve(one.path));
  const modules = [...named];
  const contents = `const modules = [${modules.map((path) => `() => require(${JSON.stringify(path)})`).join(', ')}];
module.exports = (number) => modules[number]();`;
  await esbuild.build({
    ...options,
    plugins,
    bundle: true,
    stdin: { contents, resolveDir: process.cwd(), loader: 'js' },
  });
  const numbers = new Map(modules.map((path, number) => [path, number]));
  return [...sources, { numbers, shared: options.outfile }];
}

/** The plugin: a module that a source holds becomes a call of it. */
export function takeFrom(sources, outfile) {
  const froms = sources.map(({ numbers, shared }) => {
    const path = relative(dirname(outfile), shared).replaceAll('\\', '/');
    return { numbers, from: path.startsWith('.') ? path : `./${path}` };
  });
  return {
    name: 'shared',
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, pluginData, kind, ...rest }) => {
        if (pluginData === 'asked' || kind === 'entry-point') return undefined;
        if (froms.some(({ from }) => from === path)) return { path, external: true };
        const found = await build.resolve(path, { ...rest, kind, pluginData: 'asked' });
        const source = froms.find(({ numbers }) => numbers.has(found.path));
        return source ? { path: found.path, namespace: 'shared', pluginData: source } : found;
      });
      build.onLoad({ filter: /./, namespace: 'shared' }, ({ path, pluginData: { from, numbers } }) => ({
        contents: `module.exports = require(${JSON.stringify(from)})(${numbers.get(path)});`,
        loader: 'js',
      }));
    },
  };
}

// Two bundles with the same code once: what the browser's bundle holds, the bundles for Node take from it instead of holding it again.
import { basename, dirname, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';

/** Modules that only a browser has: entries, and the browser's half of the protocol's library. */
const ONLY_BROWSER = /[\\/](?:browser[\\/]|browser\.[jt]s$|web\.ts$)/;
/** So that a web worker, which has no modules, can run a CommonJS bundle. */
const banner = { js: 'var module=typeof module==="undefined"?{exports:{}}:module,exports=module.exports;' };

/**
 * Builds the browser's bundle, which runs its entry in a browser and gives its modules to others in Node.
 * @param options of esbuild; `entry` is the module that runs in a browser
 * @returns a plugin for the bundles for Node: their output must be told with it
 */
export async function buildShared({ entry, ...options }) {
  const whole = await esbuild.build({ ...options, entryPoints: [entry], bundle: true, write: false, metafile: true });
  const modules = Object.keys(whole.metafile.inputs)
    .filter((path) => !ONLY_BROWSER.test(path) && !path.includes(':') && /\.[cm]?[jt]s$/.test(path))
    .map((path) => resolve(path));
  const text = [
    `if (typeof process === 'object' && process.versions?.node && typeof importScripts === 'undefined') {`,
    `  const modules = [${modules.map((path) => `() => require(${JSON.stringify(path)})`).join(', ')}];`,
    '  module.exports = (number) => modules[number]();',
    `} else module.exports = require(${JSON.stringify(resolve(entry))});`,
  ].join('\n');
  await esbuild.build({
    ...options,
    bundle: true,
    banner,
    stdin: { contents: text, resolveDir: process.cwd(), sourcefile: `${basename(entry)}.shared.js`, loader: 'js' },
  });
  const numbers = new Map(modules.map((path, number) => [path, number]));
  return (outfile) => takeFrom(numbers, options.outfile, outfile);
}

/** The plugin: a module that is in the shared bundle becomes a call of it. */
function takeFrom(numbers, shared, outfile) {
  const path = relative(dirname(outfile), shared).replaceAll('\\', '/');
  const from = path.startsWith('.') ? path : `./${path}`;
  return {
    name: 'shared',
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, pluginData, kind, ...rest }) => {
        if (pluginData === 'asked' || kind === 'entry-point') return undefined;
        if (path === from) return { path, external: true };
        const found = await build.resolve(path, { ...rest, kind, pluginData: 'asked' });
        return numbers.has(found.path) ? { path: found.path, namespace: 'shared' } : found;
      });
      build.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(from)})(${numbers.get(path)});`,
        loader: 'js',
      }));
    },
  };
}

// The language server in an editor that is not ours: a real Neovim, set up by the very text of docs/other-editors.md, opens the sample dump and
// asks what a person would ask. Neovim comes from Debian where it is missing; without it the test fails.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, say, UserError } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { DUMP } from './workspace.mjs';

const hasNeovim = () => spawnSync('nvim', ['--version']).status === 0;

/** Installs Debian's Neovim where there is none and this user may. Throws a UserError otherwise. */
function installNeovim() {
  if (hasNeovim()) return;
  const advice = 'Install it (Debian: apt-get install neovim).';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new UserError(`The test of other editors needs Neovim. ${advice}`);
  }
  say('Installing Neovim (apt-get) ...');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'neovim']]) {
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) throw new UserError(`apt-get ${args.join(' ')} failed. ${advice}\n${stderr ?? ''}`);
  }
  if (!hasNeovim()) throw new UserError(`Neovim was installed, and does not run. ${advice}`);
}

/** Asks everything, and writes the answers as JSON. */
const asking = (output) => `
local found = {}
local function done()
  local file = io.open(${JSON.stringify(output)}, 'w')
  file:write(vim.json.encode(found))
  file:close()
  vim.cmd('qall!')
end
local ok, trouble = pcall(function()
  local clients = function() return vim.lsp.buf_get_clients and vim.lsp.buf_get_clients(0) or vim.lsp.get_clients({ bufnr = 0 }) end
  found.attached = vim.wait(20000, function()
    for _, one in pairs(clients()) do if one.initialized ~= false and one.server_capabilities then return true end end
    return false
  end, 50)
  found.filetype = vim.bo.filetype
  local document = { uri = vim.uri_from_bufnr(0) }
  local function line(text)
    for at, one in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      if one:find(text, 1, true) then return at - 1 end
    end
    error('no line ' .. text)
  end
  local function ask(method, params)
    local answers, why = vim.lsp.buf_request_sync(0, method, params, 20000)
    for _, one in pairs(answers or error(method .. ': ' .. tostring(why))) do
      if one.error then error(method .. ': ' .. vim.inspect(one.error)) end
      return one.result
    end
  end
  local waiter = { line = line('goroutine 62 ['), character = 2 }
  local holder = line('goroutine 219 [')
  found.holder = holder
  local place = { textDocument = document, position = waiter }
  found.hover = ask('textDocument/hover', place).contents.value
  found.definition = ask('textDocument/definition', place)
  local asked = { textDocument = document, position = { line = holder, character = 2 }, context = { includeDeclaration = true } }
  found.references = ask('textDocument/references', asked)
  found.symbols = ask('textDocument/documentSymbol', { textDocument = document })
  local lenses = ask('textDocument/codeLens', { textDocument = document })
  found.lenses = {}
  for _, lens in ipairs(lenses) do
    if lens.range.start.line == waiter.line or lens.range.start.line == 0 then
      table.insert(found.lenses, ask('codeLens/resolve', lens))
    end
  end
  vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50)
  found.diagnostics = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found.diagnostics, { line = one.lnum, message = one.message, severity = one.severity })
  end
  for _, lens in ipairs(found.lenses) do
    if lens.command.command == 'traceInvestigator.showLocations' then vim.lsp.commands[lens.command.command](lens.command) end
  end
  found.quickfix = {}
  for _, one in ipairs(vim.fn.getqflist()) do table.insert(found.quickfix, one.lnum) end
  vim.cmd('cclose')
  vim.lsp.commands['traceInvestigator.investigate']()
  vim.wait(20000, function() return vim.bo.filetype == 'markdown' end, 50)
  found.report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')
end)
if not ok then found.trouble = tostring(trouble) end
done()
`;

/** Runs all checks. `folder` as made by withWorkspace. Returns `{passed, failed}`. */
export async function testNeovim({ folder }) {
  installNeovim();
  const home = join(folder, 'neovim');
  mkdirSync(join(home, 'bin'), { recursive: true });
  symlinkSync(join(root, 'dist/cli.cjs'), join(home, 'bin/trace-investigator'));
  const [, setup] = /```lua\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/other-editors.md'), 'utf8'));
  writeFileSync(join(home, 'init.lua'), `vim.g.do_filetype_lua = 1\n${setup}`);
  const output = join(home, 'answers.json');
  writeFileSync(join(home, 'ask.lua'), asking(output));
  const file = join(folder, 'docker-exec-hang', DUMP);
  const run = spawnSync(
    'nvim',
    ['--headless', '-n', '-u', join(home, 'init.lua'), file, '-c', `luafile ${join(home, 'ask.lua')}`],
    {
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        ...process.env,
        PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
        XDG_CONFIG_HOME: home,
        XDG_DATA_HOME: home,
        XDG_STATE_HOME: home,
        XDG_CACHE_HOME: home,
      },
    },
  );
  const found = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : { trouble: run.stderr };
  const { check, counts } = startChecks();
  await check('Neovim: set up as the documentation says, it attaches to a dump by its name', () => {
    assert.equal(found.trouble, undefined);
    assert.equal(run.status, 0);
    assert.equal(found.attached, true);
    assert.equal(found.filetype, 'goroutine-dump');
  });
  await check('Neovim: hover, definition and references', () => {
    assert.match(found.hover, /held by goroutine 219/);
    assert.deepEqual(
      found.definition.map(({ range }) => range.start.line),
      [found.holder],
    );
    assert.ok(found.references.length > 1);
  });
  await check('Neovim: document symbols', () => {
    const names = (symbols) => symbols.flatMap(({ name, children = [] }) => [name, ...names(children)]);
    assert.match(names(found.symbols).join('\n'), /goroutine 219/);
  });
  await check('Neovim: diagnostics come without being asked for', () => {
    assert.ok(found.diagnostics.some(({ severity, message }) => severity <= 2 && /stuck|wait/.test(message)));
  });
  await check('Neovim: lenses lead to the holder, and to the report', () => {
    assert.match(
      found.lenses.map(({ command }) => command.title).join('\n'),
      /156 goroutines[\s\S]*held by goroutine 219/,
    );
    assert.deepEqual(found.quickfix, [found.holder + 1]);
    assert.match(found.report, /^# Investigation/);
  });
  return counts;
}

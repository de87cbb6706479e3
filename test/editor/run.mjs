// The editor tests' parts, as scripts/test.mjs runs them. Each returns its counts {passed, failed}.
import { testDesktop } from './desktop.mjs';
import { runInNodeHost, runInWebHost } from './extension-host/run.mjs';
import { testIncident } from './incident.mjs';
import { testNeovim } from './neovim.mjs';
import { testStart } from './start.mjs';
import { withWorkspace } from './workspace.mjs';

export const desktop = () => withWorkspace((folder) => testDesktop({ folder }));
export const incident = () => withWorkspace((folder) => testIncident({ folder }));
export const nodeHost = () => withWorkspace((folder) => runInNodeHost({ folder }));
export const webHost = () => withWorkspace((folder) => runInWebHost({ folder }));
export const start = () => withWorkspace((folder) => testStart({ folder }));
export const neovim = () => withWorkspace((folder) => testNeovim({ folder }));

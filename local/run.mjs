// Plain JavaScript for Node 20: the first thing a fresh clone runs. Installs the dependencies when they are missing
// or older than the lock file, then runs the given file or tool under the project's own Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Not import.meta.dirname, which the first releases of Node 20 do not know.
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

// npm writes node_modules/.package-lock.json last: a version in it that differs means an unfinished or old install.
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(bin, 'node'))) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || present[path]?.version === entry.version,
  );
}

function install() {
  console.error('Installing dependencies (npm ci); about a minute the first time.');
  const result = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status === 0) return;
  console.error('npm ci failed: see its message above, then run the command again.');
  process.exit(1);
}

const [major] = process.versions.node.split('.');
if (Number(major) < 20) {
  console.error(`Groundswell needs Node 20 or newer to start; this is ${process.version}. See https://nodejs.org.`);
  process.exit(1);
}
if (!isInstalled()) {
  install();
  if (!existsSync(join(bin, 'node'))) {
    console.error(
      'npm left out the install script of the package `node`, which brings Node 24: allow it (`npm config set ignore-scripts false`), then run the command again.',
    );
    process.exit(1);
  }
}

const [command = '', ...args] = process.argv.slice(2);
const isScript = command.endsWith('.ts');
const child = spawn(
  isScript ? join(bin, 'node') : command === 'npm' ? command : join(bin, command),
  isScript ? ['--disable-warning=ExperimentalWarning', join(root, command), ...args] : args,
  { stdio: 'inherit', env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } },
);

// In a terminal the child hears Ctrl-C itself, and must not hear it twice; this process waits for it to finish cleanly.
process.on('SIGINT', () => !process.stdin.isTTY && child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`Could not run ${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

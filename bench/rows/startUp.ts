import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Line, Row, RowOptions, RowResult, Scale } from '../row';
import { lineOf } from '../support/compare';
import { dependencies } from '../../package.json';
import { OWN, packagesOf } from '../support/packages';
import type { Processes } from '../support/child';
import { withProcesses } from '../support/withProcesses';

const RUNS: Record<Scale, number> = { full: 15, quick: 5, tiny: 1 };
const MODULES = {
  'a trigger': 'lib/triggers/getReceiversByGroupIdPolling.js',
  'the action': 'lib/actions/upsertReceiver.js',
  'the credential check': 'lib/verifyCredentials.js',
};

export const startUp: Row = {
  number: 7,
  title: 'Start-up',
  explanation:
    'From the start of the process until the module is loaded, which is what a container does before it listens, ' +
    'minus the time of Node without any module. Modules that not every step needs are loaded on demand: ' +
    '`simple-oauth2` with the first token request, `elasticio-node` with the first message on elastic.io.',
  run: (options) => withProcesses((processes) => Promise.resolve(run(processes, options))),
};

function run({ folder }: Processes, { scale, progress }: RowOptions): RowResult {
  const load = (module?: string): { ms: number; files: string[] } => {
    const start = performance.now();
    const args = module === undefined ? [] : [path.join(folder, module)];
    const output = execFileSync(process.execPath, [path.join(folder, 'bench/processes/load.js'), ...args]);
    return { ms: performance.now() - start, files: JSON.parse(output.toString()) as string[] };
  };
  const runs = Array.from({ length: RUNS[scale] }, (_, index) => {
    progress(`run ${index + 1} of ${RUNS[scale]}`);
    const node = load().ms;
    return Object.values(MODULES).map((module) => load(module).ms - node);
  });
  const names = Object.keys(MODULES);
  const lines = names.map((name, index): Line =>
    lineOf(
      `to load ${name}`,
      runs.map((ms) => ms[index] ?? 0),
      'ms',
    ),
  );
  const remarks = Object.entries(MODULES).map(
    ([name, module]) => `Loaded with ${name}: ${inWords(load(module).files, folder)}.`,
  );
  return { lines, remarks };
}

/** The packages that the component requires directly; their dependencies are shown as a number. */
function inWords(files: readonly string[], folder: string): string {
  const packages = packagesOf(files, folder);
  const named = packages.filter(({ name }) => name === OWN || name in dependencies);
  const others = files.length - named.reduce((sum, one) => sum + one.files, 0);
  return `${files.length} files – ${named.map((one) => `${one.name} (${one.files})`).join(', ')}, and ${others} files that these load`;
}

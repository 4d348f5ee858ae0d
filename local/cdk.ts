import { parseArgs } from 'node:util';

import { resolveTarget, STATE_FOLDER, type Target } from '../deployment/target.ts';
import { checkPreset, checkSettings, runCommand, SetupError, UsageError } from '../deployment/command-line.ts';
import { type AppDeployment, type CloudAssembly, deployStacks, destroyStacks, synthesize } from './deploy-app.ts';
import { runningEmulator, writeEmulatorState } from './emulator-state.ts';
import { childEnvironment } from './environment.ts';
import { leftOverProducers } from './left-over.ts';
import { REPO_ROOT } from './paths.ts';
import { reportToTerminal } from './progress.ts';
import { knownSearch } from './search/ensure-search.ts';
import { withSearch } from './search/search-setting.ts';
import { readLocalSettings } from './settings.ts';
import { holdLock } from '../deployment/single-run.ts';
import { describeAccount, describeStacks } from './stacks.ts';

const USAGE = `Usage: npm run synth   -- [--preset trends] [--target aws|local] [-c name=value]   make the templates (for aws)
       npm run deploy  -- [--preset trends] [--target aws|local] [-c name=value]   deploy (to the local emulator)
       npm run destroy -- [--preset trends] [--target aws|local] [-c name=value]   remove (from the local emulator)
With AWS_ENDPOINT_URL, deploy and destroy act on that emulator; with --target aws on your own account.`;

await runCommand(USAGE, async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      preset: { type: 'string', default: 'trends' },
      target: { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  const [verb, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`${JSON.stringify(rest[0])} is one word too many.`);
  const cdkTarget = checkTarget(values.target ?? (verb === 'synth' ? 'aws' : 'local'));
  // As `up` deploys it, which would else find another app than it left.
  const search =
    cdkTarget === 'local' ? knownSearch({ settings: readLocalSettings(), stateFolder: STATE_FOLDER }) : undefined;
  const app: AppDeployment = {
    root: REPO_ROOT,
    stateFolder: STATE_FOLDER,
    preset: checkPreset(values.preset),
    cdkTarget,
    settings: withSearch(checkSettings(values.context), search),
    isInteractive: true,
    report: reportToTerminal,
  };
  if (verb === 'synth') return synth(app);
  if (verb === 'deploy') return deploy(app, resolveTarget({ target: cdkTarget }));
  if (verb === 'destroy') return destroy(app, resolveTarget({ target: cdkTarget }));
  throw new UsageError('Say synth, deploy or destroy.');
});

async function synth(app: AppDeployment): Promise<void> {
  using _lock = holdLock(STATE_FOLDER, 'start or deployment');
  const { folder } = await synthesize(app, childEnvironment({ label: 'none' }));
  console.log(`The templates of the preset ${app.preset} for ${app.cdkTarget} are in ${folder}.`);
}

async function deploy(app: AppDeployment, target: Target): Promise<void> {
  using _lock = holdLock(STATE_FOLDER, 'start or deployment');
  await announce('Deploying to', target);
  const assembly = await synthesize(app, childEnvironment(target));
  await deployStacks(app, assembly, target);
  await recordDeployment(target, app.preset, assembly.fingerprint);
  const leftOver = await producersLeftOver(app, assembly, target);
  if (leftOver !== undefined)
    reportToTerminal(
      `The producers of an earlier deployment still run: remove them by \`aws cloudformation delete-stack --stack-name ${leftOver}\`.`,
    );
}

async function destroy(app: AppDeployment, target: Target): Promise<void> {
  using _lock = holdLock(STATE_FOLDER, 'start or deployment');
  await announce('Removing from', target);
  const assembly = await synthesize(app, childEnvironment(target));
  if ((await producersLeftOver(app, assembly, target)) !== undefined)
    throw new SetupError('The app was deployed with always-on producers: say -c producers=… as it was deployed.');
  await destroyStacks(app, assembly, target);
  await recordDeployment(target, app.preset, undefined);
}

/** The emulator has no always-on producers. */
async function producersLeftOver({ preset }: AppDeployment, { folder }: CloudAssembly, target: Target) {
  if (target.endpoint !== undefined) return undefined;
  const isDeployed = async (name: string): Promise<boolean> => (await describeStacks(target, name)).length > 0;
  return leftOverProducers({ preset, folder, isDeployed });
}

async function announce(doing: string, target: Target): Promise<void> {
  if (target.endpoint !== undefined) return reportToTerminal(`${doing} ${target.label}.`);
  const { account, region } = await describeAccount(target);
  reportToTerminal(`${doing} AWS account ${account}, region ${region}.`);
}

// So that `up` knows what is there, or no longer.
async function recordDeployment(target: Target, preset: string, fingerprint: string | undefined): Promise<void> {
  const emulator = runningEmulator(STATE_FOLDER);
  if (emulator === undefined || target.endpoint !== `http://localhost:${emulator.port}`) return;
  const { [preset]: _before, ...others } = emulator.deployments;
  const deployments = fingerprint === undefined ? others : { ...others, [preset]: fingerprint };
  await writeEmulatorState(STATE_FOLDER, { ...emulator, deployments });
}

function checkTarget(name: string): 'aws' | 'local' {
  if (name === 'aws' || name === 'local') return name;
  throw new UsageError(`--target is ${JSON.stringify(name)}; allowed is aws, local.`);
}

import type { Sandbox } from '../../../sandbox';
import { idsIn, idsOf, unique } from './expectations';
import type { Step } from './flow';

/** Runs a trigger; kills and restarts its container after each of these numbers of sent messages. */
export async function runWithKills(step: Step, counts: readonly number[]): Promise<void> {
  await step.enqueueTick();
  for (const count of counts) {
    await step.untilSent(count);
    await step.end('SIGKILL');
    await step.restart();
  }
  await step.until(() => step.container.outcomes[0] === 'ack', 'the end of the run');
  await step.flow.journal.settle();
}

/** Checks that every receiver of the group was sent, few of them twice, and none in the next poll. */
export async function expectNoReceiverLost(
  step: Step,
  account: Sandbox,
  group: string,
  mostRepeats: number,
): Promise<void> {
  const there = idsIn(account, group);
  const sent = idsOf(step.data);
  expect(unique(sent)).toEqual(there);
  expect(sent.length - there.length).toBeLessThanOrEqual(mostRepeats);
  expect(step.errors).toEqual([]);
  expect(await step.tick()).toMatchObject({ outcome: 'ack', data: [] });
}

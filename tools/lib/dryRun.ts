/** The results of a dry run: one line per record, and a summary. */

import { z } from 'zod';
import { mailSource } from '../../lib/cleverreach/activationMail';
import { flag } from '../../lib/config/fieldTypes';
import { parseUpsertFields } from '../../lib/config/stepConfig';
import type { DryRunResult, Change } from '../../lib/upsert/output/writeResult';
import type { Flow, FlowStep } from './flowFile';

const UPSERT = 'upsertReceiver';

/**
 * A copy of the flow in which every dry run sends its results: id linking is off, because there is no hub.
 * @param all whether every upsert is a dry run. The steps after an upsert are then removed, because nothing is written
 *   for them to process.
 */
export function withDryRuns(flow: Flow, all: boolean): Flow {
  return { ...flow, first: dryStep(flow.first, all) };
}

function dryStep(step: FlowStep, all: boolean): FlowStep {
  const next = step.next.map((edge) => ({ ...edge, target: dryStep(edge.target, all) }));
  const { fields, nodeSettings } = step;
  const isDry = step.function === UPSERT && (all || flag.safeParse(fields['dryRun']).data === true);
  if (!isDry) return { ...step, next };
  return {
    ...step,
    fields: { ...fields, dryRun: true },
    // a configuration that the platform would refuse is refused here, too
    nodeSettings: isAccepted(step) ? { ...nodeSettings, idLinking: false } : nodeSettings,
    next: all ? [] : next,
  };
}

function isAccepted({ fields, nodeSettings }: FlowStep): boolean {
  try {
    parseUpsertFields({ ...fields, nodeSettings });
    return true;
  } catch {
    return false;
  }
}

const dryRunMessage = z.object({
  data: z.custom<DryRunResult>((data) => z.object({ dryRun: z.literal(true) }).safeParse(data).success),
});
const message = z.union([dryRunMessage, z.object({ body: dryRunMessage }).transform(({ body }) => body)]);

export class DryRunReport {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly seen = new Set<string>();
  private repeated = 0;

  /** Whether a record would be rejected, which would fail a real run. */
  get wouldRefuse(): boolean {
    return [...this.counts.values()].some((count) => count.has('refuse' satisfies DryRunResult['wouldDo']));
  }

  /** What would happen to the record of one message; undefined if it does not come from a dry run. */
  words(step: FlowStep, payload: unknown): string | undefined {
    const parsed = step.function === UPSERT ? message.safeParse(payload) : undefined;
    if (!parsed?.success) return undefined;
    const { data } = parsed.data;
    const count = this.counts.get(step.id) ?? new Map<string, number>();
    count.set(data.wouldDo, (count.get(data.wouldDo) ?? 0) + 1);
    this.counts.set(step.id, count);
    this.noteReceiver(step, data);
    return inWords(data);
  }

  summary(): string[] {
    const steps = [...this.counts].map(([id, count]) => {
      return `${id} would: ${[...count].map(([wouldDo, times]) => `${wouldDo} ${times}`).join(', ')}`;
    });
    const repeats =
      this.repeated > 0
        ? [
            `${this.repeated} of them are about a receiver of an earlier record: a real run would compare them with the result of that record.`,
          ]
        : [];
    return [...steps, ...repeats];
  }

  private noteReceiver({ id: step }: FlowStep, { group, receiver }: DryRunResult): void {
    const who = receiver?.id ?? receiver?.email;
    if (who === undefined) return;
    const key = JSON.stringify([step, group?.id, who]);
    if (this.seen.has(key)) this.repeated += 1;
    this.seen.add(key);
  }
}

function inWords({ wouldDo, group, receiver, state, doiFormId, changes, reasons }: DryRunResult): string {
  const who = [receiver?.id, receiver?.email].filter((part) => part !== undefined).join(' ');
  const where = group ? `in group ${group.id}${group.name === undefined ? '' : ` "${group.name}"`}` : '';
  const mail = doiFormId === undefined ? [] : [`double-opt-in mail of ${mailSource(doiFormId)}`];
  const { add = [], remove = [] } = changes?.tags ?? {};
  const tags = [...add.map((tag) => `+${tag}`), ...remove.map((tag) => `-${tag}`)].join(' ');
  const parts = [
    ...(state === undefined ? [] : [state]),
    ...mail,
    ...(changes?.email ? [changeInWords(['address', changes.email])] : []),
    ...valuesInWords(changes ?? {}),
    ...(tags === '' ? [] : [`tags ${tags}`]),
  ];
  const action = [wouldDo, who, where].filter((part) => part !== '').join(' ');
  const what = parts.length > 0 ? `${action}: ${parts.join('; ')}.` : `${action}.`;
  return [what, ...reasons].join(' ');
}

/** A value that is written to both places, because it is unknown where its attribute is defined, is shown once. */
function valuesInWords({ attributes = {}, global_attributes = {} }: NonNullable<DryRunResult['changes']>): string[] {
  const own = Object.entries(attributes).map(changeInWords);
  const global = Object.entries(global_attributes).map(changeInWords);
  return [
    ...own.map((words) => (global.includes(words) ? `${words} (attributes and global_attributes)` : words)),
    ...global.filter((words) => !own.includes(words)).map((words) => `${words} (global_attributes)`),
  ];
}

function changeInWords([name, { from, to }]: [string, Change]): string {
  return from === undefined ? `${name} "${to}"` : `${name} "${from}" → "${to}"`;
}

/** What the upserts of a flow would do: told record by record, and summed up. */

import { z } from 'zod';
import type { Announcement, Change } from '../../lib/utils/writing/announcement';
import type { Flow, FlowStep } from './flowFile';

const UPSERT = 'upsertReceiver';

/**
 * The flow with a dry run for each upsert. What follows one is left out, since nothing is written that it could go on with;
 * and there is no hub here that would link ids.
 */
export function asDryRun(flow: Flow): Flow {
  return { ...flow, first: dryStep(flow.first) };
}

function dryStep(step: FlowStep): FlowStep {
  if (step.function === UPSERT) {
    const { fields, nodeSettings } = step;
    return {
      ...step,
      fields: { ...fields, dryRun: true },
      nodeSettings: { ...nodeSettings, idLinking: false },
      next: [],
    };
  }
  return { ...step, next: step.next.map((edge) => ({ ...edge, target: dryStep(edge.target) })) };
}

const announcing = z.object({
  data: z.custom<Announcement>((data) => z.object({ dryRun: z.literal(true) }).safeParse(data).success),
});
const message = z.union([announcing, z.object({ body: announcing }).transform(({ body }) => body)]);

export class DryRunReport {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly met = new Set<string>();
  private repeated = 0;

  /** Whether a record would be refused, which fails a run that writes. */
  get wouldRefuse(): boolean {
    return [...this.counts.values()].some((count) => count.has('refuse' satisfies Announcement['wouldDo']));
  }

  /** The line about one message; undefined where a step other than an upsert has sent it. */
  line(step: FlowStep, payload: unknown): string | undefined {
    if (step.function !== UPSERT) return undefined;
    const { data } = message.parse(payload);
    const count = this.counts.get(step.id) ?? new Map<string, number>();
    count.set(data.wouldDo, (count.get(data.wouldDo) ?? 0) + 1);
    this.counts.set(step.id, count);
    this.meet(step, data);
    return `${step.id} ${inWords(data)}`;
  }

  summary(): string[] {
    const steps = [...this.counts].map(([id, count]) => {
      return `${id} would: ${[...count].map(([deed, times]) => `${deed} ${times}`).join(', ')}`;
    });
    const repeats =
      this.repeated > 0
        ? [`${this.repeated} of them mean somebody whom an earlier one means: they would find what that one has left.`]
        : [];
    return [...steps, ...repeats, 'Nothing was written, and the snapshot is as it was.'];
  }

  private meet({ id: step }: FlowStep, { group, receiver }: Announcement): void {
    const who = receiver?.id ?? receiver?.email;
    if (who === undefined) return;
    const key = JSON.stringify([step, group?.id, who]);
    if (this.met.has(key)) this.repeated += 1;
    this.met.add(key);
  }
}

function inWords({ wouldDo, group, receiver, state, doiFormId, changes, reasons }: Announcement): string {
  const who = [receiver?.id, receiver?.email].filter((part) => part !== undefined).join(' ');
  const where = group ? `in group ${group.id}${group.name === undefined ? '' : ` "${group.name}"`}` : '';
  const mail = doiFormId === undefined ? [] : [`double-opt-in mail of form ${doiFormId}`];
  const values = [...Object.entries(changes?.attributes ?? {}), ...Object.entries(changes?.global_attributes ?? {})];
  const { add = [], remove = [] } = changes?.tags ?? {};
  const tags = [...add.map((tag) => `+${tag}`), ...remove.map((tag) => `-${tag}`)].join(' ');
  const parts = [
    ...(state === undefined ? [] : [state]),
    ...mail,
    ...(changes?.email ? [changeInWords(['address', changes.email])] : []),
    ...values.map(changeInWords),
    ...(tags === '' ? [] : [`tags ${tags}`]),
  ];
  const deed = [wouldDo, who, where].filter((part) => part !== '').join(' ');
  const what = parts.length > 0 ? `${deed}: ${parts.join('; ')}.` : `${deed}.`;
  return [what, ...reasons].join(' ');
}

function changeInWords([name, { from, to }]: [string, Change]): string {
  return from === undefined ? `${name} "${to}"` : `${name} "${from}" → "${to}"`;
}

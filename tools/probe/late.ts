/** Questions whose answer may take time: what a filter, the statistics and a removed tag show after a write. */

import { paths } from '../../lib/cleverreach/paths';
import { isObject } from '../../lib/utils/objects';
import { accepted, emailIn, idIn, isSuccess, rowsOf, type JsonRow } from './answers';
import { receiverIn, receiversOf, upsert, upsertOne } from './asking';
import { filtered } from './filter';
import { hasTag, TEXT_ATTRIBUTE, type Writing } from './writing';
import { NotAnswered } from './wire';

/** The number of receivers in a test of the filter: enough to notice if a third of them is missing. */
const RECEIVERS = 40;
/** The maximum size of a batch is determined up to this size. */
const LARGEST_BATCH = 1_000;
/** Pauses in seconds between two requests; two minutes in total. */
const PAUSES = [0, 1, 2, 4, 8, 16, 32, 64];
/** The value in the profile for a change that was not visible: longer than the component waits for anything. */
const NOT_SEEN = 900;

/** The maximum number of rows of a bulk write: 1 to 1,000, or more. All rows are of the same receiver. */
export async function askBatchSize({ ask, wire, findings, groups }: Writing, email: string): Promise<void> {
  await ask(['maxBatch'], async () => {
    const takes = async (size: number): Promise<boolean> => {
      const answer = await upsert(
        wire,
        groups.first,
        Array.from({ length: size }, () => ({ email })),
      );
      return isSuccess(answer) && rowsOf(answer).length > 0;
    };
    if (await takes(LARGEST_BATCH + 1)) {
      findings.other('maxBatch', `more than ${LARGEST_BATCH}`);
      return;
    }
    let [taken, refused] = [0, LARGEST_BATCH + 1];
    while (refused - taken > 1) {
      const size = Math.floor((taken + refused) / 2);
      if (await takes(size)) taken = size;
      else refused = size;
    }
    if (taken === 0) throw new NotAnswered('no bulk write was accepted');
    findings.found('maxBatch', taken);
  });
}

/** @returns the receivers that were added to the first group */
export async function askLateAnswers(writing: Writing): Promise<readonly JsonRow[]> {
  const { findings, wire, groups } = writing;
  const watched: Watched[] = [];
  await watchTags(writing, watched);
  await watchStatistics(writing, watched);
  let rows: readonly JsonRow[] = [];
  await writing.ask(['filterLagSeconds'], async () => {
    rows = await addReceivers(writing);
    const ids = new Set(rows.map(idIn));
    if (findings.position('filterEndpoint') !== 'available') throw new NotAnswered('the filter is not available');
    if (findings.position('filterRules') === 'ignored') throw new NotAnswered('the filter ignores its rules');
    watched.push({
      isSeen: async () => (await filtered(wire, groups.first)).some((row) => ids.has(idIn(row))),
      settle: (seconds) => {
        if (seconds !== undefined) findings.found('filterLagSeconds', seconds, upTo(seconds));
        else findings.found('filterLagSeconds', NOT_SEEN, NEVER);
      },
    });
  });
  await watch(writing, watched);
  return rows;
}

interface Watched {
  isSeen: () => Promise<boolean>;
  /** @param seconds the maximum time until it was visible; undefined if it was not */
  settle: (seconds: number | undefined) => void;
}

async function watch({ wire, ask }: Writing, watched: readonly Watched[]): Promise<void> {
  let open = [...watched];
  let seconds = 0;
  for (const pause of PAUSES) {
    if (open.length === 0) return;
    if (pause > 0) await wire.pause(pause * 1_000);
    seconds += pause;
    const seen: Watched[] = [];
    for (const one of open)
      await ask([], async () => {
        if (await one.isSeen()) seen.push(one);
      });
    for (const one of seen) one.settle(seconds);
    open = open.filter((one) => !seen.includes(one));
  }
  for (const one of open) one.settle(undefined);
}

const LONGEST = PAUSES.reduce((sum, pause) => sum + pause, 0);
const NEVER = `more than ${LONGEST} s`;
const upTo = (seconds: number): string => (seconds === 0 ? 'at once' : `at most ${seconds} s`);

async function watchTags(writing: Writing, watched: Watched[]): Promise<void> {
  const { ask, wire, findings, groups, workshop } = writing;
  const email = workshop.address('tags');
  const read = (row: JsonRow): Promise<JsonRow> => receiverIn(wire, groups.first, idIn(row));
  await ask(['tagRemoval'], async () => {
    const row = await upsertOne(wire, groups.first, { email, tags: ['probe_a', 'probe_b', 'probe_c'] });
    if (!hasTag(await read(row), 'probe_a')) throw new NotAnswered('a tag is not shown at once');
    await upsertOne(wire, groups.first, { email, tags: ['-probe_a'] });
    findings.found('tagRemoval', hasTag(await read(row), 'probe_a') ? 'delayed' : 'immediate');
  });
  await ask(['putTags', 'putAnswer'], async () => {
    const row = await upsertOne(wire, groups.first, { email: workshop.address('put'), tags: ['probe_a'] });
    const path = paths.groupReceiver(groups.first, idIn(row));
    const { body } = accepted(await wire.send('PUT', path, { body: { tags: ['probe_b'] } }), 'a single PUT');
    if (body === true) findings.found('putAnswer', 'true');
    else if (isObject(Array.isArray(body) ? body[0] : body)) findings.found('putAnswer', 'receiver');
    else findings.other('putAnswer', 'another answer');
    if (!hasTag(await read(row), 'probe_b')) throw new NotAnswered('a tag is not shown at once');
    // the old tag may disappear late, like a tag that was removed
    if (!hasTag(await read(row), 'probe_a')) findings.found('putTags', 'replace');
    else if (findings.position('tagRemoval') === 'immediate') findings.found('putTags', 'add');
    else {
      watched.push({
        isSeen: async () => !hasTag(await read(row), 'probe_a'),
        settle: (seconds) => {
          findings.found('putTags', seconds === undefined ? 'add' : 'replace');
        },
      });
    }
  });
}

async function watchStatistics({ ask, wire, findings, groups, workshop }: Writing, watched: Watched[]): Promise<void> {
  await ask(['statsCacheSeconds'], async () => {
    const count = async (): Promise<number> => {
      const { body } = accepted(await wire.send('GET', `${paths.group(groups.first)}/stats`), 'the statistics');
      return isObject(body) ? Number(body['total_count']) : Number.NaN;
    };
    const before = await count();
    if (Number.isNaN(before)) throw new NotAnswered('the statistics have no total_count');
    await upsertOne(wire, groups.first, { email: workshop.address('counted') });
    watched.push({
      isSeen: async () => (await count()) > before,
      settle: (seconds) => {
        if (seconds !== undefined) findings.found('statsCacheSeconds', seconds, upTo(seconds));
        else findings.found('statsCacheSeconds', NOT_SEEN, NEVER);
      },
    });
  });
}

/** Confirmed receivers with a value of the group, in batches that are accepted. The order of ids and addresses differs. */
async function addReceivers({ wire, findings, groups, workshop }: Writing): Promise<JsonRow[]> {
  const timestamps = { registered: wire.now(), activated: wire.now() };
  const rows = Array.from({ length: RECEIVERS }, (_, index) => ({
    email: workshop.address(`many-${(index * 7) % RECEIVERS}`),
    ...timestamps,
    // not defined if the account has no room for another attribute
    ...(findings.position('attributeNames') !== undefined && { attributes: { [TEXT_ATTRIBUTE]: 'many' } }),
  }));
  const size = Math.min(findings.position('maxBatch') ?? RECEIVERS, RECEIVERS);
  for (let start = 0; start < rows.length; start += size)
    accepted(await upsert(wire, groups.first, rows.slice(start, start + size)), 'a bulk write');
  const prefix = workshop.address('many-').split('@')[0] ?? '';
  const stored = rowsOf(accepted(await receiversOf(wire, groups.first, { pagesize: 200 }), 'a list of receivers'));
  return stored.filter((row) => emailIn(row).startsWith(prefix));
}

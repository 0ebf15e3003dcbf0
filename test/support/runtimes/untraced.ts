import type { Sandbox } from '../../../sandbox';

/** Maximum number of rows of a bulk write. */
const BATCH = 1_000;

/** Switches of an account that records neither a time nor an event for changes of attributes and tags. */
export const untraced = { eventForAttributes: false, eventForTags: false } as const;

/** Changes receivers of a group through the API, to which the switches `untraced` apply. */
export async function editUntraced(
  account: Sandbox,
  group: string,
  ids: readonly string[],
  changeOf: (id: string) => { attributes?: Record<string, string>; tags?: string[] },
): Promise<void> {
  const rows = ids.map((id) => ({ email: account.account.receiver(group, id)?.['email'], ...changeOf(id) }));
  const headers = {
    authorization: `Bearer ${account.issueToken().access_token}`,
    'content-type': 'application/json',
  };
  for (let from = 0; from < rows.length; from += BATCH) {
    const body = JSON.stringify(rows.slice(from, from + BATCH));
    const answer = await fetch(`${account.url}/v3/groups/${group}/receivers/upsertplus`, {
      method: 'POST',
      headers,
      body,
    });
    if (!answer.ok) throw new Error(`The sandbox refuses a change: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

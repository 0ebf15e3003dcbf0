/** OIH's secret service, snapshots service and data hub, as ferryman and the component use them. */

import { z } from 'zod';
import { HttpDouble, type Answer } from './httpDouble';
import type { FlowPlan, Platform } from './plan';

export const SECRET = 'secret1';

/** A reference of the data hub: the id of the record in an application. */
interface HubReference {
  applicationUid: string;
  recordUid: string;
}

export interface OihPlatform extends Platform {
  /** The data hub: oihUid → references. */
  readonly hub: Map<string, HubReference[]>;
}

const text = z.string().optional().catch(undefined);
const reference = z
  .object({ applicationUid: text, recordUid: z.unknown(), oihUid: text })
  .catch({ recordUid: undefined });

export async function startOihPlatform(plan: FlowPlan): Promise<OihPlatform> {
  const { credential } = plan;
  const snapshots = new Map<string, unknown>();
  const hub = new Map<string, HubReference[]>();
  const secret: Platform['secret'] = { current: credential.kind === 'secret' ? credential.accessToken : '' };

  const answer = (method: string, path: string, body: unknown): Answer | undefined => {
    if (path === `/api/v1/secrets/${SECRET}`) {
      const read = secretOf(plan, secret.current);
      secret.current = secret.renewed ?? secret.current;
      return { body: { data: read } };
    }
    const [, step] = /^\/snapshots\/flows\/[^/]+\/steps\/([^/]+)$/.exec(path) ?? [];
    if (step !== undefined) return snapshots.has(step) ? { body: { data: snapshots.get(step) } } : undefined;
    return hubAnswer(hub, method, path, body);
  };
  const service = await HttpDouble.start(answer, (call) => platform.onCall?.(call));
  const platform: OihPlatform = { service, snapshots, secret, hub };
  return platform;
}

function secretOf({ credential }: FlowPlan, accessToken: string): { type: string; value: Record<string, unknown> } {
  switch (credential.kind) {
    case 'client': {
      const payload = JSON.stringify({ client_id: credential.id, client_secret: credential.secret });
      return { type: 'MIXED', value: { payload } };
    }
    case 'secret': {
      const expires = new Date(Date.now() + 3_600_000).toISOString();
      const value = { accessToken, expires, scope: '', authClientId: 'client1', refreshToken: 'ciphertext' };
      return { type: 'OA2_AUTHORIZATION_CODE', value };
    }
    case 'key':
      return { type: 'API_KEY', value: { key: credential.key } };
    case 'oauth':
      throw new Error('OIH has no such credential.');
  }
}

function hubAnswer(hub: Map<string, HubReference[]>, method: string, path: string, body: unknown): Answer | undefined {
  const entry = (oihUid: string): Answer => ({ body: { data: { id: oihUid, oihUid, refs: hub.get(oihUid) ?? [] } } });
  if (method === 'POST' && path === '/data/recordId') {
    const { applicationUid = '', recordUid, oihUid = `oih-${hub.size + 1}` } = reference.parse(body);
    hub.set(oihUid, [...(hub.get(oihUid) ?? []), { applicationUid, recordUid: String(recordUid) }]);
    return { ...entry(oihUid), status: 201 };
  }
  const [, recordUid] = /^\/data\/recordId\/([^/]+)$/.exec(path) ?? [];
  if (method === 'GET' && recordUid !== undefined) {
    const found = [...hub].find(([, refs]) => refs.some((ref) => ref.recordUid === decodeURIComponent(recordUid)));
    return found && entry(found[0]);
  }
  const [, oihUid] = /^\/data\/([^/]+)$/.exec(path) ?? [];
  if (method === 'GET' && oihUid !== undefined && hub.has(oihUid)) return entry(oihUid);
  return undefined;
}

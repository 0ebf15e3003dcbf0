/** Prints the result for a user to copy, or as JSON. It contains secrets on purpose. */

import {
  authClientRequest,
  classicCredential,
  elasticioSecret,
  environment,
  secretRequest,
  type Grant,
} from './results';
import type { Registration } from './secretService';

const PLACEHOLDER = '{AUTH_CLIENT_ID}';

/** What `--json` prints. */
export function resultOf(grant: Grant, { authClientId, secretId }: Registration) {
  return {
    ...(grant.account !== undefined && { account: grant.account }),
    oih: {
      ...(secretId !== undefined && { secretId }),
      authClient: authClientRequest(grant),
      secret: secretRequest(grant, authClientId ?? PLACEHOLDER),
    },
    elasticio: { credential: classicCredential(grant), secret: elasticioSecret(grant) },
    environment: environment(grant),
  };
}

type Result = ReturnType<typeof resultOf>;

export function asText({ oih, elasticio, environment }: Result): string {
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [
    '# Use only one of these: a renewal invalidates the old tokens, so two systems with the same tokens lock each other out.',
    '',
    '# 1. Open Integration Hub',
    ...oihText(oih),
    '',
    '# 2. elastic.io, classic credential: its keys (the component renews the tokens and stores them there)',
    json(elasticio.credential),
    '',
    '# or a secret: POST /v2/workspaces/{WORKSPACE_ID}/secrets (the platform renews the tokens, with its auth client for CleverReach)',
    json(elasticio.secret),
    '',
    '# 3. npm run flow: paste these lines into the shell',
    ...lines,
  ].join('\n');
}

function oihText({ secretId, authClient, secret }: Result['oih']): string[] {
  if (secretId !== undefined) return [`# registered as the secret ${secretId}`, json(secret)];
  const usesPlaceholder = secret.data.value.authClientId === PLACEHOLDER;
  return [
    ...(usesPlaceholder
      ? [
          '# the OAuth app, once: POST {secret service}/auth-clients; the id in its answer goes into the secret',
          json(authClient),
        ]
      : []),
    '# the tokens: POST {secret service}/secrets',
    json(secret),
  ];
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** For a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Whether elastic.io asks for a sample: the flow designer then calls `process` with `ELASTICIO_FLOW_TYPE=debug` and waits
 * for one minute. OIH has no samples.
 */
export function isSampleRun(env: NodeJS.ProcessEnv): boolean {
  return env['ELASTICIO_FLOW_TYPE'] === 'debug';
}

/** The schema files, by their names in `lib/schemas`. */

import { parseShapeFields } from '../../lib/config/stepConfig';
import { actionSchemas, triggerSchemas } from '../../lib/metadata/messageSchemas';
import type { Schema } from '../../lib/metadata/jsonSchema';
import { withTitles } from '../../lib/metadata/titles';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

export function staticSchemas(): Record<string, Schema> {
  const untouched = parseShapeFields({});
  const { in: taken = {}, out: answered } = actionSchemas(untouched);
  const { out: sent } = triggerSchemas(untouched);
  const files = {
    'getReceiversPolling.out.json': sent,
    'getReceiversByGroupIdPolling.out.json': sent,
    'upsertReceiver.in.json': taken,
    'upsertReceiver.out.json': answered,
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, schema]) => [name, { $schema: DRAFT, ...withTitles(schema) }]),
  );
}

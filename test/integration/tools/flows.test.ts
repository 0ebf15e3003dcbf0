import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkSteps } from '../../../tools/lib/flowCheck';
import { readFlow } from '../../../tools/lib/flowFile';
import { oihComponent } from '../../../tools/lib/oihRules';
import { root } from '../../support/tools';

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const COMPONENT = 'flows/component.oih.json';
const FLOWS = readdirSync(path.join(root, 'flows'))
  .map((name) => `flows/${name}`)
  .filter((file) => file !== COMPONENT);

interface OihFlow {
  [member: string]: unknown;
  graph: { nodes: Record<string, unknown>[]; edges: Record<string, unknown>[] };
}

/** The flow for OIH, and a change that its repository refuses. */
const changed = (change: (flow: OihFlow) => void): unknown => {
  const flow = structuredClone(read('flows/group-to-group.json')) as OihFlow;
  change(flow);
  return flow;
};
const node = (members: Record<string, unknown>) => (flow: OihFlow) =>
  void Object.assign(flow.graph.nodes[0] ?? {}, members);

describe('the flows to copy', () => {
  const { triggers, actions } = read('component.json') as Record<'triggers' | 'actions', object>;

  it.each(FLOWS)('%s is a flow from a trigger to an action of the component', (file) => {
    const { first } = readFlow(read(file));
    expect(Object.keys(triggers)).toContain(first.function);
    expect(first.next).toHaveLength(1);
    expect(Object.keys(actions)).toContain(first.next[0]?.target.function);
  });

  it.each(FLOWS)('%s contains no ids except placeholders: braces, or one repeated digit', (file) => {
    const ids = [...JSON.stringify(read(file)).matchAll(/"(?:componentId|credentials_id|secret_id)":"([^"]*)"/g)];
    expect(ids.length).toBeGreaterThanOrEqual(2);
    for (const [, id] of ids) expect(id).toMatch(/^(\{[A-Z_]+\}|(\d)\2{23})$/);
  });

  it.each([...FLOWS, COMPONENT])('%s matches docs/deploying.md, which adds only nodeSettings', (file) => {
    const blocks = [...readFileSync(path.join(root, 'docs/deploying.md'), 'utf8').matchAll(/```json\n(.*?)```/gs)];
    expect(blocks.map(([, json = '']) => withoutNodeSettings(json))).toContainEqual(read(file));
  });
});

it.each<[string, unknown]>([
  ['a list', []],
  ['the document of a component', read(COMPONENT)],
  ['a message', { metadata: {}, data: { email: 'jo@example.org' } }],
  ['a flow of elastic.io without steps', { data: { type: 'flow', attributes: { name: 'x' } } }],
])('%s is refused as a flow, since it has no graph', (_, json) => {
  expect(() => readFlow(json)).toThrow('This is not a flow: it has no "graph" with nodes and edges.');
});

describe('a step of a flow', () => {
  const check = (members: Record<string, unknown>) => () => {
    checkSteps(readFlow(changed(node(members))).first);
  };

  it('that does not exist in the component is refused with a list of existing ones', () => {
    expect(check({ function: 'upsertReciever' })).toThrow(
      'Step "step_1" names an unknown function, "upsertReciever". The functions are getReceiversPolling, getReceiversByGroupIdPolling, upsertReceiver. Did you mean "upsertReceiver"?',
    );
  });

  it('of another component is refused as the first step, with another way to try the action', () => {
    expect(check({ function: 'getPersons' })).toThrow(
      /^Step "step_1" names an unknown function, "getPersons"\..* give the action your own messages with --input\.$/,
    );
  });

  it('of another component is accepted after the first one, unless its function is a misspelled one of this component', () => {
    const checkNext = (named: string) => () => {
      checkSteps(readFlow(changed((flow) => void Object.assign(flow.graph.nodes[1] ?? {}, { function: named }))).first);
    };
    expect(checkNext('upsertPerson')).not.toThrow();
    expect(checkNext('upsert_receiver')).toThrow(/Step "step_2" .* Did you mean "upsertReceiver"\?$/);
  });

  it.each([
    ['groupname', 'groupName'],
    ['skipTransfromation', 'skipTransformation'],
    ['startTme', 'startTime'],
    ['client-id', 'client_id'],
  ])('is refused with the field %s, and %s is suggested', (given, meant) => {
    expect(check({ fields: { groupName: 'a', [given]: 'b' } })).toThrow(
      `step_1 getReceiversByGroupIdPolling: Unknown field "${given}". Did you mean "${meant}"?`,
    );
  });

  it.each(['changeDetection', 'emitConcurrency'])(
    'may have the field %s of an earlier version in a trigger only',
    (name) => {
      const fields = { groupName: 'a', [name]: 'x' };
      expect(check({ fields })).not.toThrow();
      expect(check({ function: 'upsertReceiver', fields })).toThrow(`Unknown field "${name}".`);
    },
  );

  it('is refused with an unknown field, without a suggestion, and with all other errors', () => {
    expect(check({ fields: { colour: 'red', deletes: true } })).toThrow(
      /Unknown field "colour"\.\n.*Unknown field "deletes"\.$/,
    );
  });

  it.each([
    'client_id',
    'clientSecret',
    'username',
    'key',
    'accessToken',
    'oauth',
    '_account',
    'secretId',
    'nodeSettings',
  ])('may hold %s beside its fields', (name) => {
    expect(check({ fields: { groupName: 'a', [name]: 'x' } })).not.toThrow();
  });
});

describe('the graph of a flow', () => {
  const graph = (edges: [string, string][], config: object = {}, names = ['a', 'b', 'c']) => ({
    data: {
      attributes: {
        graph: {
          nodes: names.map((id) => ({ id, command: 'team/cleverreach:upsertReceiver@latest' })),
          edges: edges.map(([source, target]) => ({ source, target, config })),
        },
      },
    },
  });

  it.each<[string, [string, string][], string]>([
    [
      'a loop',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'b'],
      ],
      'The edges after step "b" lead back to it.',
    ],
    [
      'a loop without a first step',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
      'this flow has none',
    ],
    [
      'a step that leads to itself',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'a'],
      ],
      'leads from a step to itself',
    ],
    [
      'an island',
      [
        ['b', 'c'],
        ['c', 'b'],
      ],
      'No edges lead from the first step to "b", "c".',
    ],
    [
      'two first steps',
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
      'this flow has "a", "b"',
    ],
  ])('is refused with %s, and the step is named', (_, edges, why) => {
    expect(() => readFlow(graph(edges))).toThrow(why);
  });

  it('may split and join', () => {
    expect(
      readFlow(
        graph([
          ['a', 'b'],
          ['a', 'c'],
          ['b', 'c'],
        ]),
      ).first.id,
    ).toBe('a');
  });

  it('is refused with two steps of one id', () => {
    expect(() => readFlow(graph([['a', 'b']], {}, ['a', 'b', 'b']))).toThrow('two steps have the same id');
  });

  it.each<[string, object, RegExp]>([
    [
      'a condition',
      { condition: 'data.active = false' },
      /must be null: conditions are not evaluated here[^]*condition/,
    ],
    ['an empty condition', { condition: '' }, /must be null/],
    ['another kind of mapper', { mapper_type: 'handlebars' }, /must be "jsonata"/],
    ['a mapper that is a list', { mapper: ['data'] }, /must be a JSONata expression, or an object of expressions/],
    ['a mapper that is a number', { mapper: 5 }, /must be a JSONata expression, or an object of expressions/],
  ])('is refused with %s on an edge', (_, config, why) => {
    expect(() =>
      readFlow(
        graph(
          [
            ['a', 'b'],
            ['b', 'c'],
          ],
          config,
        ),
      ),
    ).toThrow(why);
  });

  it.each([{}, { condition: null, mapper_type: 'jsonata', mapper: null }, { mapper: 'data' }])(
    'may contain the edge %j',
    (config) => {
      expect(
        readFlow(
          graph(
            [
              ['a', 'b'],
              ['b', 'c'],
            ],
            config,
          ),
        ).first.next,
      ).toHaveLength(1);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is refused with the function %s, as with any other that does not exist',
    (name) => {
      const check = () => {
        checkSteps(readFlow(changed(node({ function: name }))).first);
      };
      expect(check).toThrow(`Step "step_1" names an unknown function, "${name}".`);
    },
  );
});

/** They link ids through the data hub, which nobody has who tries a flow. */
function withoutNodeSettings(json: string): unknown {
  return JSON.parse(json, (name, value: unknown) => (name === 'nodeSettings' ? undefined : value));
}

describe('a flow for OIH', () => {
  it.each<[string, (flow: OihFlow) => void, RegExp]>([
    ['no component id', node({ componentId: undefined }), /componentId/],
    ['no function', node({ function: undefined }), /function/],
    ['a step id of more than 30 characters', node({ id: 'x'.repeat(31) }), /30/],
    [
      'an edge id of more than 10 characters',
      (flow) => void Object.assign(flow.graph.edges[0] ?? {}, { id: 'e'.repeat(11) }),
      /10/,
    ],
    ['two steps without an edge', (flow) => void (flow.graph.edges = []), /needs edges/],
    ['two steps of one id', (flow) => void flow.graph.nodes.push(...flow.graph.nodes), /same id/],
    ['a status', (flow) => void (flow['status'] = 'active'), /set by the platform/],
    ['an edge to nowhere', (flow) => void (flow.graph.edges = [{ source: 'step_1', target: 'x' }]), /does not exist/],
  ])('is refused with %s, as its repository would', (_, change, problem) => {
    expect(() => readFlow(changed(change))).toThrow(problem);
  });
});

describe('the ids of a flow for OIH', () => {
  it('may be placeholders, which are noted', () => {
    const { first } = readFlow(changed(node({ componentId: 'cleverreach', credentials_id: '{CREDENTIAL_ID}' })));
    expect(first.invalidIds).toEqual(['componentId', 'credentials_id']);
    expect(first.next[0]?.target.invalidIds).toBeUndefined();
  });
});

describe('a flow as the flow repository of OIH returns it', () => {
  /** What it adds to a flow that was posted, in the envelope of its answer. */
  const stored = (change: (flow: OihFlow) => void = () => undefined) => ({
    data: changed((flow) => {
      Object.assign(flow, {
        id: '5f5f5f5f5f5f5f5f5f5f5f5f',
        type: 'ordinary',
        status: 'inactive',
        owners: [{ id: 'someone', type: 'USER' }],
        createdAt: '2026-07-26T00:00:00.000Z',
        updatedAt: '2026-07-26T00:00:00.000Z',
      });
      Object.assign(flow.graph.edges[0] ?? {}, { config: {} });
      change(flow);
    }),
    meta: {},
  });

  it('is the flow that was posted', () => {
    expect(readFlow(stored())).toEqual(readFlow(read('flows/group-to-group.json')));
    expect(readFlow(stored().data)).toEqual(readFlow(read('flows/group-to-group.json')));
  });

  it('may have null for missing properties, but keeps null in the fields of a step', () => {
    const flow = stored((one) => {
      Object.assign(one, { description: null, cron: null });
      Object.assign(one.graph.nodes[0] ?? {}, {
        credentials_id: null,
        nodeSettings: null,
        fields: { groupName: null },
      });
      Object.assign(one.graph.edges[0] ?? {}, { id: null });
    });
    expect(readFlow(flow).first).toMatchObject({ fields: { groupName: null }, nodeSettings: {} });
  });

  it('is checked by the same rules', () => {
    expect(() => readFlow(stored(node({ function: undefined })))).toThrow(/function/);
  });

  it('is requested if the file contains the list of flows', () => {
    expect(() => readFlow({ data: [stored().data], meta: { total: 1 } })).toThrow(
      'This is a list of flows: "data" must be a single flow.',
    );
  });

  it.each([{ data: null }, { data: {} }, { data: 'x', meta: {} }, { meta: {} }])('is not %j', (json) => {
    expect(() => readFlow(json)).toThrow('This is not a flow: it has no "graph" with nodes and edges.');
  });
});

describe('the document of the component for OIH', () => {
  const document = read(COMPONENT) as Record<string, unknown>;

  it('is valid for the component repository, and names the version of the package', () => {
    expect(oihComponent.safeParse(document).error).toBeUndefined();
    const { version } = read('package.json') as { version: string };
    expect(document).toMatchObject({
      distribution: { image: `registry.example.org/cleverreach-component:${version}` },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a name of more than 50 characters', { name: 'x'.repeat(51) }],
    ['a description of more than 300 characters', { description: 'x'.repeat(301) }],
    ['an image without a tag', { distribution: { type: 'docker', image: 'cleverreach-component' } }],
    ['a variable that is not a string', { descriptor: { environment: { variables: { OUTPUT_RATE_LIMIT: 10 } } } }],
    [
      'a variable with the prefix',
      { descriptor: { environment: { variables: { ELASTICIO_OUTPUT_RATE_LIMIT: '10' } } } },
    ],
  ])('is refused with %s', (_, change) => {
    expect(oihComponent.safeParse({ ...document, ...change }).success).toBe(false);
  });
});

import fc from '../../support/fastCheck';
import component from '../../../component.json';
import {
  isDevMode,
  parseGroupPollingFields,
  parsePollingFields,
  parseShapeFields,
  parseUpsertFields,
} from '../../../lib/config/stepConfig';
import { ConfigurationError } from '../../../lib/utils/errors';
import { EVERY_TYPE } from '../../support/everyType';

/** The fields that a form has, each with what reads it. */
const fieldsOf = (step: string, { fields }: { fields: object }, parse: (cfg: unknown) => object) =>
  Object.keys(fields).map((name) => [step, name, parse] as const);

const ignoredGroup = (given: string): ConfigurationError =>
  new ConfigurationError(
    `Invalid configuration: field "${given}" is not used, because getReceiversPolling sends the receivers of all groups. ` +
      'For one group, use getReceiversByGroupIdPolling; otherwise remove the field.',
  );

describe('the fields of a step', () => {
  it('have defaults for all optional fields', () => {
    expect(parsePollingFields({})).toEqual({
      skipTransformation: false,
      pageSize: 2000,
      maxRunMinutes: 15,
      fullReadMinutes: 60,
      changeTypes: ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced'],
      emitBehavior: 'emitIndividually',
      devMode: false,
      nodeSettings: {
        ...{ idLinking: false, governance: false, storeRawRecord: false },
        ...{ autoSaveSnapshots: false, devMode: false },
      },
    });
    expect(parseUpsertFields(undefined)).toMatchObject({
      newReceivers: 'active',
      optOuts: false,
      deletes: false,
      onError: 'fail',
    });
  });

  it('have the same meaning as strings from elastic.io and as values from OIH', () => {
    const texts = {
      groupId: '512',
      pageSize: ' 100 ',
      maxRunMinutes: '5',
      fullReadMinutes: '0',
      skipTransformation: 'true',
    };
    const values = { groupId: 512, pageSize: 100, maxRunMinutes: 5, fullReadMinutes: 0, skipTransformation: true };
    expect(parseGroupPollingFields(texts)).toEqual(parseGroupPollingFields(values));
    expect(parseGroupPollingFields(texts)).toMatchObject({ groupId: '512', pageSize: 100, fullReadMinutes: 0 });
  });

  it('are not set when they were cleared in a form', () => {
    const emptied = {
      groupName: ' News ',
      groupId: '',
      pageSize: ' ',
      startTime: null,
      customMapping: '\u200b\u00a0',
      maxRunMinutes: undefined,
    };
    expect(parseGroupPollingFields(emptied)).toEqual(parseGroupPollingFields({ groupName: 'News' }));
  });

  it.each([
    ['2024-01-31', 1_706_659_200],
    ['2024-01-31T08:30', 1_706_689_800],
    ['2024-01-31T08:30:00Z', 1_706_689_800],
    ['2024-01-31T08:30:00.500+01:00', 1_706_686_200],
    ['2024-01-31T08:30:00+0100', 1_706_686_200],
    [' 2024-01-31T08:30-02:30 ', 1_706_698_800],
    ['2024-02-29', 1_709_164_800],
  ])('convert the start time %s to Unix seconds, in UTC if it has no time zone', (startTime, seconds) => {
    expect(parsePollingFields({ startTime }).startTime).toBe(seconds);
  });

  it.each([
    [parsePollingFields, 'pageSize', 0, 'from 1 to 5000'],
    [parsePollingFields, 'pageSize', 5001, 'from 1 to 5000'],
    [parsePollingFields, 'pageSize', 'many', 'from 1 to 5000'],
    [parsePollingFields, 'pageSize', 1.5, 'from 1 to 5000'],
    [parsePollingFields, 'pageSize', [100], 'from 1 to 5000'],
    [parsePollingFields, 'maxRunMinutes', 60, 'from 1 to 25'],
    [parsePollingFields, 'fullReadMinutes', -1, 'from 0 to 10080'],
    [parsePollingFields, 'fullReadMinutes', '10081', 'from 0 to 10080'],
    [parseGroupPollingFields, 'fullReadMinutes', 2.5, 'from 0 to 10080'],
    [parsePollingFields, 'startTime', '31.01.2024', 'ISO date'],
    [parsePollingFields, 'startTime', 'on 2024-01-31', 'ISO date'],
    [parsePollingFields, 'startTime', '2024-01-31 or so', 'ISO date'],
    [parsePollingFields, 'startTime', '2024-13-45', 'valid calendar date'],
    [parsePollingFields, 'startTime', '2024-02-30', 'valid calendar date'],
    [parsePollingFields, 'startTime', '2023-02-29T08:00:00+01:00', 'valid calendar date'],
    [parsePollingFields, 'startTime', '2024-02-28T25:00', 'valid calendar date'],
    [parsePollingFields, 'pageSize', '100 or so', 'from 1 to 5000'],
    [parsePollingFields, 'pageSize', 'x100', 'from 1 to 5000'],
    [parseGroupPollingFields, 'groupId', -1, 'id \\(a string of at most 100 characters, or a whole number\\)'],
    [parseGroupPollingFields, 'groupId', 1.5, 'id \\(a string of at most 100 characters, or a whole number\\)'],
    [parsePollingFields, 'startTime', 1_706_659_200, 'ISO date'],
    [parsePollingFields, 'skipTransformation', 'yes', 'true or false'],
    [parsePollingFields, 'customMapping', { data: 1 }, 'string'],
    [parseGroupPollingFields, 'groupId', undefined, 'groupName'],
    [parseGroupPollingFields, 'groupId', { id: 1 }, 'id'],
    [parsePollingFields, 'emitBehavior', 'fetchAll', 'emitIndividually, fetchPage'],
    [parsePollingFields, 'emitDeletions', 'perhaps', 'true or false'],
    [parsePollingFields, 'changeTypes', 'new, opened', 'unknown type "opened"'],
    [parsePollingFields, 'changeTypes', ['unsubscribe'], 'Did you mean "unsubscribed"'],
    [parsePollingFields, 'changeTypes', true, 'list of types'],
    [parsePollingFields, 'tag', 7, 'string'],
    [parsePollingFields, 'tag', '\u200b', 'invisible characters'],
    [parseUpsertFields, 'newReceivers', 'all', 'active, unconfirmed, skip'],
    [parseUpsertFields, 'optOuts', 'perhaps', 'true or false'],
    [parseUpsertFields, 'deletes', 'perhaps', 'true or false'],
    [parseUpsertFields, 'doiFormId', '7', 'unconfirmed'],
    [parseUpsertFields, 'onError', 'ignore', 'fail, emit'],
  ])('are refused with the name of the field and the expected value (case %#): %s %s', (parse, field, value, right) => {
    expect(() => parse({ [field]: value })).toThrow(ConfigurationError);
    expect(() => parse({ [field]: value })).toThrow(new RegExp(`field "${field}" .*${right}`));
  });

  it.each([
    [parsePollingFields, 'pageSize', 'many', 'must be a whole number from 1 to 5000, not "many"'],
    [parsePollingFields, 'pageSize', 9000, 'must be a whole number from 1 to 5000, not 9000'],
    [parsePollingFields, 'pageSize', [1], 'must be a whole number from 1 to 5000, not a list'],
    [parsePollingFields, 'customMapping', {}, 'must be a string, not an object'],
    [parsePollingFields, 'customMapping', ['x'], 'must be a string, not a list'],
    [parsePollingFields, 'startTime', 5, 'must be an ISO date such as 2024-01-31 or 2024-01-31T08:00:00Z, not 5'],
    [parsePollingFields, 'startTime', true, 'must be an ISO date such as 2024-01-31 or 2024-01-31T08:00:00Z, not true'],
    [parsePollingFields, 'pageSize', 'a'.repeat(24), `must be a whole number from 1 to 5000, not "${'a'.repeat(24)}"`],
    [parsePollingFields, 'pageSize', 'a'.repeat(25), 'must be a whole number from 1 to 5000, not "aaaaaa…"'],
    [parsePollingFields, 'emitBehavior', 'page', 'must be one of emitIndividually, fetchPage, not "page"'],
    [parsePollingFields, 'startTime', '2024-13-45', 'must be a valid calendar date, not "2024-13-45"'],
    [parseUpsertFields, 'newReceivers', 'all', 'must be one of active, unconfirmed, skip, not "all"'],
    [
      parsePollingFields,
      'startTime',
      'a'.repeat(40),
      'must be an ISO date such as 2024-01-31 or 2024-01-31T08:00:00Z, not "aaaaaa…"',
    ],
    [
      parsePollingFields,
      'startTime',
      'jo@example.org',
      'must be an ISO date such as 2024-01-31 or 2024-01-31T08:00:00Z, not "<address>"',
    ],
  ])(
    'are refused with the given value, truncated and without secrets (case %#): %s %s %j',
    (parse, field, value, text) => {
      expect(() => parse({ [field]: value })).toThrow(`field "${field}" ${text}`);
    },
  );

  it('never show a token that was pasted into the wrong field', () => {
    expect(() => parsePollingFields({ pageSize: 'eyJ0eXAiOiJK.5b1fe06a' })).toThrow('not "***"');
    expect(() => parsePollingFields({ pageSize: '5b1fe06a3dd94b1c8a1f70aa41d2' })).toThrow('not "5b1fe0…"');
  });

  it('treat a ticked box as true in every notation of the platforms', () => {
    for (const ticked of [true, 'true', 'on', ' On '])
      expect(parseUpsertFields({ deletes: ticked })).toMatchObject({ deletes: true });
    expect(parseUpsertFields({ deletes: 'false' })).toMatchObject({ deletes: false });
  });

  it('determine the shape of messages even if other fields of the form are empty or invalid', () => {
    expect(parseShapeFields({ pageSize: 'x', skipTransformation: 'on', customMapping: ' ' })).toEqual({
      skipTransformation: true,
      changeTypes: ['new', 'changed', 'confirmed', 'unsubscribed', 'bounced'],
      emitBehavior: 'emitIndividually',
      dryRun: false,
      deletes: false,
      onError: 'fail',
    });
    expect(parseShapeFields({ onError: 'emit' })).toMatchObject({ onError: 'emit' });
    expect(parseShapeFields({ onError: 5 })).toMatchObject({ onError: 'fail' });
    expect(parseShapeFields({ emitBehavior: 'fetchPage' })).toMatchObject({ emitBehavior: 'fetchPage' });
    expect(parseShapeFields({ changeTypes: 'unknown' })).toMatchObject({ changeTypes: [] });
    expect(parseShapeFields({ changeTypes: 'deleted' })).toMatchObject({ changeTypes: ['deleted'] });
    expect(parseShapeFields({ emitBehavior: ['x'] })).toMatchObject({ emitBehavior: 'emitIndividually' });
  });

  it.each(['idLinking', 'governance'])(
    'reject onError "emit" if OIH would record the rejected records as written (%s)',
    (setting) => {
      const fields = { groupId: '1', onError: 'emit' };
      expect(() => parseUpsertFields({ ...fields, nodeSettings: { [setting]: true } })).toThrow(
        new ConfigurationError(
          'Invalid configuration: field "onError" cannot be "emit" while nodeSettings.idLinking or nodeSettings.governance is on, ' +
            'since OIH would record the rejected record as written.',
        ),
      );
      expect(parseUpsertFields({ ...fields, nodeSettings: { [setting]: false } })).toMatchObject({ onError: 'emit' });
      expect(parseUpsertFields({ groupId: '1', nodeSettings: { [setting]: true } })).toMatchObject({ onError: 'fail' });
    },
  );

  it('accept the id of a CleverReach flow in upper case and with spaces', () => {
    const doiFormId = ' 3F2B8C1E-5D4A-4E7B-9A60-1C2D3E4F5A6B';
    expect(parseUpsertFields({ newReceivers: 'unconfirmed', doiFormId })).toMatchObject({
      doiFormId: '3f2b8c1e-5d4a-4e7b-9a60-1c2d3e4f5a6b',
    });
  });

  it.each([
    [parsePollingFields, {}],
    [parseGroupPollingFields, { groupId: '1' }],
  ])('reject emitBehavior "fetchPage" when OIH links ids (case %#)', (parse, group) => {
    const fields = { ...group, emitBehavior: 'fetchPage' };
    expect(() => parse({ ...fields, nodeSettings: { idLinking: true } })).toThrow(
      new ConfigurationError(
        'Invalid configuration: field "emitBehavior" cannot be "fetchPage" while nodeSettings.idLinking is on, ' +
          'since OIH links the id of one record per message.',
      ),
    );
    expect(parse({ ...fields, nodeSettings: { idLinking: false } })).toMatchObject({ emitBehavior: 'fetchPage' });
    expect(parse({ ...group, nodeSettings: { idLinking: true } })).toMatchObject({
      emitBehavior: 'emitIndividually',
    });
  });

  it.each([
    { changeDetection: 'content', emitDeletions: false },
    { changeDetection: 'magic', emitConcurrency: 0 },
    { emitConcurrency: '50' },
  ])('include those of earlier versions, which have no effect: %j', (retired) => {
    expect(parsePollingFields(retired)).toEqual(parsePollingFields({}));
    expect(parseGroupPollingFields({ groupId: '1', ...retired })).toEqual(parseGroupPollingFields({ groupId: '1' }));
  });

  it('add the type of deletions if the retired field for them is ticked', () => {
    const typesOf = (cfg: object): readonly string[] => parsePollingFields(cfg).changeTypes;
    expect(typesOf({ emitDeletions: 'true' })).toEqual(typesOf({ changeTypes: EVERY_TYPE }));
    expect(typesOf({ emitDeletions: true, changeTypes: 'new' })).toEqual(['new', 'deleted']);
    expect(typesOf({ emitDeletions: false, changeTypes: 'deleted' })).toEqual(['deleted']);
    expect(parseShapeFields({ emitDeletions: true }).changeTypes).toContain('deleted');
  });

  it.each([
    ['a list', ['unsubscribed', 'new']],
    ['a string with commas', 'unsubscribed, new'],
    ['other separators, capitals and blanks', ' NEW;  Unsubscribed '],
    ['invisible characters and repetitions', ['new', '\u200bnew,', 'unsub\u00adscribed', '']],
  ])('list types of changes as %s', (_, changeTypes) => {
    expect(parsePollingFields({ changeTypes }).changeTypes).toEqual(['new', 'unsubscribed']);
  });

  it.each([undefined, null, '', '  ', [], [''], '\u200b'])(
    'ask for all types but deletions if no type is given: %j',
    (changeTypes) => {
      expect(parsePollingFields({ changeTypes })).toEqual(parsePollingFields({}));
    },
  );

  it.each([
    ['subscribed', 'confirmed'],
    ['registered', 'new'],
    ['updated', 'changed'],
    ['deletions', 'deleted'],
    ['hardbounce', 'bounced'],
    ['opt-out', 'unsubscribed'],
    ['chagned', 'changed'],
  ])('are refused when a type of changes has another name, %s, with a suggestion', (given, meant) => {
    expect(() => parsePollingFields({ changeTypes: ['new', given] })).toThrow(
      new ConfigurationError(
        `Invalid configuration: field "changeTypes" has the unknown type "${given}". Did you mean "${meant}"? ` +
          'The types are new, changed, confirmed, unsubscribed, bounced, deleted.',
      ),
    );
  });

  it('are all named in the error when several are wrong', () => {
    expect(() => parsePollingFields({ pageSize: 0, startTime: 'x' })).toThrow(
      /field "startTime" .*; field "pageSize" /,
    );
  });

  it('have to be an object', () => {
    expect(() => parsePollingFields('pageSize')).toThrow(
      'Invalid configuration: the fields of the step must be an object.',
    );
    expect(() => parsePollingFields([])).toThrow('the fields of the step must be an object');
  });

  it('include the settings of the node, unless these are unusable', () => {
    const none = {
      ...{ idLinking: false, governance: false, storeRawRecord: false },
      ...{ autoSaveSnapshots: false, devMode: false },
    };
    const given = {
      applicationUid: ' crm ',
      idLinking: true,
      governance: { level: 5 },
      storeRawRecord: 'true',
      autoSaveSnapshots: 'on',
      devMode: true,
    };
    expect(parseUpsertFields({ nodeSettings: given }).nodeSettings).toEqual({
      applicationUid: 'crm',
      idLinking: true,
      governance: true,
      storeRawRecord: true,
      autoSaveSnapshots: true,
      devMode: true,
    });
    for (const nodeSettings of [undefined, 'x', 5, [], { idLinking: 'perhaps' }])
      expect(parseUpsertFields({ nodeSettings }).nodeSettings).toEqual(none);
  });

  it.each([
    [{ devMode: true }, true],
    [{ devMode: 'on' }, true],
    [{ nodeSettings: { devMode: true } }, true],
    [{ devMode: false, nodeSettings: { devMode: true } }, true],
    [{ devMode: true, nodeSettings: {} }, true],
    [{ devMode: false }, false],
    [{ devMode: 'perhaps' }, false],
    [{ nodeSettings: { devMode: false } }, false],
    [{}, false],
    [undefined, false],
    ['devMode', false],
  ])('%j enable details in the log: %s', (cfg, isAsked) => {
    expect(isDevMode(cfg)).toBe(isAsked);
  });

  it.each([
    ...fieldsOf('getReceiversPolling', component.triggers.getReceiversPolling, parsePollingFields),
    ...fieldsOf(
      'getReceiversByGroupIdPolling',
      component.triggers.getReceiversByGroupIdPolling,
      parseGroupPollingFields,
    ),
    ...fieldsOf('upsertReceiver', component.actions.upsertReceiver, parseUpsertFields),
  ])('of the form of %s are all validated: %s', (_, name, parse) => {
    expect(() => parse({ groupId: '1046', [name]: {} })).toThrow(`field "${name}" must be`);
  });

  it.each([
    [parseUpsertFields, 'dryrun', 'dryRun'],
    [parseUpsertFields, 'delete', 'deletes'],
    [parseUpsertFields, 'optOut', 'optOuts'],
    [parseUpsertFields, 'opt_outs', 'optOuts'],
    [parseUpsertFields, 'newReceiver', 'newReceivers'],
    [parseUpsertFields, 'group_id', 'groupId'],
    [parseGroupPollingFields, 'grupId', 'groupId'],
    [parseGroupPollingFields, 'groupNane', 'groupName'],
    [parsePollingFields, ' Skip-Transformation', 'skipTransformation'],
    [parsePollingFields, 'pageSizes', 'pageSize'],
    [parsePollingFields, 'pageXSize', 'pageSize'],
    [parsePollingFields, 'skipTransfromation', 'skipTransformation'],
    [parsePollingFields, 'pageSiez', 'pageSize'],
    [parseUpsertFields, 'gruppenName', 'groupName'],
    [parseUpsertFields, 'list_name', 'groupName'],
    [parseUpsertFields, 'targetGroupName', 'groupName'],
  ])('are refused with a suggestion when their name is misspelled (case %#): %s %s', (parse, given, meant) => {
    expect(() => parse({ groupId: '1', [given]: true })).toThrow(
      new ConfigurationError(`Invalid configuration: unknown field "${given}". Did you mean "${meant}"?`),
    );
  });

  it.each(
    `group Gruppe gruppenId gruppen-ID listId list_id targetGroup targetGroupId zielgruppe mailingList verteiler liste groups receiverGroup
    empfängerliste Listen-Nummer`.split(/\s+/),
  )('are refused with a suggestion when they name the group in another word: %s', (given) => {
    const error = new ConfigurationError(`Invalid configuration: unknown field "${given}". Did you mean "groupId"?`);
    expect(() => parseUpsertFields({ [given]: '1' })).toThrow(error);
    expect(() => parseGroupPollingFields({ groupId: '1', [given]: '1' })).toThrow(error);
    expect(() => parsePollingFields({ [given]: '1' })).toThrow(ignoredGroup(given));
    expect(() => parsePollingFields({ [given]: ' ' })).not.toThrow();
  });

  it.each(['groupId', 'groupName'])(
    'are refused when they choose a group and the trigger reads all groups: %s',
    (given) => {
      for (const value of ['1046', 1046, { id: 1046 }, ['x']])
        expect(() => parsePollingFields({ [given]: value })).toThrow(ignoredGroup(given));
      for (const value of ['', ' ', null, undefined, {}, []])
        expect(() => parsePollingFields({ [given]: value })).not.toThrow();
    },
  );

  it('reject a group that has only invisible characters, because the group decides what is deleted', () => {
    for (const name of ['groupId', 'groupName']) {
      for (const value of ['\u200b', ' \u200b\u2060 ', '\u2800'])
        expect(() => parseUpsertFields({ deletes: true, [name]: value })).toThrow(
          new ConfigurationError(
            `Invalid configuration: field "${name}" holds only invisible characters: enter it again, or empty it.`,
          ),
        );
      for (const value of ['', ' ', '\ufeff', null, undefined])
        expect(parseUpsertFields({ deletes: true, [name]: value })).toMatchObject({ [name]: undefined });
    }
    expect(parseUpsertFields({ groupId: ' 7\u200b' })).toMatchObject({ groupId: '7\u200b' });
  });

  it.each([
    'groupBy',
    'listener',
    'groupIds2',
    'id',
    'key',
    'oauth',
    'client_id',
    'clientSecret',
    'secretId',
    'payload',
    '_account',
    'pageSizeMax',
    'devMedo',
    'dyxRun',
    'dxrRun',
    'dyrxxx',
  ])('ignore an unknown property: %s', (name) => {
    expect(() => parseUpsertFields({ [name]: 'x' })).not.toThrow();
    expect(() => parseGroupPollingFields({ groupId: '1', [name]: 'x' })).not.toThrow();
  });

  it('are parsed or refused with a ConfigurationError in any shape, and never include a credential', () => {
    const outcome = (parse: (cfg: unknown) => object, cfg: unknown): unknown => {
      try {
        return Object.keys(parse(cfg)).includes('accessToken') ? 'a credential' : 'fields';
      } catch (error) {
        return error instanceof ConfigurationError ? 'fields' : error;
      }
    };
    const known = fc.dictionary(
      fc.constantFrom('pageSize', 'startTime', 'fullReadMinutes', 'groupId', 'nodeSettings', 'deletes'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), known), (cfg) => {
        for (const parse of [parsePollingFields, parseGroupPollingFields, parseUpsertFields]) {
          expect(outcome(parse, cfg)).toBe('fields');
          expect(outcome(parse, { ...(cfg as object), accessToken: 'secret' })).toBe('fields');
        }
      }),
    );
  });
});

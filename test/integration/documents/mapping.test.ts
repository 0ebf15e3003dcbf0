import { readFileSync } from 'node:fs';
import path from 'node:path';
import { customMapping } from '../../../lib/mapping/customMapping';
import { MAPPING_FUNCTIONS } from '../../../lib/mapping/registerFunctions';

const text = readFileSync(path.join(__dirname, '../../../docs/mapping.md'), 'utf8');
const examples = [...text.matchAll(/```jsonata\n([\s\S]*?)```/g)].map(([, example = '']) => example);

describe('docs/mapping.md', () => {
  it('lists every existing function with its use, and no others', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `$'));
    expect(rows.map((row) => row.replaceAll(/ {2,}/g, ' '))).toEqual(
      MAPPING_FUNCTIONS.map(({ use, does }) => `| \`${use}\` | ${does} |`),
    );
  });

  it('has an example for a trigger that works unchanged', async () => {
    const message = {
      metadata: { oihUid: 'u' },
      data: {
        id: '7',
        email: 'jo@example.org',
        active: true,
        category: 'News',
        attributes: { store: 'Kiel', handy: '0171' },
        tags: [],
      },
    };
    expect(await customMapping(examples[0] ?? '')(message)).toEqual({
      metadata: { oihUid: 'u', recordUid: '7' },
      data: {
        lastName: 'jo',
        contactData: [
          { type: 'email', value: 'jo@example.org' },
          { type: 'phone', value: '0171' },
        ],
        subscription: { status: 'subscribed', group: { name: 'News' } },
        shop: 'Kiel',
        subscribed: true,
        list: 'News',
      },
    });
  });

  it('has an example for the action that works unchanged', async () => {
    const message = { metadata: {}, data: { mail: 'jo@example.org', first: 'Jo', born: '3.4.1980', orders: 0 } };
    expect(await customMapping(examples[1] ?? '')(message)).toEqual({
      metadata: {},
      data: {
        email: 'jo@example.org',
        global_attributes: { firstname: 'Jo', birthday: '1980-04-03' },
        tags: ['Shop.customer', '-Shop.buyer'],
      },
    });
  });
});

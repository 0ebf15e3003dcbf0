import { isPrimary } from '../../../../lib/mapping/functions/primary';

describe('one of several entries', () => {
  it.each([
    { description: 'primary' },
    { label: 'Primary ' },
    { name: ' PRIMARY' },
    { type: 'primary' },
    { label: 'Primary address' },
    { description: 'primary e-mail' },
    { label: 'preferred' },
    { primary: true },
    { primary: 'true' },
    { primary: ' TRUE ' },
    { primary: 1 },
    { primary: '1' },
    { isPrimary: true },
    { is_primary: 1 },
    { Primary: 'yes' },
    { primaryContact: true },
    { primaryContact: 'primary' },
    { primaryAddress: true },
    { preferred: true },
    { isPreferred: 'true' },
    { primary: null, label: 'primary' },
    { primary: '', label: 'primary' },
    { primaryContact: 'Ada King', label: 'primary' },
  ])('is marked as primary: %j', (entry) => {
    expect(isPrimary(entry)).toBe(true);
  });

  it.each([
    {},
    { primary: false },
    { primary: 'false' },
    { primary: 0 },
    { primary: '0' },
    { primary: 'no' },
    { primary: '' },
    { primaryContact: 'Ada King' },
    { primary: false, label: 'primary' },
    { isPrimary: false, description: 'primary' },
    { primary: true, preferred: false },
    { label: 'not primary' },
    { label: 'non-primary' },
    { label: 'primary school' },
    { label: 'secondary' },
    { label: true },
    { value: 'primary' },
    'primary',
    ['primary'],
    null,
  ])('is not marked as primary: %j', (entry) => {
    expect(isPrimary(entry)).toBe(false);
  });
});

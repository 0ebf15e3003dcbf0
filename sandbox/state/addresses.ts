import { domainToASCII, domainToUnicode } from 'node:url';
import type { Switches } from '../switches';

/** An address as the account stores it. */
export function storedAddress(sent: string, { emailCase, emailDomain }: Switches): string {
  const email = emailCase === 'lowered' ? sent.toLowerCase() : sent;
  if (emailDomain === 'kept') return email;
  const at = email.lastIndexOf('@') + 1;
  const convert = emailDomain === 'ascii' ? domainToASCII : domainToUnicode;
  return email.slice(0, at) + (convert(email.slice(at)) || email.slice(at));
}

import { UsageError } from '../tools/lib/args';
import { switchTable, type Switches } from './switches';

const switches = new Map(Object.entries(switchTable));

/** Parses `name=value` settings; throws a {@link UsageError} for an unknown name or value. */
export function readSwitches(settings: readonly string[]): Partial<Switches> {
  return Object.fromEntries(
    settings.map((setting) => {
      const cut = setting.indexOf('=');
      const name = cut < 0 ? setting : setting.slice(0, cut);
      const found = switches.get(name);
      if (!found)
        throw new UsageError(`Unknown switch '${name}'. The switches are ${[...switches.keys()].join(', ')}.`);
      if (cut < 0) throw new UsageError(`--switch ${name} needs a value: ${name}=${valuesOf(found)}.`);
      return [name, readValue(name, found.values, setting.slice(cut + 1))];
    }),
  );
}

/** The help text: every switch with its values, the default first, and its description. */
export function switchHelp(): string {
  return [...switches].map(([name, one]) => `  ${name}=${valuesOf(one)}\n${wrapped(one.about)}\n`).join('');
}

function valuesOf({ values, initial }: { values: Values; initial: string | number | boolean }): string {
  return values?.join('|') ?? `N (${initial})`;
}

/** Lines of at most 100 characters. */
function wrapped(text: string): string {
  return text.replace(/(.{1,94})(?: |$)/g, '      $1\n').trimEnd();
}

type Values = readonly (string | number | boolean)[] | undefined;

function readValue(name: string, values: Values, text: string): string | number | boolean {
  if (values === undefined) {
    if (!/^\d+$/.test(text)) throw new UsageError(`${name} must be a whole number, not '${text}'.`);
    return Number(text);
  }
  const value = values.find((one) => String(one) === text);
  if (value === undefined) throw new UsageError(`${name} must be one of ${values.join(', ')}, not '${text}'.`);
  return value;
}

/** Parses a page of the bench. */

/** The section of each row, by its number. */
export function sectionsOf(page: string): Map<number, string> {
  const sections = page.split(/^(?=## \d+\. )/m).slice(1);
  return new Map(sections.map((section) => [Number.parseInt(section.slice('## '.length), 10), section.trimEnd()]));
}

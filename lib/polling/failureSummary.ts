import { RecordError } from '../utils/errors';
import { shownId } from '../utils/ids';

/** Maximum number of failures that an error names; the others are only counted. */
const MAX_NAMED = 10;

/** Describes the receivers that could not be sent. Receivers of one group with the same reason are named together. */
export class FailureSummary {
  /** How many there are, named or not. */
  count = 0;
  /** How many other receivers were read. */
  others = 0;
  private readonly alike = new Map<string, string[]>();

  add(groupId: string, id: string, reason: string): void {
    this.count += 1;
    if (this.size >= MAX_NAMED) return;
    const why = `of group ${shownId(groupId)}: ${reason}`;
    this.alike.set(why, [...(this.alike.get(why) ?? []), shownId(id)]);
  }

  /** How many are named. */
  get size(): number {
    return [...this.alike.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** `receivers 1, 2 of group 7: more than 1000 attributes; receiver 3 of group 7: …` */
  inWords(): string {
    const sentences = [...this.alike].map(
      ([why, ids]) => `receiver${ids.length > 1 ? 's' : ''} ${ids.join(', ')} ${why}`,
    );
    return sentences.join('; ');
  }

  /** @throws one RecordError for all of them, if there are any */
  throwAll(): void {
    if (this.count === 0) return;
    const more = this.count > this.size ? `; and ${this.count - this.size} more` : '';
    const others = this.others > 0 ? ' The poll continued with the other receivers.' : '';
    throw new RecordError(
      `${this.count} of ${this.count + this.others} receivers could not be sent; the next poll tries them again.${others} ` +
        this.inWords() +
        more,
    );
  }
}

import { shownId } from '../utils/ids';

/** Receivers that could not be sent, in words: those of a group together that have the same reason. */
export class FailureSummary {
  private readonly alike = new Map<string, string[]>();

  add(groupId: string, id: string, reason: string): void {
    const why = `of group ${shownId(groupId)}: ${reason}`;
    this.alike.set(why, [...(this.alike.get(why) ?? []), shownId(id)]);
  }

  /** How many there are. */
  get size(): number {
    return [...this.alike.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** `receivers 1, 2 of group 7: it is too large; receiver 3 of group 7: …` */
  inWords(): string {
    const sentences = [...this.alike].map(
      ([why, ids]) => `receiver${ids.length > 1 ? 's' : ''} ${ids.join(', ')} ${why}`,
    );
    return sentences.join('; ');
  }
}

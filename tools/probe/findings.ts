/** The findings of the probe: for each question an answer, or the reason why there is no answer. */

import type { Switches } from '../../sandbox/switches';
import type { Question } from './catalogue';

type SwitchName = keyof Switches;

type Value = string | number | boolean;

export type Finding = { answer: string; position?: Value } | { notAsked: string };

/** Answers are words of the probe and numbers, never text of the account. */
export class Findings {
  private readonly byQuestion = new Map<Question, Finding>();

  get(question: Question): Finding | undefined {
    return this.byQuestion.get(question);
  }

  /** The account behaves like the sandbox with this value of the switch. */
  found<K extends SwitchName>(name: K, position: Switches[K], answer = String(position)): void {
    this.byQuestion.set(name, { answer, position });
  }

  /** An answer without a value of a switch: the question has no switch, or the switch has no such value. */
  other(question: Question, answer: string): void {
    this.byQuestion.set(question, { answer });
  }

  /** Keeps an existing answer or reason. */
  notAsked(question: Question, reason: string): void {
    if (!this.byQuestion.has(question)) this.byQuestion.set(question, { notAsked: reason });
  }

  isAnswered(question: Question): boolean {
    return 'answer' in (this.byQuestion.get(question) ?? {});
  }

  position<K extends SwitchName>(name: K): Switches[K] | undefined {
    const finding = this.byQuestion.get(name);
    return finding && 'position' in finding ? (finding.position as Switches[K]) : undefined;
  }

  /** All values of switches that were found. */
  positions(): Partial<Switches> {
    return Object.fromEntries(
      [...this.byQuestion].flatMap(([name, finding]) => ('position' in finding ? [[name, finding.position]] : [])),
    );
  }
}

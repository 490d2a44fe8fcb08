import { ERRORS, type ErrorCode } from '../../node/contract/errors.ts';

const VERDICTS = ['EVALUATION_GAS', 'EVALUATION_MEMORY', 'EVALUATION_TIME', 'EVALUATION_STOPPED'] as const satisfies readonly ErrorCode[];

/** Which limit's sentence (or a person's stop) ended a slot that was cut short; null where it is none of them. */
export function verdictCode(text: string): ErrorCode | null {
  return VERDICTS.find((code) => sentenceOf(code).test(text)) ?? null;
}

function sentenceOf(code: ErrorCode): RegExp {
  const parts = ERRORS[code].sentence.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('\\S+')}$`);
}

/** Arithmetic modulo a prime, exact in doubles. All numbers are integers from 0 to the prime minus 1. */

/** The largest prime below 2^36. A number takes 36 bits, and ids up to 2·10⁹ are a small part of them. */
export const PRIME = 2 ** 36 - 5;

export function plus(a: number, b: number): number {
  const sum = a + b;
  return sum < PRIME ? sum : sum - PRIME;
}

/** An integer of any sign modulo the prime. */
export function residueOf(integer: number): number {
  const rest = integer % PRIME;
  return rest < 0 ? rest + PRIME : rest;
}

/** The additive inverse. */
export function opposite(number: number): number {
  return number === 0 ? 0 : PRIME - number;
}

export function minus(a: number, b: number): number {
  return plus(a, opposite(b));
}

/** The second factor is split into parts of 12 bits, so that doubles represent each product exactly. */
export function times(a: number, b: number): number {
  const high = reduced(a * Math.floor(b / 2 ** 24));
  const middle = reduced(high * 4096 + a * ((b >>> 12) & 4095));
  return reduced(middle * 4096 + a * (b & 4095));
}

/**
 * A number below 2^50 modulo the prime. The quotient has fewer than 14 bits before the point, so it is not rounded up.
 */
function reduced(number: number): number {
  return number - Math.floor(number / PRIME) * PRIME;
}

/** The multiplicative inverse, by Euclid's algorithm. */
export function inverse(number: number): number {
  let [a, b] = [PRIME, number];
  let [s, t] = [0, 1];
  while (b > 0) {
    const quotient = Math.floor(a / b);
    [a, b] = [b, a - quotient * b];
    [s, t] = [t, s - quotient * t];
  }
  return s < 0 ? s + PRIME : s;
}

const limit = 2 ** 26;

/**
 * A permutation of the numbers below `size` that can be computed in both directions. Throws from 2²⁶ on, because
 * products would not be exact.
 */
export class Permutation {
  private readonly factor: number;
  private readonly inverse: number;

  constructor(private readonly size: number) {
    if (size >= limit) throw new RangeError(`No more than ${limit} people at once`);
    let factor = Math.max(1, Math.floor(size * 0.618));
    while (commonDivisor(factor, size) > 1) factor += 1;
    this.factor = factor;
    this.inverse = inverseOf(factor, size);
  }

  to(place: number): number {
    return (place * this.factor) % this.size;
  }

  from(number: number): number {
    return (number * this.inverse) % this.size;
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The inverse of a factor modulo `size` (extended Euclid). */
function inverseOf(factor: number, size: number): number {
  let [previous, current] = [0, 1];
  let [dividend, divisor] = [size, factor % size];
  while (divisor > 1) {
    const quotient = Math.floor(dividend / divisor);
    [dividend, divisor] = [divisor, dividend % divisor];
    [previous, current] = [current, previous - quotient * current];
  }
  return ((current % size) + size) % size;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((one, other) => one - other);

export const median = (values: readonly number[]): number => {
  const ordered = sorted(values);
  const middle = Math.floor(ordered.length / 2);
  const upper = ordered[middle] ?? Number.NaN;
  return ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? Number.NaN) + upper) / 2;
};

// Of nothing, NaN: which meets no goal.
export const lowest = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : Math.min(...values);

export const highest = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : Math.max(...values);

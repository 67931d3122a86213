// What do many measurements say together? Medians, and how far apart the tenth and the ninetieth of a hundred lie.

/** The value below which a share of the values lies, between neighbours as their distance has it. */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/** Median and spread. */
export function summary(values) {
  return { median: quantile(values, 0.5), low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

/** Two lists, round by round: what slowed a round slowed both. */
export function ratios(values, reference) {
  return summary(values.map((value, round) => value / reference[round]));
}

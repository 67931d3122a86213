/**
 * What was meant by an option that does not exist?
 */

// What other libraries call it.
const ELSEWHERE: Readonly<Record<string, string>> = {
  ttl: 'expireAfter (in seconds)',
  maxAge: 'expireAfter (in seconds)',
  interpretHeader: 'cacheControl',
  override: 'forceRefresh',
  cachePredicate: 'filterFn',
  vary: 'matchHeaders',
  id: 'keyFn',
  key: 'keyFn',
  storage: 'store',
  enabled: 'disabled',
  allowableMethods: 'methods',
  allowableCodes: 'statuses',
};

/** What an unknown option takes: nothing, and what was probably meant. */
export function unknownOption(name: string, known: readonly string[]): string {
  const near = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : known.find((option) => isNear(option, name));
  return near === undefined ? 'nothing, for there is no such option' : `nothing, for it is called ${near}`;
}

// Whether two names differ by case or by one letter left out, added, changed or swapped.
function isNear(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.toLowerCase() === longer.toLowerCase()) return true;
  if (longer.length - shorter.length > 1) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at += 1;
  const rest = longer.slice(at + 1);
  const isSwapped = longer[at] === shorter[at + 1] && longer[at + 1] === shorter[at];
  return (
    rest === shorter.slice(at) ||
    rest === shorter.slice(at + 1) ||
    (isSwapped && rest.slice(1) === shorter.slice(at + 2))
  );
}

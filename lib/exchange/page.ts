/**
 * Where does the page come from, in a browser? To its own origin the browser adds cookies; of another one it shows and
 * sends only what that allows (CORS, Fetch §3.3).
 */

/** Whether a URL is of the page's own origin. */
export function isOfPage(url: string): boolean {
  const page = pageOrigin();
  return page !== undefined && originOf(url) === page;
}

/** The origin of a URL, if it is another one than the page's; `undefined` where there is no page. */
export function foreignOrigin(url: string): string | undefined {
  const page = pageOrigin();
  if (page === undefined) return undefined;
  const origin = originOf(url);
  return origin === page ? undefined : origin;
}

function pageOrigin(): string | undefined {
  return (globalThis as { location?: { origin?: string } }).location?.origin;
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}

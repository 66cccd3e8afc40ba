/**
 * Lets other things happen in between, a few times a second: timers fire, signals arrive. What it returns is awaited; it is
 * undefined as long as nobody has waited for long.
 */
export function pauses(everyMilliseconds = 20): () => Promise<void> | undefined {
  let last = Date.now();
  return () => {
    if (Date.now() - last < everyMilliseconds) return undefined;
    return turn().then(() => {
      last = Date.now();
    });
  };
}

// A timer of no time takes a millisecond in Node, and four in browsers.
const turn = (): Promise<void> =>
  new Promise(resolve => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

import { type Access, accessesOf, staysBefore } from "./accesses.ts";
import type { Step, Tape } from "./tape.ts";

/**
 * What an update is made from may be written straight into its input, which saves the copy: each such array with its input.
 * Nothing may read an element's old value after its new one is written.
 */
export function updatesInPlace(
  tape: Tape,
  canShare: (from: string, to: string) => boolean,
): ReadonlyMap<string, string> {
  const temporaries = new Set(tape.arrays.flatMap(({ name, role }) => (role === "temporary" ? [name] : [])));
  const steps = tape.steps.map(accessesOf);
  const isAlone = (name: string, side: "to" | "from"): boolean =>
    tape.updates.filter(update => update[side] === name).length === 1;
  const found = new Map<string, string>();
  for (const { to, from } of tape.updates) {
    if (!temporaries.has(from) || !isAlone(to, "to") || !isAlone(from, "from") || !canShare(from, to)) continue;
    const first = steps.findIndex(step => step.some(({ array }) => array === from));
    const later = steps.slice(first + 1).some(step => step.some(({ array }) => array === to));
    if (first >= 0 && !later && replaces(steps[first] ?? [], [to], from)) found.set(from, to);
  }
  return found;
}

/** Whether a step that fills `next` may do so in the memory of arrays that nothing reads after it. */
export const takesPlaceOf = (step: Step, old: readonly string[], next: string): boolean =>
  replaces(accessesOf(step), old, next);

// Every access of an old element has to be done when the new one is written.
function replaces(accesses: readonly Access[], old: readonly string[], next: string): boolean {
  const writes = accesses.flatMap((access, order) =>
    access.isWrite && access.array === next ? [{ access, order }] : [],
  );
  return accesses.every(
    (access, order) =>
      !old.includes(access.array) || writes.every(write => order < write.order && staysBefore(access, write.access)),
  );
}

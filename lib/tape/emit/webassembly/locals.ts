import { type Type, typeByte } from "./values.ts";

/** The locals of a function behind its parameters, taken and given back. */
export interface Locals {
  readonly take: (type: Type) => number;
  readonly release: (local: number) => void;
  readonly count: () => number;
  /** Their types in order, each with the number of locals in a row that have it. */
  readonly groups: () => readonly (readonly [byte: number, count: number])[];
}

export function createLocals(parameters: number): Locals {
  const types: number[] = [];
  const free = new Map<number, number[]>();
  const freeOf = (byte: number): number[] => {
    const list = free.get(byte) ?? [];
    free.set(byte, list);
    return list;
  };
  return {
    take: type => {
      const byte = typeByte[type];
      return freeOf(byte).pop() ?? parameters + types.push(byte) - 1;
    },
    release: local => freeOf(types[local - parameters] ?? 0).push(local),
    count: () => types.length,
    groups: () => {
      const groups: [number, number][] = [];
      for (const byte of types) {
        const last = groups.at(-1);
        if (last?.[0] === byte) last[1] += 1;
        else groups.push([byte, 1]);
      }
      return groups;
    },
  };
}

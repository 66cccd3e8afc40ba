import { FluxionError } from "../../../expression/error.ts";
import { type Bytes, createBytes, unsignedBytes } from "./bytes.ts";
import { createLocals, type Locals } from "./locals.ts";
import { i32 } from "./scalars.ts";
import { type Address, type Callee, type Floating, storeCode, type Type, type Value, value } from "./values.ts";
import { storeLaneCode } from "./vectors.ts";

/** A place for values that may change. */
export interface Variable<T extends Type = Type> {
  readonly type: T;
  readonly local: number;
  /** What it holds when that is used. */
  readonly value: Value<T>;
}

/** A place to branch to: behind a block, or the beginning of a loop. */
export interface Label {
  readonly depth: number;
}

/**
 * The statements of a function, in the order in which they are asked for. A statement computes the values that it uses, each
 * of them once; what several statements need is kept by `keep`.
 */
export interface Body {
  /** Computes a value now. The local is free again where the block ends in which this stands. */
  readonly keep: <T extends Type>(x: Value<T>) => Value<T>;
  /** The same, for values that change. */
  readonly variable: <T extends Type>(initial: Value<T>) => Variable<T>;
  readonly set: <T extends Type>(variable: Variable<T>, x: Value<T>) => void;
  /** Lets others have the local of a variable that is not needed any more, before its block ends. */
  readonly release: (variable: Variable) => void;
  readonly store: (address: Address, x: Value) => void;
  /** Writes one lane of a vector. */
  readonly storeLane: (address: Address, x: Value<Floating>, lane: number) => void;
  /** Calls a function that returns nothing. */
  readonly run: (callee: Callee, ...args: readonly Value[]) => void;
  readonly if: (condition: Value<"i32">, then: () => void, otherwise?: () => void) => void;
  /** What stands in it may branch behind it. */
  readonly block: (body: (end: Label) => void) => void;
  /** What stands in it may branch to its beginning; else it runs once. */
  readonly loop: (body: (again: Label) => void) => void;
  readonly branch: (to: Label, condition?: Value<"i32">) => void;
  /** Runs the body for `from`, `from + step`, … as long as that is below `to`, which is computed anew each time. */
  readonly count: (from: Value<"i32">, to: Value<"i32">, step: number, body: (i: Value<"i32">) => void) => void;
  readonly return: (x?: Value) => void;
}

/** A function that was built, as the parts of it that a module needs. */
export interface Code {
  /** The declarations of locals and the instructions. */
  readonly bytes: Uint8Array;
  /** Where in the bytes five are left for the number of a function. */
  readonly calls: readonly (readonly [place: number, callee: Callee])[];
}

/** What V8, SpiderMonkey and JavaScriptCore agree to take. */
const mostLocals = 50_000;
const mostBytes = 7_654_321;

/**
 * The code of a function with these parameters. Throws `too-long` where no engine would take it: above 50,000 locals, or
 * 7 MB.
 */
export function buildCode(
  parameters: readonly Type[],
  build: (body: Body, parameters: readonly Value[]) => void,
): Code {
  const code = createBytes();
  const calls: (readonly [number, Callee])[] = [];
  const locals = createLocals(parameters.length);
  const state: State = { code, calls, locals, depth: 0 };
  build(
    bodyOf(state),
    parameters.map((type, local) => localValue(type, local)),
  );
  code.byte(end);
  const head = createBytes();
  const groups = locals.groups();
  head.unsigned(groups.length);
  for (const [byte, count] of groups) {
    head.unsigned(count);
    head.byte(byte);
  }
  if (locals.count() > mostLocals || code.length() + head.length() > mostBytes) {
    throw new FluxionError(
      "too-long",
      `a WebAssembly function takes ${mostLocals} locals and ${mostBytes} bytes, got ${locals.count()} and ${code.length()}`,
    );
  }
  const offset = head.length();
  head.list(code.view());
  return { bytes: head.view(), calls: calls.map(([place, callee]) => [place + offset, callee]) };
}

const end = 0x0b;
const nothing = 0x40;

interface State {
  readonly code: Bytes;
  readonly calls: (readonly [number, Callee])[];
  readonly locals: Locals;
  /** How many blocks are open. */
  depth: number;
}

function bodyOf(state: State): Body {
  const { code, locals } = state;
  // The locals that each open block gives back at its end.
  const scopes: Set<number>[] = [new Set()];
  const statement = (bytes: readonly number[], ...operands: readonly Value[]): void => {
    compute(operands, state);
    code.list(bytes);
  };
  const open = (instruction: number, within: (label: Label) => void): void => {
    code.byte(instruction);
    code.byte(nothing);
    state.depth += 1;
    scopes.push(new Set());
    within({ depth: state.depth });
    closeScope();
    state.depth -= 1;
    code.byte(end);
  };
  const closeScope = (): void => {
    for (const local of scopes.pop() ?? []) locals.release(local);
  };
  const variable = <T extends Type>(initial: Value<T>): Variable<T> => {
    compute([initial], state);
    const local = locals.take(initial.type);
    scopes.at(-1)?.add(local);
    code.byte(0x21);
    code.unsigned(local);
    return { type: initial.type, local, value: localValue(initial.type, local) };
  };
  const set = (to: Variable, x: Value): void => statement(withLocal(0x21, to.local), x);
  const body: Body = {
    keep: x => variable(x).value,
    variable,
    set,
    release: ({ local }) => {
      for (const scope of scopes) if (scope.delete(local)) locals.release(local);
    },
    store: (address, x) => statement(storeCode(x.type, address), address.base, x),
    storeLane: (address, x, lane) => statement(storeLaneCode(x.type, lane, address), address.base, x),
    run: (callee, ...args) => {
      statement([0x10], ...args);
      reference(callee, state);
    },
    if: (condition, then, otherwise) => {
      compute([condition], state);
      open(0x04, () => {
        then();
        if (otherwise === undefined) return;
        closeScope();
        scopes.push(new Set());
        code.byte(0x05);
        otherwise();
      });
    },
    block: within => open(0x02, within),
    loop: within => open(0x03, within),
    branch: ({ depth }, condition) => {
      if (condition === undefined) code.byte(0x0c);
      else statement([0x0d], condition);
      code.unsigned(state.depth - depth);
    },
    count: (from, to, step, within) => {
      const i = variable(from);
      body.block(leave => {
        body.branch(leave, i32.ge(i.value, to));
        body.loop(again => {
          within(i.value);
          set(i, i32.add(i.value, i32.constant(step)));
          body.branch(again, i32.lt(i.value, to));
        });
      });
      body.release(i);
    },
    return: x => statement([0x0f], ...(x === undefined ? [] : [x])),
  };
  return body;
}

const localValue = <T extends Type>(type: T, local: number): Value<T> => value(type, withLocal(0x20, local));

const withLocal = (instruction: number, local: number): readonly number[] => [instruction, ...unsignedBytes(local)];

function reference(callee: Callee, { code, calls }: State): void {
  calls.push([code.length(), callee]);
  code.list([0, 0, 0, 0, 0]);
}

/**
 * Puts values on the stack. What occurs several times in them goes to a local when it is first computed, which is free after
 * its last use; a leaf is cheaper computed again.
 */
function compute(roots: readonly Value[], state: State): void {
  if (isFlat(roots)) {
    for (const root of roots) {
      for (const { code } of root.operands) state.code.list(code);
      state.code.list(root.code);
      if (root.callee !== undefined) reference(root.callee, state);
    }
    return;
  }
  const session: Session = { state, uses: usesOf(roots), homes: new Map(), stack: [] };
  const { stack } = session;
  for (const root of roots) {
    enter(root, session);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const operand = frame.node.operands[frame.next];
      frame.next += 1;
      if (operand !== undefined) enter(operand, session);
      else {
        stack.pop();
        leave(frame.node, session);
      }
    }
  }
}

interface Session {
  readonly state: State;
  /** How often each value will still be used; leaves are not counted. */
  readonly uses: Map<Value, number>;
  /** The locals of what was computed and is used again. */
  readonly homes: Map<Value, number>;
  readonly stack: { readonly node: Value; next: number }[];
}

function enter(node: Value, session: Session): void {
  const { code } = session.state;
  if (isLeaf(node)) {
    code.list(node.code);
    return;
  }
  const home = session.homes.get(node);
  if (home === undefined) session.stack.push({ node, next: 0 });
  else {
    code.byte(0x20);
    code.unsigned(home);
    countUse(node, home, session);
  }
}

function leave(node: Value, session: Session): void {
  const { code, locals } = session.state;
  code.list(node.code);
  if (node.callee !== undefined) reference(node.callee, session.state);
  if ((session.uses.get(node) ?? 0) < 2) return;
  const home = locals.take(node.type);
  session.homes.set(node, home);
  code.byte(0x22);
  code.unsigned(home);
  countUse(node, home, session);
}

function countUse(node: Value, home: number, { uses, state }: Session): void {
  const rest = (uses.get(node) ?? 0) - 1;
  uses.set(node, rest);
  if (rest === 0) state.locals.release(home);
}

// Most statements are one operation on leaves, of which nothing needs to be known.
function isFlat(roots: readonly Value[]): boolean {
  let operations = 0;
  for (const root of roots) {
    if (isLeaf(root)) continue;
    operations += 1;
    if (operations > 1 || !root.operands.every(isLeaf)) return false;
  }
  return true;
}

// A read of a local or a constant.
const isLeaf = ({ operands, callee }: Value): boolean => operands.length === 0 && callee === undefined;

function usesOf(roots: readonly Value[]): Map<Value, number> {
  const uses = new Map<Value, number>();
  const stack = roots.filter(root => !isLeaf(root));
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const count = uses.get(node) ?? 0;
    uses.set(node, count + 1);
    if (count > 0) continue;
    for (const operand of node.operands) if (!isLeaf(operand)) stack.push(operand);
  }
  return uses;
}

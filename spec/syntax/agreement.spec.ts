/** Whatever mathjs reads as a formula of real numbers we read as the same one, and what it refuses we refuse. */
import * as fc from "fast-check";
import * as mathjs from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate } from "../../lib/evaluate.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { call, constant, type Expr, variable } from "../../lib/expression/expression.ts";
import * as table from "../../lib/expression/functions.ts";
import { parse } from "../../lib/syntax/parse.ts";

const runs = Number(process.env.FC_RUNS ?? 200);

/** The expression that mathjs's tree means, with the differences that parse documents; undefined where it means none. */
function meaning(node: mathjs.MathNode): Expr | undefined {
  const parts = (nodes: readonly mathjs.MathNode[], build: (...args: Expr[]) => Expr | undefined): Expr | undefined => {
    const args = nodes.map(meaning);
    return args.every(argument => argument !== undefined) ? build(...args) : undefined;
  };
  if (mathjs.isParenthesisNode(node)) return meaning(node.content);
  if (mathjs.isConstantNode(node)) {
    if (typeof node.value === "boolean") return constant(node.value ? 1 : 0);
    return typeof node.value === "number" && Number.isFinite(node.value) ? constant(node.value) : undefined;
  }
  if (mathjs.isSymbolNode(node)) {
    const constants = new Map([
      ["pi", table.pi],
      ["PI", table.pi],
      ["e", table.e],
      ["tau", table.tau],
    ]);
    if (operators.has(node.name) || functionNames.includes(node.name)) return undefined;
    return constants.get(node.name) ?? variable(node.name);
  }
  if (mathjs.isConditionalNode(node)) {
    return parts([node.condition, node.trueExpr, node.falseExpr], table.conditional as never);
  }
  if (node.type === "RelationalNode") {
    const { conditionals, params } = node as unknown as { conditionals: string[]; params: mathjs.MathNode[] };
    return parts(params, (...args) =>
      conditionals
        .map((name, i) => call(row(name), args.slice(i, i + 2)))
        .reduce((left: Expr, right: Expr) => table.and(left, right)),
    );
  }
  if (mathjs.isOperatorNode(node)) {
    const [only] = node.args;
    if (String(node.fn) === "unaryPlus") return parts(node.args, x => x);
    if (String(node.fn) === "unaryMinus" && mathjs.isConstantNode(only) && typeof only.value === "number") {
      return parts(node.args, x => (x.kind === "constant" ? constant(-x.value) : undefined));
    }
    return operators.has(String(node.fn)) ? parts(node.args, (...args) => call(row(String(node.fn)), args)) : undefined;
  }
  if (mathjs.isFunctionNode(node)) {
    const name = node.fn.name;
    return parts(node.args, (...args) => {
      if (name === "log" && args.length === 2) return table.div(table.log(args[0] ?? 0), table.log(args[1] ?? 0));
      const named = operators.has(name) || functionNames.includes(name) ? row(name) : undefined;
      if (named === table.max && args.length > 2) return args.reduce((x, y) => table.max(x, y));
      return named?.arity === args.length ? call(named, args) : undefined;
    });
  }
  return undefined;
}

const functionNames = ["sin", "sqrt", "max", "atan2", "log"];

const operators: ReadonlyMap<string, string> = new Map([
  ["add", "add"],
  ["subtract", "sub"],
  ["multiply", "mul"],
  ["divide", "div"],
  ["dotMultiply", "mul"],
  ["dotDivide", "div"],
  ["dotPow", "pow"],
  ["mod", "mod"],
  ["pow", "pow"],
  ["factorial", "factorial"],
  ["unaryMinus", "neg"],
  ["not", "not"],
  ["and", "and"],
  ["or", "or"],
  ["equal", "equal"],
  ["unequal", "notEqual"],
  ["smaller", "less"],
  ["smallerEq", "lessOrEqual"],
  ["larger", "greater"],
  ["largerEq", "greaterOrEqual"],
]);

function row(name: string) {
  const found = table.functions.get(operators.get(name) ?? name);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
}

function mathjsMeaning(text: string): Expr | undefined {
  let node: mathjs.MathNode;
  try {
    node = mathjs.parse(text);
  } catch {
    return undefined;
  }
  return meaning(node);
}

function ourMeaning(text: string): Expr | undefined {
  try {
    return parse(text);
  } catch (error) {
    assert.instance(error, FluxionError);
    return undefined;
  }
}

const numerals = ["2", "3", "10", ".5", "3.", "1e2", "2.5e-1", "0x1f", "0b1.1", "0o17", "true", "false"];
const names = ["x", "y", "n", "π", "a1", "pi", "tau"];
const binary = "+ - * / ^ % mod .* ./ .^ < <= > >= == != and or".split(" ");

/** A formula as the list of its tokens. */
const formula: fc.Arbitrary<readonly string[]> = fc.letrec<{ e: readonly string[] }>(tie => ({
  e: fc.oneof(
    { maxDepth: 5, depthIdentifier: "formula" },
    { weight: 2, arbitrary: fc.constantFrom(...numerals).map(token => [token]) },
    { weight: 2, arbitrary: fc.constantFrom(...names).map(token => [token]) },
    {
      weight: 8,
      arbitrary: fc
        .tuple(tie("e"), fc.constantFrom(...binary), tie("e"))
        .map(([left, sign, right]) => [...left, sign, ...right]),
    },
    { weight: 3, arbitrary: fc.tuple(tie("e"), tie("e")).map(([left, right]) => [...left, ...right]) },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom("-", "+", "not"), tie("e")).map(([sign, e]) => [sign, ...e]) },
    { weight: 2, arbitrary: tie("e").map(e => [...e, "!"]) },
    { weight: 2, arbitrary: tie("e").map(e => [...e, "%"]) },
    { weight: 3, arbitrary: tie("e").map(e => ["(", ...e, ")"]) },
    { weight: 1, arbitrary: fc.tuple(tie("e"), tie("e"), tie("e")).map(([c, a, b]) => [...c, "?", ...a, ":", ...b]) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom("sin", "sqrt", "log"), tie("e")).map(([f, e]) => [f, "(", ...e, ")"]),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("max", "atan2", "log"), tie("e"), tie("e"))
        .map(([f, x, y]) => [f, "(", ...x, ",", ...y, ")"]),
    },
  ),
})).e;

/** A space where two tokens would be read as one, and anywhere else by chance. */
const spaced = (tokens: readonly string[], spaces: readonly boolean[]): string =>
  tokens
    .map((token, i) => {
      const before = tokens[i - 1]?.at(-1) ?? "";
      const merges = (isWord(before) && isWord(token.charAt(0))) || (isSign(before) && isSign(token.charAt(0)));
      return i > 0 && (merges || spaces[i % spaces.length]) ? ` ${token}` : token;
    })
    .join("");

const isWord = (character: string): boolean => /[\p{L}\d_.]/u.test(character);
const isSign = (character: string): boolean => "<>=!.*/^?:".includes(character) && character !== "";

const text = fc
  .tuple(formula, fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }))
  .map(([tokens, spaces]) => spaced(tokens, spaces));

// What parse reads in its own way: an operator that is a word, behind a percent sign, and a conditional within another.
const isDifferent = (input: string): boolean => /%\s*(and|or|mod)\b|\?[^:]*\?/.test(input);

function assertSame(input: string, ours: Expr | undefined, theirs: Expr | undefined): void {
  // Where what follows a percent sign is no formula, mathjs skips it.
  if (ours === undefined && input.includes("%")) return;
  assert.is(ours, theirs, `${input} is ${ours ?? "refused"}, and for mathjs ${theirs ?? "refused"}`);
}

test("formulas of random pieces mean the same expression", () => {
  let read = 0;
  fc.assert(
    fc.property(text, input => {
      fc.pre(!isDifferent(input));
      const expected = mathjsMeaning(input);
      if (expected !== undefined) read++;
      assertSame(input, ourMeaning(input), expected);
    }),
    { numRuns: runs * 10 },
  );
  assert.ok(read > runs * 5, `only ${read} of ${runs * 10} texts were formulas`);
});

test("formulas with a token left out, put in or changed mean the same or are refused alike", () => {
  const edit = fc.tuple(
    fc.nat(),
    fc.nat({ max: 2 }),
    fc.constantFrom(...numerals, ...names, ...binary, ..."( ) , ? : ! not sin max".split(" ")),
  );
  const spaces = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(formula, fc.array(edit, { minLength: 1, maxLength: 3 }), spaces, (tokens, edits, gaps) => {
      const edited = [...tokens];
      for (const [place, removed, token] of edits) edited.splice(place % (edited.length + 1), removed, token);
      const input = spaced(edited, gaps);
      fc.pre(!isDifferent(input) && input !== "");
      const expected = mathjsMeaning(input);
      if (expected === undefined) refused++;
      else read++;
      assertSame(input, ourMeaning(input), expected);
    }),
    { numRuns: runs * 10 },
  );
  assert.ok(read > runs && refused > runs, `${read} texts were formulas, ${refused} were not`);
});

test("formulas have the values that mathjs gives them", () => {
  const coordinate = fc.integer({ min: 1, max: 3000 }).map(thousandths => thousandths / 1000);
  let judged = 0;
  fc.assert(
    fc.property(
      text,
      fc.record({ x: coordinate, y: coordinate, n: coordinate, a1: coordinate, π: coordinate }),
      (input, scope) => {
        fc.pre(!isDifferent(input));
        const ours = ourMeaning(input);
        if (ours === undefined) return;
        const theirs = mathjsValue(input, scope);
        if (theirs === undefined || !Number.isFinite(theirs) || Math.abs(theirs) > 1e100) return;
        const value = evaluate(ours, scope);
        // A comparison is exact with us and to twelve digits with mathjs, where a jump may stand between the two.
        if (isJumpy(input)) return;
        judged++;
        // The order of operations is the same; mathjs's gamma function and its powers differ in the last digits.
        assert.ok(
          Math.abs(value - theirs) <= 1e-9 * (1 + Math.abs(theirs)),
          `${input} is ${value}, and for mathjs ${theirs}`,
        );
      },
    ),
    { numRuns: runs * 10 },
  );
  assert.ok(judged > runs, `only ${judged} values were compared`);
});

// Rounding before a jump may land on either side.
const isJumpy = (input: string): boolean => /[<>=?%!]|mod|and|or|not|sin|\^/.test(input);

function mathjsValue(input: string, scope: Record<string, number>): number | undefined {
  try {
    const value: unknown = mathjs.evaluate(input, { ...scope });
    return typeof value === "boolean" ? Number(value) : typeof value === "number" ? value : undefined;
  } catch {
    return undefined;
  }
}

test.run();

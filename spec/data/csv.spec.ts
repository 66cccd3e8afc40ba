/** A table holds numbers in every place, or is refused with the place. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readCsv, tableExamples, takeColumn } from "../../lib/data/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

test("numbers stand in rows and columns, with or without a header", () => {
  const table = readCsv("a,b\n1,2.5\n-3e2,.5\n");
  assert.equal(table.columns, ["a", "b"]);
  assert.equal(table.shape, [2, 2]);
  assert.equal(table.data, Float64Array.of(1, 2.5, -300, 0.5));
  assert.equal(readCsv("1,2\n3,4").columns, ["0", "1"]);
  assert.equal(readCsv("1,2\n3,4", { header: true }).columns, ["1", "2"]);
});

test("quotes, spaces, a byte order mark, blank lines and the ends of lines of Windows change nothing", () => {
  const { columns, data } = readCsv('\ufeff"a, b" , c\r\n\r\n"1", 2 \r\n 3,"4"\r\n');
  assert.equal(columns, ["a, b", "c"]);
  assert.equal(data, Float64Array.of(1, 2, 3, 4));
});

test("other separators, and lines before the table", () => {
  assert.equal(readCsv("1 2\n3 4", { separator: " " }).data, Float64Array.of(1, 2, 3, 4));
  assert.equal(readCsv("1\t2", { separator: "\t" }).shape, [1, 2]);
  assert.equal(readCsv("2,2,red,blue\n1,2,0\n3,4,1\n", { skip: 1 }).shape, [2, 3]);
  throws(() => readCsv("about\n1,2\n3,x", { skip: 1, header: false }), "bad-data", "line 3, column 1");
});

test("doubles printed as JavaScript prints them read back as they are", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
  const rows = fc
    .integer({ min: 1, max: 5 })
    .chain(width =>
      fc.array(fc.array(doubles, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
    );
  fc.assert(
    fc.property(rows, numbers => {
      const { shape, data } = readCsv(numbers.map(row => row.join(",")).join("\n"), { header: false });
      assert.equal(shape, [numbers.length, numbers[0]?.length]);
      // String(-0) is "0".
      assert.equal(
        [...data],
        numbers.flat().map(value => value + 0),
      );
    }),
    { numRuns },
  );
});

test("names that objects have are names like any other", () => {
  const table = readCsv("__proto__,constructor,class\n1,2,toString\n3,4,valueOf", { categories: ["class"] });
  assert.equal(takeColumn(table, "__proto__").column, Float64Array.of(1, 3));
  assert.equal(takeColumn(table, "constructor").rest.columns, ["__proto__", "class"]);
  assert.equal(tableExamples(table, "class").classes, ["toString", "valueOf"]);
});

test("texts are numbered in their order, and label examples", () => {
  const table = readCsv("size,colour\n1,red\n2,blue\n3,red", { categories: ["colour"] });
  assert.equal(table.categories, new Map([["colour", ["blue", "red"]]]));
  assert.equal(table.data, Float64Array.of(1, 1, 2, 0, 3, 1));
  const { inputs, labels, classes } = tableExamples(table, -1);
  assert.equal(inputs, { shape: [3, 1], data: Float64Array.of(1, 2, 3) });
  assert.equal(labels, Int32Array.of(1, 0, 1));
  assert.equal(classes, ["blue", "red"]);
});

test("numbers label examples too, by their own names or by given ones", () => {
  const table = readCsv("1,0\n2,2\n3,1");
  assert.equal(tableExamples(table, 1).classes, ["0", "1", "2"]);
  assert.equal(tableExamples(table, 1, ["a", "b", "c"]).classes, ["a", "b", "c"]);
  throws(() => tableExamples(table, 1, ["a", "b"]), "bad-data", "example 1 is 2");
  throws(() => tableExamples(readCsv("1,0.5\n2,1"), 1), "bad-data", "example 0 is 0.5");
  throws(() => tableExamples(readCsv("1,0\n2,-1"), 1), "bad-data", "example 1 is -1");
  throws(() => tableExamples(readCsv("1,0\n2,1e9"), 1), "bad-data", "example 1 is 1000000000");
});

test("what is no finite number is refused, with its line and column", () => {
  throws(() => readCsv("a,b\n1,2\n\n3,x"), "bad-data", "line 4, column 1 (b)", '"x"');
  throws(() => readCsv("a,b\n1,\n"), "bad-data", "line 2, column 1 (b)", "nothing");
  for (const field of ["NaN", "Infinity", "1e999", "0x10", "1_000", "--1", "1.2.3", "e5", ".", "1 2"])
    throws(() => readCsv(`1,2\n3,${field}`), "bad-data", "line 2, column 1", JSON.stringify(field));
  throws(() => readCsv("a,b\n1,", { categories: ["b"] }), "bad-data", "line 2, column 1 (b)", "nothing");
});

test("a long field that is no number is refused at once", () => {
  throws(() => readCsv(`1\n${"1".repeat(200_000)}x`), "bad-data", "line 2");
});

test("a first line of numbers and texts is no header unless it is said to be", () => {
  throws(() => readCsv("150,4,setosa\n1,2,0"), "bad-data", "line 1", "`header`", "`skip`");
  assert.equal(readCsv("id,2019\n1,2", { header: true }).columns, ["id", "2019"]);
  for (const field of ["", "NaN", "-inf", "null"])
    throws(() => readCsv(`1,${field}\n3,4`), "bad-data", "line 1, column 1");
  throws(() => readCsv("NaN\n1"), "bad-data", "line 1, column 0");
});

test("columns of texts say nothing of a header, but their names do", () => {
  assert.equal(readCsv("1,red\n2,blue", { categories: [1] }).data, Float64Array.of(1, 1, 2, 0));
  assert.equal(readCsv("a,red\n1,2", { categories: [-1] }).columns, ["a", "red"]);
  assert.equal(readCsv("red\nblue", { categories: [0] }).shape, [2, 1]);
  assert.equal(readCsv("1,b\n2,x", { categories: ["b"] }).columns, ["1", "b"]);
  throws(() => readCsv("1,red", { categories: [2] }), "bad-option", "2 columns");
});

test("rows of another width are refused", () => {
  throws(() => readCsv("a,b\n1,2\n3\n"), "bad-data", "line 3 has 1 field", "line 1 has 2 fields");
  throws(() => readCsv("1,2\n3,4,5\n"), "bad-data", "line 2 has 3 fields");
});

test("tables without rows, and headers without or with equal names, are refused", () => {
  throws(() => readCsv(""), "bad-data", "no rows");
  throws(() => readCsv("a,b\n"), "bad-data", "no rows below");
  throws(() => readCsv("a,a\n1,2"), "bad-data", "the name a");
  throws(() => readCsv("a,\n1,2", { header: true }), "bad-data", "column 1 has no name");
  throws(() => readCsv('a,b\n"1,2'), "bad-data", "line 2");
  throws(() => readCsv(1 as unknown as string), "bad-data", "got 1");
});

test("whatever the text and the separator, there is a table of finite numbers or a FluxionError", () => {
  const rare = fc.constantFrom(..."e-;\"'\r\t \u0000\ufeffxaé");
  const letters = fc.oneof(
    { arbitrary: fc.constantFrom("1", "2.5", "1,2\n", "\n"), weight: 9 },
    { arbitrary: rare, weight: 1 },
  );
  const texts = fc.array(letters, { maxLength: 12 }).map(parts => parts.join(""));
  const separators = fc.oneof(
    fc.constantFrom(",", ",", ",", ",", ";", "\t", " ", '"', "\n", "1"),
    fc.string({ maxLength: 3 }),
  );
  let tables = 0;
  fc.assert(
    fc.property(texts, separators, (text, separator) => {
      try {
        const { shape, data, columns } = readCsv(text, { separator });
        assert.is(data.length, shape[0] * shape[1]);
        assert.is(columns.length, shape[1]);
        assert.ok(data.every(Number.isFinite));
        tables++;
      } catch (error) {
        assert.instance(error, FluxionError);
      }
    }),
    { numRuns },
  );
  console.log(`${tables} of ${numRuns} were tables`);
});

test("a column that there is not is refused, and a near one suggested", () => {
  const table = readCsv("width,height\n1,2");
  throws(() => takeColumn(table, "hieght"), "bad-option", "did you mean height?");
  throws(() => takeColumn(table, 2), "bad-option", "2 columns");
  throws(() => takeColumn(table, -3), "bad-option");
  throws(() => takeColumn(table, 0.5), "bad-option", "0.5");
  throws(() => readCsv("1,2", { separator: "" }), "bad-option");
  throws(() => readCsv("1,2", { skip: -1 }), "bad-option");
});

test.run();

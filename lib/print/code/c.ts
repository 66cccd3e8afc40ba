import { precedence } from "../../expression/functions.ts";
import {
  type ArrayFunctionText,
  type Dialect,
  type FunctionText,
  header,
  indented,
  type LoopWords,
  type Parameter,
} from "./dialect.ts";

const words =
  "auto break case char const continue default do double else enum extern float for goto if inline int long register " +
  "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " +
  // Of later editions, and of C++, which compiles C as well.
  "alignas alignof and asm bitand bitor bool catch class compl concept consteval constexpr constinit decltype delete " +
  "explicit export false friend mutable namespace new noexcept not nullptr operator or private protected public requires " +
  "static_assert template this thread_local throw true try typeid typename typeof using virtual wchar_t xor " +
  // Macros, some of them of compilers that keep to no standard.
  "NULL NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL MATH_ERRNO MATH_ERREXCEPT math_errhandling errno EOF assert signgam " +
  "I linux unix i386 fpclassify isfinite isinf isnan isnormal signbit isgreater isgreaterequal isless islessequal " +
  "islessgreater isunordered";

const library =
  "ptrdiff_t size_t max_align_t offsetof " +
  "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh drem erf erfc exp exp10 exp2 expm1 fabs fdim " +
  "finite floor fma fmax fmin fmod frexp gamma hypot ilogb j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb " +
  "lrint lround modf nan nearbyint nextafter nexttoward pow pow10 remainder remquo rint round scalb scalbln scalbn " +
  "significand sin sincos sinh sqrt tan tanh tgamma trunc y0 y1 yn main " +
  // Functions that compilers know without any header.
  "abort abs alloca atoi atof bcmp bcopy bzero cabs calloc carg ccos ceil cexp cimag clog conj cpow cproj creal csin csqrt " +
  "ctan dcgettext dgettext execl execv exit ffs fork fprintf fputc fputs free fscanf fwrite gettext imaxabs index isalnum " +
  "isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit labs llabs malloc memchr " +
  "memcmp memcpy memmove memset printf putc putchar puts realloc rindex scanf snprintf sprintf sscanf stpcpy strcasecmp " +
  "strcat strchr strcmp strcpy strcspn strdup strfmon strftime strlen strncasecmp strncat strncmp strncpy strndup " +
  "strpbrk strrchr strspn strstr toascii tolower toupper vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf";

const loops: LoopWords = {
  loop: (variable, size) => `for (ptrdiff_t ${variable} = 0; ${variable} < ${size}; ${variable}++) {`,
  mutable: (name, value) => `double ${name}${value === undefined ? "" : ` = ${value}`};`,
  position: (name, value) => `const ptrdiff_t ${name} = ${value};`,
  equals: "==",
  infinity: "INFINITY",
  asNumber: integer => `(double)${integer}`,
  asPosition: number => `(ptrdiff_t)${number}`,
  element: reading => reading,
  quotient: (dividend, divisor) => `(${dividend}) / ${divisor}`,
  least: sizes => sizes.reduce((least, size) => `(${least}) < (${size}) ? (${least}) : (${size})`),
  result: ({ field }) => `out->${field}`,
  store: ({ name, field }, { text }) => (name === undefined ? `return ${text};` : `out->${field} = ${text};`),
  function: arrayFunctionText,
};

/** C of 1999 or later; it needs the mathematical library, `-lm`. */
export const c: Dialect = {
  language: "c",
  keywords: new Set(words.split(" ")),
  // The library has a twin of each function for float and for long double.
  reserved: new Set([...words.split(" "), ...library.split(" ").flatMap(name => [name, `${name}f`, `${name}l`])]),
  // What begins with two underscores, or with one and a capital, belongs to the compiler.
  isIdentifier: name => /^[A-Za-z_]\w*$/.test(name) && !/^_[_A-Z]/.test(name),
  ownNames: name => [`${name}_outputs`, "out"],
  indentation: "    ",
  literal: value => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`),
  asNumber: ({ text, precedence: inner }) => ({
    text: `${inner <= precedence.conditional ? `(${text})` : text} ? 1.0 : 0.0`,
    precedence: precedence.conditional,
    isTruth: false,
    isConstant: false,
  }),
  asTruth: ({ text, precedence: inner }) => ({
    text: `${inner <= precedence.comparison ? `(${text})` : text} != 0.0`,
    precedence: precedence.comparison,
    isTruth: true,
    isConstant: false,
  }),
  assign: (name, { text, isTruth }) => `const ${isTruth ? "int" : "double"} ${name} = ${text};`,
  function: functionText,
  loops,
  file: (definitions, main) =>
    [
      main.includes("ptrdiff_t") ? "#include <math.h>\n#include <stddef.h>" : "#include <math.h>",
      ...definitions,
      main,
    ].join("\n\n"),
};

function functionText({ name, parameters, unused, comment, lines, outputs, isPrivate }: FunctionText): string {
  const isStruct = outputs.some(output => output.name !== undefined);
  const taken = parameters.map(parameter => `double ${parameter}`);
  const struct = `${name}_outputs`;
  if (isStruct) taken.push(`${struct} *out`);
  const results = outputs.map(({ field, code }) =>
    isStruct ? `out->${field} = ${code.text};` : `return ${code.text};`,
  );
  return [
    ...(isStruct
      ? ["typedef struct {", ...outputs.map(({ field }) => `    double ${field};`), `} ${struct};`, ""]
      : []),
    ...commented(comment),
    ...header(
      `${isPrivate ? "static " : ""}${isStruct ? "void" : "double"} ${name}`,
      taken.length === 0 ? ["void"] : taken,
      " {",
      { indentation: "    ", last: "" },
    ),
    ...indented([...unused.map(parameter => `(void)${parameter};`), ...lines, ...results], "    "),
    "}",
  ].join("\n");
}

function arrayFunctionText(text: ArrayFunctionText): string {
  const { name, parameters, unused, comment, sizes, lines, outputs } = text;
  const isStruct = outputs.some(output => output.name !== undefined);
  const struct = `${name}_outputs`;
  const taken = parameters.map(({ name, type }) => `${types[type]}${name}`);
  if (isStruct) taken.push(`${struct} *out`);
  const fields = outputs.map(({ field, size }) => `    double ${size === undefined ? "" : "*"}${field};`);
  return [
    ...(isStruct ? ["typedef struct {", ...fields, `} ${struct};`, ""] : []),
    ...commented(comment),
    ...header(`${isStruct ? "void" : "double"} ${name}`, taken.length === 0 ? ["void"] : taken, " {", {
      indentation: "    ",
      last: "",
    }),
    ...indented([...unused.map(parameter => `(void)${parameter};`), ...sizes, ...lines], "    "),
    "}",
  ].join("\n");
}

const types: Readonly<Record<Parameter["type"], string>> = {
  number: "double ",
  array: "const double *",
  integers: "const int *",
  size: "ptrdiff_t ",
};

function commented(lines: readonly string[]): readonly string[] {
  if (lines.length < 2) return lines.map(line => `/* ${line} */`);
  return ["/*", ...lines.map(line => ` * ${line}`), " */"];
}

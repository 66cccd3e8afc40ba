/** Small files in the formats that the readers read. */

/** Writes one element at its place, big-endian. */
export type Write = (view: DataView, at: number, value: number) => void;

/** An IDX file of bytes, or of the elements of another type. */
export function idxBytes(
  shape: readonly number[],
  values: readonly number[],
  { type = 0x08, size = 1, write = (view, at, value) => view.setUint8(at, value) }: IdxType = {},
): Uint8Array {
  const header = 4 + 4 * shape.length;
  const bytes = new Uint8Array(header + values.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type * 256 + shape.length);
  for (const [axis, extent] of shape.entries()) view.setUint32(4 + 4 * axis, extent);
  for (const [i, value] of values.entries()) write(view, header + i * size, value);
  return bytes;
}

export interface IdxType {
  readonly type?: number;
  readonly size?: number;
  readonly write?: Write;
}

/** A batch of CIFAR-10 with these labels; pixel i of image n is n + i, modulo 256. */
export const cifar10Bytes = (labels: readonly number[]): Uint8Array =>
  Uint8Array.from(labels.flatMap((label, n) => [label, ...Array.from({ length: 3072 }, (_, i) => (n + i) % 256)]));

/** A safetensors file with this header, whatever it says, and so many bytes of data: 0, 1, 2, … */
export function safetensorsBytes(header: unknown, size = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...length, ...text, ...Array.from({ length: size }, (_, i) => i % 256)]);
}

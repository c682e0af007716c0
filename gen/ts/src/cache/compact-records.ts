// Many small byte strings under text keys, in a few large buffers: a million objects would cost several times what they hold.

const chunkBytes = 1 << 20;
/** The number of no chunk. */
const nowhere = 0;
/** Before each record: its slot, and its length. */
const headBytes = 8;

interface Chunk {
  readonly bytes: Buffer;
  used: number;
  /** Of `used`, what is not replaced or forgotten. */
  live: number;
}

/** Records by key, each of a generation. */
export class CompactRecords {
  readonly #slots = new Map<string, number>();
  readonly #chunks = new Map<number, Chunk>();
  readonly #free: number[] = [];
  /** By slot: the chunk's number, where the record begins in it, how long it is, and its generation. */
  #places = new Uint32Array(4 * 1024);
  #nextSlot = 0;
  #current = 0;

  get size(): number {
    return this.#slots.size;
  }

  /** Bytes of the buffers, for whoever watches memory. */
  get bytes(): number {
    return [...this.#chunks.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  /** The record; what is given stays as it is, whatever becomes of the key. */
  get(key: string): Uint8Array | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    const start = this.#places[4 * slot + 1]! + headBytes;
    return this.#chunks.get(this.#places[4 * slot]!)!.bytes.subarray(start, start + this.#places[4 * slot + 2]!);
  }

  set(key: string, record: Uint8Array, generation: number): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#nextSlot++;
      this.#slots.set(key, slot);
      this.#reserve(slot);
    } else {
      this.#release(slot);
    }
    this.#write(slot, record, generation);
  }

  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#slots.delete(key);
    this.#release(slot);
    this.#free.push(slot);
    return true;
  }

  /** Forgets all that are not of the generation; gives their keys. */
  keepOnly(generation: number): string[] {
    const others: string[] = [];
    for (const [key, slot] of this.#slots) if (this.#places[4 * slot + 3] !== generation) others.push(key);
    for (const key of others) this.delete(key);
    return others;
  }

  #write(slot: number, record: Uint8Array, generation: number): void {
    const size = headBytes + record.length;
    const chunk = this.#chunks.get(this.#current);
    if (chunk === undefined || chunk.used + size > chunk.bytes.length) {
      const full = this.#current;
      this.#current += 1;
      this.#chunks.set(this.#current, { bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, size)), used: 0, live: 0 });
      // What is moved out of it goes into the new one.
      this.#tidy(full);
      return this.#write(slot, record, generation);
    }
    chunk.bytes.writeUInt32LE(slot, chunk.used);
    chunk.bytes.writeUInt32LE(record.length, chunk.used + 4);
    chunk.bytes.set(record, chunk.used + headBytes);
    this.#places.set([this.#current, chunk.used, record.length, generation], 4 * slot);
    chunk.used += size;
    chunk.live += size;
  }

  /** The slot's record is no longer wanted: from now on it is in no chunk. */
  #release(slot: number): void {
    const number = this.#places[4 * slot]!;
    this.#places[4 * slot] = nowhere;
    this.#chunks.get(number)!.live -= headBytes + this.#places[4 * slot + 2]!;
    if (number !== this.#current) this.#tidy(number);
  }

  /** Moves what is live out of a full chunk of which less than half is. */
  #tidy(number: number): void {
    const chunk = this.#chunks.get(number);
    if (chunk === undefined || chunk.live > chunk.used / 2) return;
    this.#chunks.delete(number);
    for (let at = 0; at < chunk.used; ) {
      const slot = chunk.bytes.readUInt32LE(at);
      const length = chunk.bytes.readUInt32LE(at + 4);
      if (this.#places[4 * slot] === number && this.#places[4 * slot + 1] === at) {
        this.#write(slot, chunk.bytes.subarray(at + headBytes, at + headBytes + length), this.#places[4 * slot + 3]!);
      }
      at += headBytes + length;
    }
  }

  #reserve(slot: number): void {
    if (4 * slot < this.#places.length) return;
    const more = new Uint32Array(2 * this.#places.length);
    more.set(this.#places);
    this.#places = more;
  }
}

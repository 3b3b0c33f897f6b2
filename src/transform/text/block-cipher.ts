import { createCipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Bytes of a block of AES. */
export const blockSize = 16

const wordsPerBlock = 4

type Cipher = ReturnType<typeof createCipheriv>

/**
 * Two ciphers and a hash whose keys come of a secret by HKDF, for many messages at once: one call for a thousand blocks
 * takes as long as ten calls for one. No HMAC of anything under the secret itself tells any of these keys.
 */
export class BlockCipher {
  readonly #chaining: Cipher
  readonly #counting: Cipher
  readonly #hashing: KeyObject

  /** @param purpose Keeps what is made for one thing apart from what is made for another */
  constructor(secret: Uint8Array, purpose: string) {
    const keyOf = (part: string): Buffer => {
      return Buffer.from(hkdfSync('sha256', secret, 'transload', `${purpose} ${part}`, 32))
    }
    this.#chaining = createCipheriv('aes-256-ecb', keyOf('chain'), null).setAutoPadding(false)
    this.#counting = createCipheriv('aes-256-ecb', keyOf('count'), null).setAutoPadding(false)
    this.#hashing = createSecretKey(keyOf('hash'))
  }

  /** 32 bytes, for a part of a message that is too long to be chained block by block. */
  hash(bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#hashing).update(bytes).digest()
  }

  /**
   * Chains each message to its tag, in place (CBC-MAC). What makes up a tag from zero on must never be the beginning of
   * what makes up another.
   * @param starts The first block of each message, and the end of the last
   */
  chain(tags: Blocks, messages: Blocks, starts: Uint32Array): void {
    const count = starts.length - 1
    const input = new Blocks(count)
    const output = new Blocks(count)
    const messageOf = new Uint32Array(count)
    for (let step = 0, used = count; used > 0; step++) {
      used = 0
      for (let message = 0; message < count; message++) {
        const block = starts[message]! + step
        if (block >= starts[message + 1]!) continue
        const [to, tag, from] = [used * wordsPerBlock, message * wordsPerBlock, block * wordsPerBlock]
        for (let word = 0; word < wordsPerBlock; word++) {
          input.words[to + word] = tags.words[tag + word]! ^ messages.words[from + word]!
        }
        messageOf[used++] = message
      }
      if (used === 0) return
      output.bytes.set(this.#chaining.update(input.bytes.subarray(0, used * blockSize)))
      for (let at = 0; at < used; at++) {
        const [from, to] = [at * wordsPerBlock, messageOf[at]! * wordsPerBlock]
        for (let word = 0; word < wordsPerBlock; word++) tags.words[to + word] = output.words[from + word]!
      }
    }
  }

  /**
   * As many blocks for each tag as asked for, which nobody guesses without the key (counter mode).
   * @param starts The first block of each tag's, and the end of the last's
   */
  streams(tags: Blocks, starts: Uint32Array): Buffer {
    const count = starts.length - 1
    const input = new Blocks(starts[count]!)
    for (let tag = 0; tag < count; tag++) {
      const [start, end] = [starts[tag]!, starts[tag + 1]!]
      for (let block = start; block < end; block++) {
        for (let word = 0; word < wordsPerBlock; word++) {
          input.words[block * wordsPerBlock + word] = tags.words[tag * wordsPerBlock + word]!
        }
        for (let byte = 0, number = block - start; number > 0; byte++, number >>>= 8) {
          input.bytes[block * blockSize + byte]! ^= number & 0xff
        }
      }
    }
    return this.#counting.update(input.bytes)
  }
}

/** Blocks one behind the other, all zero at first, as bytes and as words. */
export class Blocks {
  readonly words: Uint32Array
  readonly bytes: Buffer

  constructor(count: number) {
    this.words = new Uint32Array(count * wordsPerBlock)
    this.bytes = Buffer.from(this.words.buffer)
  }
}

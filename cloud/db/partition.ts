/** Fixed for ever: the order of a key is the order within its partition. */
export const partitions = 64

/** FNV-1a over UTF-16 code units: small, stable across languages and versions. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % partitions
}

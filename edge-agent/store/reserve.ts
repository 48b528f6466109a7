import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Written in pieces, so that no great buffer is needed. Zeros really written: a sparse file reserves nothing. */
const pieceBytes = 1_048_576

/** The reserve is filled again only when the disk has this much more than it: no see-saw at the edge. */
const comfort = 2

/** A disk is asked for its free space at the most this often. */
const askEveryMs = 5_000

export type Reserve = {
  /** Gives the space back to the disk. @returns false when it was already given */
  release(): boolean
  /** Fills it again once the disk has room. */
  refill(): void
  inUse(): boolean
  freeBytes(): number | null
}

/** Space that belongs to money: given back to the file system when the disk is full (reliability 2.1 row 3). */
export function openReserve(path: string, bytes: number, monotonic: () => number): Reserve {
  let held = bytes === 0 || sizeOf(path) >= bytes || fill(path, bytes)
  let asked = { at: -Infinity, free: null as number | null }

  function freeBytes(): number | null {
    if (monotonic() - asked.at < askEveryMs) return asked.free
    asked = { at: monotonic(), free: freeAt(dirname(path)) }
    return asked.free
  }

  return {
    release() {
      if (!held || bytes === 0) return false
      held = false
      rmSync(path, { force: true })
      return true
    },
    refill() {
      const free = freeBytes()
      if (!held && free !== null && free > bytes * comfort) held = fill(path, bytes)
    },
    inUse: () => !held,
    freeBytes
  }
}

/** At a start that finds the disk full. @returns whether there was something to give back */
export function giveBack(path: string): boolean {
  const isHeld = sizeOf(path) > 0
  rmSync(path, { force: true })
  return isHeld
}

/** @returns false when the disk has not that much room: then there is no reserve, and health says so */
function fill(path: string, bytes: number): boolean {
  try {
    writeZeros(path, bytes)
    return sizeOf(path) >= bytes
  } catch {
    rmSync(path, { force: true })
    return false
  }
}

function writeZeros(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(Math.min(pieceBytes, bytes))
  try {
    for (let left = bytes; left > 0; left -= piece.length)
      writeSync(file, piece, 0, Math.min(left, piece.length))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function freeAt(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return null // A file system that does not tell.
  }
}

import { sources } from '../checks/sources.ts'

/**
 * Test files below `root`, slowest rooms first.
 * @param words a file is chosen when its path contains one of them; none: all
 */
export function testFiles(root: string, words: readonly string[]): readonly string[] {
  return sources(root, ['.test.ts', '.test.tsx'])
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word.replace(/^\.\//, ''))))
    .toSorted((one, other) => weight(other) - weight(one) || one.localeCompare(other))
}

/** Long ones first, so that at the end both processors have work; within a weight by name. */
const weights: readonly [RegExp, number][] = [
  [/^simulators\/(scenarios|faults)\//, 3],
  [/^cloud\/web\//, 2],
  [/^(cloud|deploy)\//, 1]
]

function weight(file: string): number {
  return weights.find(([pattern]) => pattern.test(file))?.[1] ?? 0
}

/**
 * Loaded into each of our own programs before it (`--import`): when the process that started it is gone without
 * a word (kill -9), the program ends as if it had been asked to.
 */
const graceMs = 8_000 // Longer than any part's own patience when it stops.

process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
  process.kill(process.pid, 'SIGTERM')
})
process.channel?.unref() // The line alone must not keep a program alive that has finished.

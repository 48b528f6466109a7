/** A server must not outlive a test that was cut short. @returns undo, for when it has been stopped in peace */
export function endWithProcess(pid: number): () => void {
  const kill = (): void => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return // It had ended by itself.
    }
  }
  const end = (): never => process.exit(1)
  process.on('exit', kill)
  process.on('SIGTERM', end)
  return () => {
    process.removeListener('exit', kill)
    process.removeListener('SIGTERM', end)
  }
}

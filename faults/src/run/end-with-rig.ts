/**
 * Ends this process as if it had been told to, where the rig that started it is gone: nobody else would. Disposing of it
 * lets the process end by itself.
 */
export function endWithRig(): Disposable {
  const end = (): void => void process.kill(process.pid, 'SIGTERM')
  process.once('disconnect', end)
  return {
    [Symbol.dispose]() {
      process.off('disconnect', end)
      if (process.connected) process.disconnect()
    },
  }
}

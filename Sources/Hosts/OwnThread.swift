import Glibc

/// Runs `body` on a thread of its own, so that a call that blocks does not hold up a thread of the
/// cooperative pool. If no thread can be had, it runs where it is.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    let work: @Sendable () -> Void = { continuation.resume(returning: body()) }
    if !startOwnThread(work) { work() }
  }
}

/// Starts a thread that does `body` and ends; false if no thread can be had, and nothing is done.
///
/// All signals are blocked on that thread: they are for the program's other threads, and writing to
/// a closed pipe is an error there, not a death.
package func startOwnThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  let work = Unmanaged.passRetained(ThreadWork(body))
  var thread = pthread_t()
  guard pthread_create(&thread, nil, threadMain, work.toOpaque()) == 0 else {
    work.release()
    return false
  }
  pthread_detach(thread)
  return true
}

private final class ThreadWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
  Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}

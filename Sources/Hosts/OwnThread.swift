import Glibc

/// Runs `body` on a thread of its own, so that a call that blocks does not hold up a thread of the
/// cooperative pool. If no thread can be had, it runs where it is.
///
/// All signals are blocked on that thread: writing to a closed pipe is an error there, not a death.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    let work = Unmanaged.passRetained(ThreadWork { continuation.resume(returning: body()) })
    var thread = pthread_t()
    let status = pthread_create(&thread, nil, threadMain, work.toOpaque())
    guard status == 0 else {
      work.takeRetainedValue().body()
      return
    }
    pthread_detach(thread)
  }
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

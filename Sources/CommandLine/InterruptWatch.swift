import Glibc

/// Turns Ctrl-C and SIGTERM into a call, outside any signal handler.
enum InterruptWatch {
  /// Blocks both signals for this thread and all threads that it will start; call it first.
  static func block() {
    var signals = set()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // A closed pipe and a file that may not grow are errors of the write, not deaths.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The interrupts that arrive from now on, waited for on a thread of their own.
  static func interrupts() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let thread = WaitingThread { continuation.yield($0) }
      thread.start()
    }
  }

  fileprivate static func set() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }
}

private final class WaitingThread: Sendable {
  private let report: @Sendable (Int32) -> Void

  init(_ report: @escaping @Sendable (Int32) -> Void) {
    self.report = report
  }

  func start() {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(&thread, nil, { argument in
      guard let argument else { return nil }
      Unmanaged<WaitingThread>.fromOpaque(argument).takeRetainedValue().wait()
      return nil
    }, argument)
    if status == 0 { pthread_detach(thread) }
  }

  private func wait() {
    var signals = InterruptWatch.set()
    var signal: Int32 = 0
    while sigwait(&signals, &signal) == 0 { report(signal) }
  }
}

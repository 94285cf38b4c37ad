import Glibc
import Synchronization

/// Where the signal handler writes; -1 while nobody watches.
private let interruptPipe = Atomic<Int32>(-1)

private func noteInterrupt(_ signal: Int32) {
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(interruptPipe.load(ordering: .relaxed), &byte, 1)
}

/// Turns Ctrl-C and SIGTERM into a call, outside any signal handler.
enum InterruptWatch {
  /// Makes writes to a closed pipe, and to a file that may not grow, errors instead of deaths.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The interrupts that arrive from now on; without a call of this, they end the program at once.
  static func interrupts() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return continuation.finish() }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      interruptPipe.store(ends[1], ordering: .relaxed)
      WaitingThread(ends[0]) { continuation.yield($0) }.start()
      for number in [SIGINT, SIGTERM] { signal(number, noteInterrupt) }
    }
  }
}

/// Reads the pipe on a thread of its own.
private final class WaitingThread: Sendable {
  private let end: Int32
  private let report: @Sendable (Int32) -> Void

  init(_ end: Int32, _ report: @escaping @Sendable (Int32) -> Void) {
    self.end = end
    self.report = report
  }

  func start() {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<WaitingThread>.fromOpaque(argument).takeRetainedValue().wait()
        return nil
      }, argument)
    if status == 0 { pthread_detach(thread) }
  }

  private func wait() {
    var byte: UInt8 = 0
    while true {
      let count = read(end, &byte, 1)
      if count == 1 { report(Int32(byte)) } else if count == 0 || errno != EINTR { return }
    }
  }
}

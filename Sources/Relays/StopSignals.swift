import CLinux
import Glibc

/// SIGTERM and SIGINT as a descriptor, for a loop that ends in order.
package enum StopSignals {
  /// Blocks both signals for this thread and those it starts, and returns a descriptor that becomes
  /// readable when one arrives.
  package static func descriptor() throws(RelayError) -> Int32 {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = signalfd(-1, &signals, flags)
    guard descriptor >= 0 else {
      throw RelayError(.system, "cannot watch for signals: \(systemMessage())")
    }
    return descriptor
  }
}

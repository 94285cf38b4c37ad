import CLinux
import Glibc

/// Wakes a thread that waits or polls; a call that nobody waits for is remembered until the next
/// wait.
///
/// It is a pipe, since the wait needs a timeout on the monotonic clock and goes together with
/// sockets.
package final class WakePipe: Sendable {
  /// What to poll for input.
  package let outlet: Int32
  private let inlet: Int32

  /// Nil if the process has no descriptors left; `errno` says why.
  package init?() {
    var ends: [Int32] = [-1, -1]
    guard stoat_pipe(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { return nil }
    (outlet, inlet) = (ends[0], ends[1])
  }

  deinit {
    close(outlet)
    close(inlet)
  }

  /// Never waits; a full pipe has calls enough.
  package func wake() {
    var byte: UInt8 = 1
    _ = write(inlet, &byte, 1)
  }

  /// Forgets the calls so far.
  package func drain() {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
      while read(outlet, bytes.baseAddress, bytes.count) == bytes.count {}
    }
  }

  /// Returns at the next call, or after `milliseconds`, or earlier if a signal comes; forgets the
  /// calls so far.
  package func wait(milliseconds: Int) {
    var entry = pollfd(fd: outlet, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else { return }
    drain()
  }
}

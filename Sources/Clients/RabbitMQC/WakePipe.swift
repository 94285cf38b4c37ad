import Glibc

/// Wakes a thread that polls; a call that nobody waits for is remembered until the next wait.
final class WakePipe: Sendable {
  /// What to poll for input.
  let outlet: Int32
  private let inlet: Int32

  /// Nil if the process has no descriptors left.
  init?() {
    var ends: (Int32, Int32) = (-1, -1)
    let code = withUnsafeMutableBytes(of: &ends) { bytes in
      bytes.assumingMemoryBound(to: Int32.self).baseAddress.map { pipe($0) } ?? -1
    }
    guard code == 0 else { return nil }
    (outlet, inlet) = ends
    for end in [outlet, inlet] {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(outlet)
    close(inlet)
  }

  /// Never waits; a full pipe has calls enough.
  func wake() {
    var byte: UInt8 = 1
    _ = write(inlet, &byte, 1)
  }

  /// Forgets the calls so far.
  func drain() {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
      while read(outlet, bytes.baseAddress, bytes.count) == bytes.count {}
    }
  }
}

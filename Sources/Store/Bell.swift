import Glibc

/// Wakes one waiting thread; a ring that nobody waits for is remembered until the next wait.
///
/// It is a pipe, since the wait needs a timeout on the monotonic clock.
final class Bell: Sendable {
  private let inside: Int32
  private let outside: Int32

  init() throws(StoreError) {
    var ends: (Int32, Int32) = (-1, -1)
    let code = withUnsafeMutableBytes(of: &ends) { bytes in
      bytes.assumingMemoryBound(to: Int32.self).baseAddress.map { pipe($0) } ?? -1
    }
    guard code == 0 else {
      throw .system(action: "create", path: "a pipe between two threads", code: errno)
    }
    (inside, outside) = ends
    for end in [inside, outside] {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(inside)
    close(outside)
  }

  /// Never waits; a full pipe has rings enough.
  func ring() {
    var byte: UInt8 = 1
    _ = write(outside, &byte, 1)
  }

  /// Returns at the next ring, or after `milliseconds`, or earlier if a signal comes.
  func wait(milliseconds: Int) {
    var entry = pollfd(fd: inside, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { bytes in
      _ = read(inside, bytes.baseAddress, bytes.count)
    }
  }
}

import Glibc

/// The wall clock, for names and for people only; nothing is decided by it.
package enum WallClock {
  /// Nanoseconds since 1970 (UTC).
  package static func unixNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

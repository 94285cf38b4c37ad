import Glibc
import Judging
import Report
import Synchronization

/// The terminal that the program talks to.
enum Terminal {
  /// Whether standard error is a terminal; progress goes there.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output may be coloured.
  static var hasColour: Bool { isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

  /// The width in columns; 100 where it is unknown.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  /// Why something that was said could not be written; 0 if nothing failed.
  private static let failure = Mutex<Int32>(0)

  /// Writes a result to standard output.
  static func say(_ text: String) {
    failure.withLock { failure in
      // What came after a gap would be misread.
      if failure == 0 { failure = write(text + "\n", to: STDOUT_FILENO) }
    }
  }

  /// That standard output did not take all that was said; nil if it did, or if whoever reads it had
  /// enough of it.
  static var unwritten: CommandFailure? {
    let code = failure.withLock { $0 }
    if code == 0 || code == EPIPE { return nil }
    return CommandFailure(
      ExitStatus.failure, "cannot write to standard output: \(String(cString: strerror(code)))")
  }

  /// Writes text to standard error as it is.
  static func tell(_ text: String) {
    _ = write(text, to: STDERR_FILENO)
  }

  /// Writes text; the `errno` of what failed, 0 if nothing did.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if count < 0, errno != EINTR {
        return errno
      }
      bytes = bytes.dropFirst(max(0, count))
    }
    return 0
  }

  /// Text in which nothing can command a terminal; its lines stay.
  static func printable(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Readable.printable(String($0)) }.joined(separator: "\n")
  }

  /// Writes an error message to standard error.
  static func complain(_ message: String) {
    tell("stoat: \(printable(message))\n")
  }
}

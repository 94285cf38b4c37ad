import Glibc
import Report

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

  /// Writes a result to standard output.
  static func say(_ text: String) {
    print(text)
  }

  /// Writes text to standard error as it is.
  static func tell(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
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

import Glibc

/// The machine that this program runs on: its processes, files, sockets and figures.
///
/// The methods are in extensions by purpose. None of them needs root; what belongs to other users
/// is left out of the answers.
package struct LocalHost: Sendable {
  /// The local machine.
  package init() {}

  /// The directories of this program's PATH, in order.
  package var searchPath: [String] {
    guard let value = getenv("PATH") else { return [] }
    return String(cString: value).split(separator: ":").map { String($0) }
  }
}

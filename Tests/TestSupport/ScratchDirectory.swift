import Hosts
import Glibc

/// A directory of one test, removed with all its files when the test is over.
package final class ScratchDirectory: Sendable {
  /// Its path.
  package let path: String

  /// A new, empty directory.
  package init() throws {
    path = "/tmp/stoat-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    try LocalHost().makeDirectory(path)
  }

  deinit {
    LocalHost().remove(path)
  }

  /// The path of `name` in the directory.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    try LocalHost().write(text, to: file(name), mode: 0o644)
    return file(name)
  }
}
